"""The receiving side of intake: one store, one drops folder, and rows to deliver."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from agency import Agency

from connectors import intake, present
from connectors.records import Outcome
from connectors.site import Site
from connectors.transport import Transport, open_transport
from core import duck
from core.settings import Settings
from core.store import Store
from data_contracts import load

SUNDAY = date(2026, 11, 22)
SETTINGS = Settings()


def day(offset: int) -> date:
    return SUNDAY + timedelta(days=offset)


def at(drops: Path) -> Transport:
    return open_transport(Site().of("land", str(drops)), drops.parent / "partial")


class Court:
    """The receiving side: one store, one drops folder."""

    def __init__(self, root: Path) -> None:
        self.drops, self.store = root / "drops", Store(root / "store")
        self.drops.mkdir()

    def agency(self, source: str) -> Agency:
        return Agency(self.drops, source)

    def take(self, source: str, business_date: date, **options: Any) -> Outcome:
        outcome = intake.take(SETTINGS, self.store, source, business_date, at(self.drops), **options)
        assert_conserved(outcome)
        assert not (self.store.work / "intake" / source).exists()
        return outcome

    def rows(self, source: str, table: str, columns: str, as_of: date | None = None) -> list[tuple[Any, ...]]:
        with duck.connect(SETTINGS) as con:
            present.attach(con, self.store, load(source), as_of)
            return con.execute(f"SELECT {columns} FROM {source}__{table} ORDER BY ALL").fetchall()

    def quarantined(self, source: str, columns: str = "file, table_name, row_no, reasons") -> list[tuple[Any, ...]]:
        with duckdb.connect() as con:
            present.attach_quarantine(con, self.store, [source])
            return con.execute(f"SELECT {columns} FROM quarantine_row ORDER BY ALL").fetchall()

    def ask(
        self,
        batch: str,
        sources: Sequence[str],
        lines: int = 3,
        *,
        name: str = "测试甲",
        id_number: str = "370499198503120017",
    ) -> None:
        """Remember an inquiry batch as if the lists had been sent; every line asks for the same debtor."""
        business_date = datetime.strptime(batch[1:9], "%Y%m%d").date()
        self.store.inquiries.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as con:
            path = str(self.store.inquiries / f"{batch}.parquet")
            con.execute(
                f"""COPY (
                  SELECT printf('%s-%06d', $batch, i) AS inquiry_no, $batch AS batch, $day::DATE AS business_date,
                         $day::TIMESTAMP + INTERVAL 19 HOUR AS asked_at, 'd' || i AS debtor_id,
                         '（2026）测0499执123号' AS case_no, $name AS name, 'resident_id' AS id_type,
                         $id_number AS id_number, $sources AS sources
                  FROM range(1, $lines + 1) t(i)) TO '{path}' (FORMAT parquet)""",
                {
                    "batch": batch,
                    "day": business_date,
                    "sources": list(sources),
                    "lines": lines,
                    "name": name,
                    "id_number": id_number,
                },
            )


def assert_conserved(outcome: Outcome) -> None:
    """No row is dropped: in total and per table."""
    if outcome.rows_delivered is not None:
        assert outcome.rows_delivered == (outcome.rows_accepted or 0) + (outcome.rows_quarantined or 0)
    for count in outcome.tables.values():
        assert count.delivered == count.accepted + count.quarantined


def right(right_id: str, op: str = "I", **changes: str | None) -> dict[str, str | None]:
    return {"right_id": right_id, "op": op, **changes}


def holder(right_id: str, seq: str = "1", op: str = "I", **changes: str | None) -> dict[str, str | None]:
    return {"right_id": right_id, "seq": seq, "op": op, **changes}
