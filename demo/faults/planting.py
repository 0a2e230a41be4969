"""Plants every fault that the contracts of the registers list, once among debtors' rows and once among strangers'.

Almost all of it stands in the first night's full extract of the first neighbourhood. What must become of each row is
noted with its place; nothing else in the district is touched.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import ContractError
from data_contracts import Column, Contract, Table
from data_contracts import Table as DeclaredTable
from demo.arrow import Table as Rows
from demo.arrow import pa
from demo.faults import names, numbers, records, values
from demo.faults.spot import ACCEPTED, Cells, Planter, Spot, Verdict, in_list
from demo.neighbourhood import Neighbourhood
from demo.nights import Register
from demo.stories.tale import Change
from demo.writing.delivery import Layout
from demo.writing.workbook import Habits

PLANTERS: Mapping[str, Planter] = {
    "area_unit_mixed": values.area_unit_mixed,
    "case_no_form": numbers.former_case,
    "cell_prefix": numbers.cell_prefix,
    "cert_form": in_list(numbers.cert_form),
    "code_label_mixed": values.code_label_mixed,
    "company_name_form": names.company_name_form,
    "double_listing": records.double_listing,
    "epoch_millis": values.epoch_millis,
    "excel_rounding": numbers.excel_rounding,
    "freeze_over_balance": values.freeze_over_balance,
    "historic_mixed": values.historic_mixed,
    "id_15": numbers.id_15,
    "id_masked": numbers.id_masked,
    "id_old": numbers.id_old,
    "id_other_person": numbers.id_other_person,
    "id_typo": numbers.id_typo,
    "id_wrong_type": numbers.id_wrong_type,
    "invalid_date": values.invalid_date,
    "lost_zeros": numbers.lost_zeros,
    "middle_dot": names.middle_dot,
    "money_unit_mixed": values.money_unit_mixed,
    "name_spacing": names.name_spacing,
    "name_truncated": names.name_truncated,
    "no_timezone": values.no_timezone,
    "orphan_child": records.orphan_child,
    "rare_character": names.rare_character,
    "sentinel_date": values.sentinel_date,
    "silent_release": records.silent_release,
    "thousands_separator": values.thousands_separator,
    "two_in_cell": names.two_in_cell,
    "waiting_no_dates": values.waiting_no_dates,
}
#: Faults that agreements tell of a whole source, planted in one column: source, table, column, fault, planter.
QUIRKS: tuple[tuple[str, str, str, str, Planter], ...] = (
    ("vehicles", "vehicles", "owner_address", "stray_delimiter", records.stray_delimiter),
    ("vehicles", "vehicles", "plate_type", "double_listing", records.vehicle_twice),
    ("planning", "permits", "location", "stray_delimiter", records.stray_delimiter),
    ("housing", "units", "unit_no", "bom_or_zero_width", records.zero_width),
)
#: Faults of the sheet itself: planted by the layout of the workbook, once each.
_BY_LAYOUT = ("merged_cells", "totals_row")
#: Mark of a row that will be refused: no second fault could be seen in it.
_REFUSED = ""
#: Tables whose debtors' rows are spared: the register of entities ties firms together for other sources.
_SPARED = (("enterprises", "base"),)


@dataclass(frozen=True)
class Planted:
    """A fault at a place: `position` counts the rows of its table in the delivery from 0; None for what is no row."""

    source: str
    table: str
    column: str
    fault: str
    position: int | None
    record_id: str
    verdict: Verdict
    delivered: str | None
    #: keys of the row and of its parent before the fault: whatever bears one of them is no longer plain
    touches: frozenset[str] = frozenset()
    night: int = 0


@dataclass(frozen=True)
class _Found:
    """A row that bears a fault now."""

    table: Table
    column: Column
    fault: str
    row: Cells
    verdict: Verdict
    touches: frozenset[str]


class Planting:
    """Plants in one neighbourhood; what was planted is kept in `planted`."""

    def __init__(self, place: Neighbourhood, ours: Mapping[str, set[str]], moving: Mapping[str, set[str]]) -> None:
        """Both map a source to first parts of record ids: of debtors' things, and of what later nights deliver again.

        A key that is spelt another way later on would be another record: such keys are left alone.
        """
        self._place, self._ours, self._moving = place, ours, moving
        self._dice = random.Random(f"{place.population.seed}/faults")
        people = place.people.select(["id_number", "former_id_numbers"]).to_pylist()
        self._former = {row["id_number"]: tuple(row["former_id_numbers"]) for row in people}
        self.planted: list[Planted] = []

    def plant(self, contract: Contract, tables: Mapping[str, Rows]) -> dict[str, Rows]:
        """The text tables of a delivery with every listed fault in them."""
        rows = {name: table.to_pylist() for name, table in tables.items()}
        found: list[_Found] = []
        used: dict[int, set[str]] = {}
        for table, column, fault, planter in _listed(contract):
            if fault in _BY_LAYOUT:
                continue
            for ours in (True, False):
                victim = self._one(contract, (table, column, planter), rows, used, ours=ours)
                if victim is not None:
                    found.append(_Found(table, column, fault, *victim))
            if not any((one.table, one.column, one.fault) == (table, column, fault) for one in found):
                what = f"no row of {table.name}.{column.name} lends itself to {fault}"
                raise ContractError(what, where=contract.source, do="make a district of more debtors")
        ordered = {name: _ordered(contract, contract.table(name), rows) for name in rows}
        self._note(contract, found, ordered)
        return {name: pa.Table.from_pylist(ordered[name], schema=table.schema) for name, table in tables.items()}

    def _one(
        self,
        contract: Contract,
        what: tuple[Table, Column, Planter],
        rows: Mapping[str, list[Cells]],
        used: dict[int, set[str]],
        *,
        ours: bool,
    ) -> tuple[Cells, Verdict, frozenset[str]] | None:
        """Plant once among debtors' (`ours`) or strangers' rows; on a row that bears another fault only if need be."""
        table, column, planter = what
        if ours and (contract.source, table.name) in _SPARED:
            return None
        candidates = [row for row in rows[table.name] if self._is_ours(contract.source, table, row) == ours]
        if column.key:
            moving = self._moving.get(contract.source, set())
            candidates = [row for row in candidates if row[table.key[0]] not in moving]
        self._dice.shuffle(candidates)
        for pretend, again in ((False, False), (True, False), (True, True)):
            for row in candidates:
                touched = used.get(id(row), set())
                if touched and (not again or column.name in touched or _REFUSED in touched):
                    continue
                spot = Spot(contract, table, column, row, rows, self._place, self._dice, ours, self._former, pretend)
                before = dict(row)
                verdict = planter(spot)
                if verdict is not None and not (touched and verdict.kind == "quarantined"):
                    for borne in (row, spot.bearer or row):
                        marks = {column.name, _REFUSED} if verdict.kind == "quarantined" else {column.name}
                        used.setdefault(id(borne), set()).update(marks)
                    _cascade(contract, table, before, row, rows)
                    return spot.bearer or row, verdict, frozenset(_keys(table, before))
                row.update(before)
        return None

    def _is_ours(self, source: str, table: Table, row: Cells) -> bool:
        if source == "court_cases":
            return table.name == "debtors"
        return not self._ours.get(source, set()).isdisjoint(_keys(table, row))

    def _note(self, contract: Contract, found: Iterable[_Found], rows: Mapping[str, list[Cells]]) -> None:
        places = {name: {id(row): place for place, row in enumerate(cells)} for name, cells in rows.items()}
        for one in found:
            value: Any = one.row[one.column.name]
            self.planted.append(
                Planted(
                    contract.source,
                    one.table.name,
                    one.column.name,
                    one.fault,
                    places[one.table.name][id(one.row)],
                    "/".join(str(one.row[name]) for name in one.table.key),
                    one.verdict,
                    "；".join(value) if isinstance(value, list) else value,
                    one.touches,
                )
            )

    def layout(self, contract: Contract, tables: Mapping[str, Rows]) -> Layout | None:
        """How the files of this source deviate from the plain form: headers in other words or order, habits."""
        if contract.source == "planning":
            labels = [column.label for column in contract.table("permits").columns]
            renamed = ["建设单位" if label == "建设单位或个人" else label for label in labels]
            self._of_layout(contract, ("permits", "holder_name"), "header_renamed")
            return Layout(headers={"permits": [renamed[0], *reversed(renamed[1:])]})
        if contract.source == "enterprises":
            labels = [column.label for column in contract.table("changes").columns]
            self._of_layout(contract, ("changes", "op"), "bom_or_zero_width")
            return Layout(headers={"changes": ["\ufeff" + labels[0], *labels[1:]]})
        if contract.source == "mining":
            return self._mining(contract, tables)
        return None

    def _mining(self, contract: Contract, tables: Mapping[str, Rows]) -> Layout:
        """One holder merged over neighbouring rights, 序号 over the rows of one; totals; header groups unmerged."""
        self._of_layout(contract, ("rights", "row_no"), "totals_row", Verdict("not_a_row"))
        self._of_layout(contract, ("rights", "holder_name"), "header_renamed")
        self._of_layout(contract, ("rights", "holder_id"), "two_row_header")
        holder = tables["rights"]["holder_name"].to_pylist()
        permits = tables["rights"]["permit_no"].to_pylist()
        seized = tables["seizures"]["permit_no"].to_pylist()
        twice = next((permit for permit in permits if seized.count(permit) > 1), None)
        place = permits.index(twice) if twice else 0
        for table, column in (("rights", "row_no"), ("seizures", "permit_no")):
            at = place if table == "rights" else seized.index(twice)
            self.planted.append(
                Planted(contract.source, table, column, "merged_cells", at, str(twice), Verdict(), str(twice))
            )
        neighbours = next(
            ((a, b) for a, b, one, two in zip(permits, permits[1:], holder, holder[1:], strict=False) if one == two),
            None,
        )
        merged: list[tuple[str, tuple[str, ...]]] = [("row_no", (str(twice),)), ("permit_no", (str(twice),))]
        if neighbours is not None:
            merged.append(("holder_name", neighbours))
        return Layout(habits=Habits(labels={"矿业权人": "采矿权人"}, merged=tuple(merged), unmerged=True))

    def vanishing(self, register: Register) -> list[Change]:
        """A seizure of a stranger's thing that is simply gone on the second night: no release, no document."""
        source = register.contract.source
        if source not in ("land", "housing"):
            return []
        table = register.contract.table("seizures")
        for row in register.state["seizures"].to_pylist():
            keys = _keys(table, row)
            if row["released_at"] is None and row["kind"] == "seizure" and self._ours[source].isdisjoint(keys):
                record = "/".join(str(row[name]) for name in table.key)
                self.planted.append(
                    Planted(source, "seizures", "released_at", "silent_release", None, record, ACCEPTED, None, night=1)
                )
                return [Change(source, "seizures", "D", row)]
        return []

    def _of_layout(self, contract: Contract, where: tuple[str, str], fault: str, verdict: Verdict = ACCEPTED) -> None:
        """Note a fault of the file as a whole: (table, column) is where it shows."""
        self.planted.append(Planted(contract.source, *where, fault, None, "", verdict, None))


def _listed(contract: Contract) -> list[tuple[Table, Column, str, Planter]]:
    """Every (table, column, fault) of the contract and the quirks. ContractError for a fault without planter."""
    listed: list[tuple[Table, Column, str, Planter]] = []
    for table in contract.tables:
        for column in table.columns:
            for fault in column.known_faults:
                if fault not in PLANTERS and fault not in _BY_LAYOUT:
                    raise ContractError(f"nobody knows how to plant {fault}", where=f"{contract.source}.{table.name}")
                listed.append((table, column, fault, PLANTERS.get(fault, values.no_timezone)))
    for source, name, column_name, fault, planter in QUIRKS:
        if source == contract.source:
            listed.append((contract.table(name), contract.table(name).column(column_name), fault, planter))
    # What needs a special row (a dotted name, a replaced number, a waiting seizure) chooses first.
    rare = ("middle_dot", "rare_character", "id_old", "waiting_no_dates", "silent_release", "excel_rounding", "id_15")
    return sorted(listed, key=lambda entry: entry[2] not in rare)


def _keys(table: DeclaredTable, row: Cells) -> tuple[str, ...]:
    """The first key column of a row and the key of its parent."""
    above = table.parent.columns[0] if table.parent is not None else table.key[0]
    return str(row[table.key[0]]), str(row[above])


def _cascade(
    contract: Contract, table: DeclaredTable, before: Cells, row: Cells, rows: Mapping[str, list[Cells]]
) -> None:
    """Children of nested formats are found by their parent's key: it changes with the parent's."""
    nested = [child.parent for child in contract.children(table.name) if child.parent is not None and child.nested]
    names = [child.name for child in contract.children(table.name) if child.nested]
    for name, parent in zip(names, nested, strict=True):
        for own, above in zip(parent.columns, parent.parent_columns, strict=True):
            for other in rows[name] if before[above] != row[above] else ():
                if other[own] == before[above]:
                    other[own] = row[above]


def _ordered(contract: Contract, table: DeclaredTable, rows: Mapping[str, list[Cells]]) -> list[Cells]:
    """Children of nested formats behind their parents again, after rows were added."""
    if table.parent is None or not table.nested:
        return rows[table.name]
    own, above = table.parent.columns[0], table.parent.parent_columns[0]
    place = {row[above]: number for number, row in enumerate(rows[table.parent.parent_table])}
    return sorted(rows[table.name], key=lambda row: place[row[own]])
