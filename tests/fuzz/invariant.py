"""What must hold whatever arrives: rows are accepted or quarantined, or the file is refused whole with a reason.

How many rows arrived is not left to the reader alone: `least` counts those outside the damage a second time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from connectors import control
from connectors.formats import ReadReport, read_file
from core.errors import DeliveryError
from data_contracts.row_filter import FilterContext, filter_table
from tests.fuzz.least import least_rows
from tests.fuzz.originals import Original

#: Of every batch, so many mutants are also filtered alone: together most rows repeat a key.
ALONE = 1


@dataclass
class Tally:
    """Mutants by what became of them, and rows."""

    refused: int = 0
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Check:
    """Checks mutants of one delivery. `begin` is told of every step before it is taken."""

    session: duckdb.DuckDBPyConnection
    original: Original
    work: Path
    begin: Callable[[str], None]
    tally: Tally = field(default_factory=Tally)

    def of(self, mutants: Mapping[str, bytes]) -> Tally:
        """Read every mutant, filter what was read, and count what came out.

        AssertionError when a row is lost or a refusal says nothing; whatever else is raised was a crash.
        """
        reports: dict[str, ReadReport] = {}
        for name, data in mutants.items():
            self.begin(name)
            try:
                if self.original.form == "control":
                    control.parse(data, self.original.name)
                else:
                    reports[name] = self._read(data, self.work / name)
                self.tally.read += 1
            except DeliveryError as refusal:
                assert refusal.what, name
                assert refusal.verdict in ("unexpected_layout", "missing_control"), name
                self.tally.refused += 1
        names = list(reports)
        for together in [names, *([name] for name in names[:ALONE])] if names else ():
            for table in self.original.contract.file(self.original.file_id).tables:
                self.begin(f"filter {table} of {len(together)} from {together[0]} on")
                self._filter(table, [reports[name].rows[table] for name in together], together)
        return self.tally

    def _read(self, data: bytes, folder: Path) -> ReadReport:
        folder.mkdir()
        path = folder / "delivered"
        path.write_bytes(data)
        contract, file_id = self.original.contract, self.original.file_id
        report = read_file(contract, contract.file(file_id), path, folder, name=self.original.name)
        for table, least in least_rows(contract, file_id, self.original.data, data).items():
            assert report.rows[table] >= least, f"{folder.name}: {least - report.rows[table]} rows of {table} are lost"
        return report

    def _filter(self, table: str, rows: Sequence[int], names: Sequence[str]) -> None:
        """Every row that was read is accepted or quarantined, once."""
        text = self.work / "text.parquet"
        pq.write_table(_numbered([self.work / name / f"{table}.parquet" for name in names]), text)
        context = FilterContext(self.original.mode)
        result = filter_table(self.session, self.original.contract, table, text, context, out=self.work / "rows")
        accepted, quarantined = _numbers(result.accepted_path, "_row_no"), _numbers(result.quarantine_path, "row_no")
        assert sorted(accepted + quarantined) == list(range(sum(rows))), f"rows of {table} are lost or doubled"
        self.tally.accepted += len(accepted)
        self.tally.quarantined += len(quarantined)
        for code, columns in result.rejects.items():
            self.tally.reasons[code] += sum(columns.values())


def _numbered(paths: Sequence[Path]) -> pa.Table:
    """The rows of text tables one below the other, numbered anew from 0: filtering a hundred files as one costs a tenth
    of filtering each."""
    rows = pa.concat_tables([pq.read_table(path).sort_by("_row_no") for path in paths])
    place = rows.schema.get_field_index("_row_no")
    return rows.set_column(place, "_row_no", pa.array(range(rows.num_rows), pa.int64()))


def _numbers(path: Path, column: str) -> list[int]:
    found: list[int] = pq.read_table(path, columns=[column])[column].to_pylist()
    return found
