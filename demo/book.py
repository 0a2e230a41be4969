"""The truth, gathered while the district is made and written as Parquet beside the deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType

from demo.arrow import Column, Table, pa, pc
from demo.faults.files import SpoiltFile
from demo.faults.planting import Planted
from demo.nights import Register, record_ids
from demo.population import CHUNK_DEBTORS
from demo.stories.tale import Row, Tale
from demo.truth import TABLES, District, parquet_rows, truth_folder
from demo.writing.delivery import Delivery, Written

#: Namesakes are looked for in the first neighbourhoods only: tens of thousands of hard negatives are enough.
_NAMESAKE_CHUNKS = 10
#: Nights after which the next full extract has replaced every faulty row.
_A_WEEK = 7
#: source, table, columns that name its owner
_OWNERS = (
    ("vehicles", "vehicles", "owner_name", "owner_id"),
    ("housing", "owners", "name", "id_number"),
    ("land", "holders", "name", "id_number"),
    ("enterprises", "equity", "holder_name", "holder_id"),
)


class TruthBook:
    """Open for the whole run; every table grows as neighbourhoods are told."""

    def __init__(self, out: Path, district: District, names: Column) -> None:
        """`names` are all names that debtors bear."""
        self._folder, self._district, self._names = truth_folder(out), district, names
        self._files = ExitStack()
        self.faults = 0

    def __enter__(self) -> TruthBook:
        self._tables = {
            name: self._files.enter_context(parquet_rows(self._folder / f"{name}.parquet", schema))
            for name, schema in TABLES.items()
        }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return self._files.__exit__(kind, error, trace)

    def add(self, table: str, rows: list[Row]) -> None:
        """Append rows to a truth table; absent keys are null."""
        if rows:
            self._tables[table](pa.Table.from_pylist(rows, schema=TABLES[table]))

    def tell(self, tale: Tale, planted: Sequence[Planted] = ()) -> None:
        """What the stories say, and which assets the faults in their rows touch until the next full extract."""
        faulty = _faulty(tale, planted)
        debtors = {row["debtor_no"]: row for row in tale.place.debtors.to_pylist()}
        for night, business_date in enumerate(self._district.dates):
            scope = self._cases(tale, night, business_date)
            owned = (asset for asset in tale.assets if asset["from_night"] <= night < asset["until_night"])
            when = (night, business_date)
            rows = [self._asset(asset, debtors[asset["debtor_no"]], when, scope, faulty) for asset in owned]
            self.add("assets", rows)
        self.add("applications", tale.applications)
        self.add("not_theirs", tale.not_theirs)
        self.add("declared", tale.declared)

    def _cases(self, tale: Tale, night: int, business_date: date) -> dict[int, tuple[list[str], bool]]:
        """Note who is asked about that night; debtor -> (case numbers, whether one of them is in scope)."""
        rows: list[Row] = []
        scope: dict[int, tuple[list[str], bool]] = {}
        for case in tale.cases:
            if night < case.opened or (case.deleted is not None and night >= case.deleted):
                continue
            asked = case.in_scope(night, business_date)
            for place in case.debtors:
                debtor_no = tale.place.number * CHUNK_DEBTORS + place
                numbers, before = scope.get(debtor_no, ([], False))
                scope[debtor_no] = ([*numbers, case.number], before or asked)
                rows.append({"night": night, "case_no": case.number, "debtor_no": debtor_no, "in_scope": asked})
        self.add("cases", rows)
        return scope

    def _asset(
        self,
        asset: Row,
        debtor: Row,
        when: tuple[int, date],
        scope: dict[int, tuple[list[str], bool]],
        faulty: dict[tuple[str, str], str],
    ) -> Row:
        cases, asked = scope.get(asset["debtor_no"], ([], False))
        known = debtor["id_number"] is not None
        tier = "confirmed" if asset["strong_id"] else ("probable" if known else "possible")
        fault = faulty.get((asset["source"], asset["record_id"].split("/")[0]))
        fault = (fault or faulty.get(("court_cases", str(asset["debtor_no"])))) if when[0] < _A_WEEK else None
        names: Row = {name: debtor[name] for name in ("name", "id_type", "id_number")}
        facts: Row = {name: value for name, value in asset.items() if name in TABLES["assets"].names}
        asked_in: Row = {"night": when[0], "business_date": when[1], "case_nos": cases, "in_scope": asked}
        return facts | names | asked_in | {"tier": tier, "fault": fault}

    def namesakes(self, tale: Tale, registers: dict[str, Register]) -> None:
        """Records of the first night that bear a debtor's name and a number that is no debtor's."""
        if tale.place.number >= _NAMESAKE_CHUNKS:
            return
        parties = tale.place.parties
        ours = parties.filter(pc.is_valid(parties["debtor_no"]))["id_number"]
        reached = {asset["record_id"] for asset in tale.assets}
        noted = {(row["source"], row["record_id"]) for row in tale.not_theirs}
        for source, name, owner, number in _OWNERS:
            table = registers[source].contract.table(name)
            rows: Table = registers[source].state[name]
            alike = pc.and_(pc.is_in(rows[owner], self._names), pc.invert(pc.is_in(rows[number], ours)))
            found = record_ids(table, rows.filter(alike)).to_pylist()
            about: Row = {"source": source, "table_name": name, "why": "same_name"}
            others = [record for record in found if record not in reached and (source, record) not in noted]
            self.add("not_theirs", [about | {"record_id": record} for record in others])

    def delivered(self, source: str, business_date: date, written: Written) -> None:
        """What one file holds."""
        about: Row = {"source": source, "business_date": business_date, "mode": written.mode, "file": written.file}
        self.add("rows", [about | {"table_name": name, "rows": rows} for name, rows in written.rows.items()])

    def planted(self, planted: Sequence[Planted], deliveries: Mapping[tuple[str, int], Delivery]) -> None:
        """Faults with their place; `deliveries` by source and night, not yet closed."""
        rows: list[Row] = []
        for one in planted:
            delivery = deliveries[one.source, one.night]
            file, row_no = delivery.locate(one.table, one.position or 0)
            rows.append(
                {
                    "source": one.source,
                    "table_name": one.table,
                    "column_name": one.column,
                    "fault": one.fault,
                    "business_date": self._district.dates[one.night],
                    "file": file,
                    "row_no": None if one.position is None else row_no,
                    "record_id": one.record_id,
                    "verdict": one.verdict.kind,
                    "codes": list(one.verdict.codes),
                    "delivered": one.delivered,
                }
            )
        self.faults += len(rows)
        self.add("faults", rows)

    def spoilt(self, files: Iterable[SpoiltFile]) -> None:
        """Faults of whole files: no table, no row."""
        rows: list[Row] = [vars(one) | {"codes": list(one.codes)} for one in files]
        self.faults += len(rows)
        self.add("faults", rows)


def _faulty(tale: Tale, planted: Sequence[Planted]) -> dict[tuple[str, str], str]:
    """(source, first part of a record id) -> fault; of the court (source, debtor number)."""
    faulty: dict[tuple[str, str], str] = {}
    cases = {case.number: case for case in tale.cases}
    for one in planted:
        if one.source != "court_cases":
            faulty |= {(one.source, key): one.fault for key in one.touches}
        elif one.table == "debtors":
            case = next(cases[number] for key in one.touches if (number := _agreed(key)) in cases)
            place = case.debtors[int(one.record_id.rpartition("P")[2]) - 2]
            faulty["court_cases", str(tale.place.number * CHUNK_DEBTORS + place)] = one.fault
    return faulty


def _agreed(case_no: str) -> str:
    """A case number in the agreed form, when an earlier fault has changed its brackets."""
    return case_no.replace("(", "（").replace(")", "）").replace(" ", "")
