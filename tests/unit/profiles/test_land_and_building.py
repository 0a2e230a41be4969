"""A mortgage on the land burdens the building that bears the value of both, once (民法典 397)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from given import Given, Person, Told
from scenario import Scenario

given = Given()

LOAN = {"kind": "mortgage", "holder_name": "示例银行", "from_date": "2021-03-01", "to_date": "2031-02-28"}
CERTIFICATE = "鲁（2021）测试区不动产证明第0000009号"


def pair(s: Scenario, who: Person, *, right_type: str = "state_construction_with_building", flats: int = 1) -> None:
    """A parcel and what stands on it: flats at 620,000 each, the land at 350 万元."""
    owner = {"seq": 1, "name": who.name, "id_type": "resident_id", "id_number": who.id_number, "co_ownership": "sole"}
    for nth in range(flats):
        unit = {"unit_id": who.key("FW", nth), "unit_no": who.unit(f"F0001000{nth + 1}"), "price": "620000.00"}
        s.add("housing", "units", **unit, location=f"测试区{who.n}号", register_status="current")
        s.add("housing", "owners", unit_id=unit["unit_id"], **owner)
    right = {"right_id": who.key("TD"), "unit_no": who.unit(), "right_type": right_type, "price": "350"}
    s.add("land", "rights", **right, location="测试区", register_status="current")
    s.add("land", "holders", right_id=right["right_id"], **owner)


def on_land(s: Scenario, who: Person, amount: str | None = "20", **facts: Any) -> None:
    key = {"mortgage_no": who.key("DY", len(s._rows.get(("land", "mortgages"), []))), "right_id": who.key("TD")}
    s.add("land", "mortgages", **{**LOAN, **key, "amount": amount, "amount_unit": "wan_yuan", **facts})


def on_building(s: Scenario, who: Person, amount: str | None = "200000.00", **facts: Any) -> None:
    key = {"mortgage_no": who.key("FY"), "unit_id": who.key("FW")}
    s.add("housing", "mortgages", **{**LOAN, **key, "amount": amount, **facts})


@given
def on_the_land_only(s: Scenario, who: Person) -> None:
    pair(s, who)
    on_land(s, who)


@given
def under_one_certificate(s: Scenario, who: Person) -> None:
    """The two registers write its certificate and its dates in their own way."""
    pair(s, who)
    on_land(s, who, cert_no=CERTIFICATE, from_date="2021-03-02")
    on_building(s, who, cert_no=CERTIFICATE.replace("（", "(").replace("）", ")"))


@given
def alike_on_both(s: Scenario, who: Person) -> None:
    pair(s, who)
    on_land(s, who)
    on_building(s, who)


@given
def another_on_each(s: Scenario, who: Person) -> None:
    pair(s, who)
    on_land(s, who)
    on_building(s, who, holder_name="别的银行")


@given
def two_on_the_land(s: Scenario, who: Person) -> None:
    pair(s, who)
    on_land(s, who)
    on_land(s, who, "10", from_date="2022-03-01")


@given
def cancelled(s: Scenario, who: Person) -> None:
    pair(s, who)
    on_land(s, who, cancelled_at="2026-03-02 09:00:00")


@given
def of_unknown_amount(s: Scenario, who: Person) -> None:
    pair(s, who)
    on_land(s, who, None)


@given
def under_two_flats(s: Scenario, who: Person) -> None:
    pair(s, who, flats=2)
    on_land(s, who)


@given
def land_that_counts_for_itself(s: Scenario, who: Person) -> None:
    pair(s, who, right_type="state_construction")
    on_land(s, who)


def worth(told: Told, story: Any, kind: str = "housing") -> list[tuple[Any, Any]]:
    """(prior claims, net value) of the things of a kind, the lower net value first."""
    found = [(row["prior_claims"], row["net_value"]) for row in told.rows("asset", story, kind=kind)]
    return sorted(found, key=lambda pair: (pair[1] is None, pair[1]))


@pytest.mark.parametrize(
    ("story", "claims"),
    [
        (on_the_land_only, 200_000),
        (under_one_certificate, 200_000),
        (alike_on_both, 200_000),
        (another_on_each, 400_000),
        (two_on_the_land, 300_000),
        (cancelled, 0),
    ],
)
def test_mortgages_of_both_are_deducted_from_the_building_once(told: Told, story: Any, claims: int) -> None:
    assert worth(told, story) == [(Decimal(claims), Decimal(620_000 - claims))]
    ((_, land_net),) = worth(told, story, "land_use_right")
    assert land_net is None
    assert told.one("debtor", story)["net_value"] == Decimal(620_000 - claims)


def test_a_mortgage_of_unknown_amount_leaves_the_net_value_unknown(told: Told) -> None:
    assert worth(told, of_unknown_amount) == [(None, None)]


def test_land_under_two_buildings_burdens_the_one_it_names(told: Told) -> None:
    assert worth(told, under_two_flats) == [(200_000, 420_000), (0, 620_000)]


def test_land_with_a_value_of_its_own_bears_its_mortgage_itself(told: Told) -> None:
    assert worth(told, land_that_counts_for_itself) == [(0, 620_000)]
    assert worth(told, land_that_counts_for_itself, "land_use_right") == [(200_000, 3_300_000)]


def test_the_judge_is_told_that_the_land_is_mortgaged(told: Told) -> None:
    def told_of(story: Any) -> tuple[Any, bool]:
        (house,) = told.rows("asset", story, kind="housing")
        (target,) = told.rows("target", story, asset_id=house["asset_id"])
        return '"land_mortgage_counted":true' in house["detail"], "存在抵押、质押等优先权" in target["cautions"]

    assert told_of(on_the_land_only) == (True, True)
    assert told_of(alike_on_both) == (False, True)
    assert told_of(cancelled) == (False, False)
