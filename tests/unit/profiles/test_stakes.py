"""What hangs on a link, and what a decision about it will change."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from scenario import PERSON_A, Published, Scenario

from core.errors import NotFoundError
from core.ids import keyed_id
from core.settings import Settings
from profiles import stakes
from profiles.stakes import Stakes

PASSPORT = "E00008640"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """测试丙 is known by a passport alone: his house is probable. 测试甲 has one for certain; a car bears his number
    under another name."""
    s = Scenario(tmp_path_factory.mktemp("stakes"))
    s.debtor("测试丙", PASSPORT, id_type="passport")
    s.debtor("测试甲", PERSON_A)
    for unit, name, kind, number in (
        ("FW1", "测试丙", "passport", PASSPORT),
        ("FW2", "测试甲", "resident_id", PERSON_A),
    ):
        s.add("housing", "units", unit_id=unit, unit_no=f"370499001001GB00001F0001000{unit[-1]}", price="620000.00",
              planned_use="residence", register_status="current")  # fmt: skip
        s.add("housing", "owners", unit_id=unit, seq=1, name=name, id_type=kind, id_number=number, co_ownership="sole")
    s.add("vehicles", "vehicles", vehicle_id="1", owner_name="测别", owner_id_type="resident_id", owner_id=PERSON_A,
          plate_type="small", plate_no="测D00000", status=["normal"])  # fmt: skip
    yield s.build()
    s.close()


def of(told: Published, **where: object) -> Stakes:
    return stakes.of_link(told.con, told.one("link", **where)["link_id"])


def test_a_probable_house_joins_what_counts(told: Published) -> None:
    found = of(told, tier="probable")
    assert found.amount == Decimal("620000.00")
    effect = found.effect("same")
    assert [row["kind"] for row in effect.joins] == ["housing"]
    assert (effect.net_value, effect.coverage, effect.leaves) == (Decimal("620000.00"), 6.2, [])
    assert [row["kind"] for row in found.effect("different").leaves] == ["housing"]
    for answer in ("different", "unsure"):
        assert found.effect(answer).net_value == 0


def test_a_confirmed_house_leaves_what_counts(told: Published) -> None:
    found = of(told, tier="confirmed", source="housing")
    for answer in ("different", "unsure"):
        effect = found.effect(answer)
        assert ([row["kind"] for row in effect.leaves], effect.net_value) == (["housing"], 0)
    assert found.effect("same").net_value == Decimal("620000.00")


def test_what_a_lead_will_bring_is_unknown(told: Published) -> None:
    found = of(told, source="vehicles")
    assert (found.link["tier"], found.assets, found.amount) == ("possible", [], None)


def test_the_ledgers_name_of_a_link_holds_no_key_of_the_record(told: Published) -> None:
    found = of(told, source="vehicles")
    subject = found.subject(Settings().id_key)
    assert subject["record_key"] == keyed_id(Settings().id_key, "R", "vehicles", "vehicles", found.link["record_id"])
    assert set(subject) == {"link_id", "debtor_id", "source", "table_name", "record_key", "basis_digest"}


def test_a_link_that_is_not_published_is_told(told: Published) -> None:
    with pytest.raises(NotFoundError, match="没有这条关联"):
        stakes.of_link(told.con, "L0")
