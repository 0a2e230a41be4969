"""What `chakong contracts diff` says, on contracts changed in one place each."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from data_contracts import Column, Contract, load
from data_contracts.column_differences import column_differences
from data_contracts.differences import differences

LAND = load("land")
RIGHT_TYPE = LAND.table("rights").column("right_type")


def changed(table: str, column: str, **changes: Any) -> Contract:
    """Land with one column changed."""
    tables = [
        replace(one, columns=tuple(replace(col, **changes) if col.name == column else col for col in one.columns))
        if one.name == table
        else one
        for one in LAND.tables
    ]
    return replace(LAND, tables=tuple(tables))


def without(table: str, column: str) -> Contract:
    tables = [
        replace(one, columns=tuple(col for col in one.columns if col.name != column)) if one.name == table else one
        for one in LAND.tables
    ]
    return replace(LAND, tables=tuple(tables))


def told(old: Contract, new: Contract) -> list[tuple[str, str, str | None]]:
    return [(change.place, change.impact, change.quarantines) for change in differences(old, new)]


def test_equal_contracts_differ_in_nothing() -> None:
    assert differences(LAND, replace(LAND, version="1.0.1")) == []


@pytest.mark.parametrize(
    ("column", "changes", "impact", "code"),
    [
        ("unit_no", {"required": True}, "breaking", "missing_required"),
        ("right_type", {"required": False}, "signals", None),
        ("area", {"type": "integer"}, "breaking", "bad_type"),
        ("right_type", {"type": "string"}, "signals", None),
        ("area", {"precision": 10}, "breaking", "bad_type"),
        ("area", {"precision": 20}, "harmless", None),
        ("area", {"unit": "亩"}, "breaking", None),
        ("location", {"maps_to": "party.address"}, "breaking", None),
        ("location", {"label": "座落"}, "breaking", None),
        ("right_type", {"codes": {**RIGHT_TYPE.codes, "100": ("new", "新")}}, "signals", None),
        ("right_type", {"codes": {**RIGHT_TYPE.codes, "99": ("new", "其它")}}, "breaking", None),
        ("unit_no", {"validator": None}, "signals", None),
        ("unit_no", {"validator": "inquiry_no"}, "breaking", "unknown_inquiry"),
        ("right_id", {"normal_form": "case_no"}, "breaking", None),
        ("location", {"pii": "sensitive"}, "signals", None),
        ("location", {"example": "示例"}, "harmless", None),
    ],
)
def test_a_changed_column_is_classed_by_what_it_does(
    column: str, changes: dict[str, Any], impact: str, code: str | None
) -> None:
    assert told(LAND, changed("rights", column, **changes)) == [(f"rights.{column}", impact, code)]


def test_a_removed_code_names_itself_and_the_rows_that_are_refused() -> None:
    codes = {code: pair for code, pair in RIGHT_TYPE.codes.items() if code != "99"}
    (change,) = differences(LAND, changed("rights", "right_type", codes=codes))
    assert (change.impact, change.quarantines) == ("breaking", "unknown_code")
    assert change.what == "删去代码 99（其它）"
    assert change.effect.startswith("代码为 99 的行将被隔离")


def test_columns_that_come_and_go_break_files_with_a_header() -> None:
    shorter = without("rights", "area")
    assert told(LAND, shorter) == [("rights.area", "breaking", None)]
    assert told(shorter, LAND) == [("rights.area", "breaking", None)]
    lenient = replace(LAND, drift={**LAND.drift, "missing_optional_column": "signal"})
    assert told(replace(shorter, drift=lenient.drift), lenient) == [("rights.area", "signals", None)]


def test_a_label_that_stays_an_alias_breaks_nothing() -> None:
    new = changed("rights", "location", label="座落地址")
    new = replace(new, format=replace(new.format, label_aliases={"坐落": "座落地址"}))
    assert ("rights.location", "signals", None) in told(LAND, new)
    assert not [place for place, impact, _ in told(LAND, new) if impact == "breaking"]


def test_another_order_breaks_only_files_without_header() -> None:
    def turned(contract: Contract) -> Contract:
        first = contract.tables[0]
        return replace(contract, tables=(replace(first, columns=first.columns[::-1]), *contract.tables[1:]))

    vehicles = load("vehicles")
    assert told(LAND, turned(LAND)) == [("rights", "signals", None)]
    assert told(vehicles, turned(vehicles)) == [("vehicles", "breaking", None)]


def test_form_files_drift_and_tolerance_are_compared_too() -> None:
    other = replace(
        LAND,
        format=replace(LAND.format, encoding="utf-8"),
        files=(replace(LAND.files[0], control=False),),
        drift={**LAND.drift, "unknown_code": "freeze"},
        quarantine_tolerance=0.1,
    )
    assert {place: impact for place, impact, _ in told(LAND, other)} == {
        "format.encoding": "breaking",
        "drift.unknown_code": "breaking",
        "land": "signals",
        "quarantine_tolerance": "signals",
    }


def test_no_property_of_a_column_can_change_unseen() -> None:
    other: dict[str, Any] = {
        "required_when": load("land").table("rights").column("op").required_when,
        "codes": {"1": ("one", "一")},
        "item_codes": {"1": ("one", "一")},
        "value_aliases": {"一": "1"},
        "known_faults": ("id_15",),
        "type": "date",
    }
    plain = Column("name", "名称", "名称", "string")
    for field in fields(Column):
        if field.name in ("name", "label", "scale", "required_when"):
            continue
        before = getattr(plain, field.name)
        value = other.get(
            field.name, (not before) if isinstance(before, bool) else 5 if field.name == "max_len" else "x"
        )
        if field.name == "precision":
            assert column_differences("t.c", replace(plain, precision=9, scale=2), replace(plain, precision=8, scale=2))
            continue
        assert column_differences("t.c", plain, replace(plain, **{field.name: value})), field.name
