"""The truth beside the replies: ``<drops>/truth/replies/<YYYYMMDD>/``.

results.parquet      one row per (source, inquiry): found | none | partial | error, and the debtor who is meant
assets.parquet       one row per (source, inquiry, asset) of the debtor asked about: `tier` is what a careful reader
                     concludes, null where a person has to decide; `fault` names the fault planted in it, if any
not_theirs.parquet   the same columns: accounts, refunds and persons (kind ``person``) of strangers who share the name
liabilities.parquet  unpaid taxes of the debtors asked about
faults.json          every planted fault with file, table, column, row_no and the verdict expected
rows.json            source -> file -> table -> rows

`debtor_no` is that of debtors.parquet, null for people the district does not know. Money is in yuan.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow.parquet as pq

from core.files import write_json, written_whole
from core.store import compact
from demo.arrow import pa
from demo.replies.answers import Answer, TrueAsset
from demo.replies.faults import PlantedFault
from demo.replies.questions import Question
from demo.truth import truth_folder

_MONEY = pa.decimal128(18, 2)
_ASKED = [
    ("source", pa.string()),
    ("batch", pa.string()),
    ("inquiry_no", pa.string()),
    ("case_no", pa.string()),
    ("debtor_no", pa.int64()),
]
_ASSETS = [
    *_ASKED,
    ("kind", pa.string()),
    ("identifier", pa.string()),
    ("value", _MONEY),
    ("currency", pa.string()),
    ("type_text", pa.string()),
    ("protection", pa.string()),
    ("is_current", pa.bool_()),
    ("tier", pa.string()),
    ("owner", pa.string()),
    ("fault", pa.string()),
]
SCHEMAS = {
    "results": pa.schema([*_ASKED, ("result", pa.string())]),
    "assets": pa.schema(_ASSETS),
    "not_theirs": pa.schema(_ASSETS),
    "liabilities": pa.schema(
        [
            *_ASKED,
            ("taxpayer_no", pa.string()),
            ("tax_kind", pa.string()),
            ("period_from", pa.date32()),
            ("amount", _MONEY),
            ("late_fee", _MONEY),
            ("fault", pa.string()),
        ]
    ),
}
_ROWS_AT_ONCE = 5_000


class GroundTruth:
    """Collects the truth of one business date and writes it when the ``with`` block ends well."""

    def __init__(self, drops: Path, business_date: date) -> None:
        self._folder = truth_folder(drops) / "replies" / compact(business_date)
        self._stack = ExitStack()
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
        self.faults: list[PlantedFault] = []
        self.counts: dict[str, dict[str, dict[str, int]]] = {}

    def __enter__(self) -> GroundTruth:
        self._writers = {
            name: self._stack.enter_context(
                pq.ParquetWriter(self._stack.enter_context(written_whole(self._folder / f"{name}.parquet")), schema)
            )
            for name, schema in SCHEMAS.items()
        }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            for name in SCHEMAS:
                self._flush(name)
            write_json(self._folder / "faults.json", [asdict(fault) for fault in self.faults])
            write_json(self._folder / "rows.json", self.counts)
        self._stack.__exit__(kind, error, trace)

    def add(self, source: str, batch: str, question: Question, debtor_no: int | None, answer: Answer) -> None:
        """Note what one answer tells."""
        asked = {
            "source": source,
            "batch": batch,
            "inquiry_no": question.inquiry_no,
            "case_no": question.case_no,
            "debtor_no": debtor_no,
        }
        self._append("results", asked, [{"result": answer.result}])
        # Somebody known by name alone may be found by it: a lead that happens to be right.
        right = [thing for thing in answer.by_name if debtor_no is not None and thing.owner.debtor_no == debtor_no]
        strangers = [thing for thing in answer.by_name if debtor_no is None or thing.owner.debtor_no != debtor_no]
        leads = [thing for thing in right if thing.kind != "person"]
        self._append("assets", asked, _assets(answer.assets + leads))
        self._append("not_theirs", asked, _assets(strangers))
        self._append(
            "liabilities",
            asked,
            [
                asdict(entry) | {"amount": _yuan(entry.amount), "late_fee": _yuan(entry.late_fee)}
                for entry in answer.liabilities
            ],
        )

    def _append(self, name: str, asked: dict[str, Any], rows: Sequence[dict[str, Any]]) -> None:
        self._rows[name] += [asked | row for row in rows]
        if len(self._rows[name]) >= _ROWS_AT_ONCE:
            self._flush(name)

    def _flush(self, name: str) -> None:
        self._writers[name].write_table(pa.Table.from_pylist(self._rows[name], schema=SCHEMAS[name]))
        self._rows[name].clear()


def _assets(assets: Sequence[TrueAsset]) -> list[dict[str, Any]]:
    return [
        {
            "kind": asset.kind,
            "identifier": asset.identifier,
            "value": _yuan(asset.value),
            "currency": asset.currency,
            "type_text": asset.type_text,
            "protection": asset.protection,
            "is_current": asset.is_current,
            "tier": asset.tier,
            "owner": asset.owner.key,
            "fault": asset.fault,
        }
        for asset in assets
    ]


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen).scaleb(-2)
