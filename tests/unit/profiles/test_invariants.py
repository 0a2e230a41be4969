"""A hundred and fifty random debtors in one build: houses in any ownership, mortgages, accounts, freezes, vehicles."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from given import Person, number_of
from invariants import INVARIANTS
from nights import car
from scenario import Published, Scenario
from test_debtor_values import accounts, claim
from test_targets import freeze

DEBTORS = 150
AMOUNTS = (None, "0.00", "0.01", "999.99", "12345.67", "300000.00", "5000000.00")
TYPES = ("金穗借记卡", "金穗借记卡", "单位保证金（承兑汇票）", "低保金专户", "惠农一卡通", "个人贷款", None)
SHARES = (None, "1/2", "1/3", "2/3", "50%", "100%", "0.25")
OURS, THEIRS = "测试区人民法院", "别的法院"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    scenario, draw = Scenario(tmp_path_factory.mktemp("random")), random.Random(20261123)
    for n in range(1, DEBTORS + 1):
        organization = draw.random() < 0.3
        who = Person(n, scenario.debtor_id(number_of(n, organization)), organization)
        scenario.debtor(who.name, who.id_number)
        claim(scenario, draw.choice(("0.01", "900.00", "100000.00", "9999999.99")))
        for tell in draw.sample((_house, _money, _car), k=draw.randint(1, 3)):
            tell(scenario, who, draw)
    yield scenario.build()
    scenario.close()


def _owner(who: Person) -> dict[str, Any]:
    kind = "uscc" if who.organization else "resident_id"
    return {"name": who.name, "id_type": kind, "id_number": who.id_number}


def _house(s: Scenario, who: Person, draw: random.Random) -> None:
    """One to three owners: the debtor, the debtor before, a stranger; any way of sharing; mortgages and seizures."""
    key = who.key("FW")
    facts = {"location": f"测试区{who.n}号", "planned_use": draw.choice(("residence", "business", None))}
    unit = {"unit_no": who.unit("F00010001"), "price": draw.choice(AMOUNTS), "register_status": "current"}
    s.add("housing", "units", unit_id=key, **unit, **facts)
    before = Person(who.n - 1, "", False)
    owners = [_owner(who), *draw.sample([_owner(before), {"name": "别人"}], k=draw.randint(0, 2))]
    how = draw.choice(("sole", "joint", "by_shares", "by_shares", None))
    for seq, owner in enumerate(owners, start=1):
        share = draw.choice(SHARES) if how == "by_shares" else None
        s.add("housing", "owners", unit_id=key, seq=seq, co_ownership=how, share=share, **owner)
    for nth in range(draw.randint(0, 2)):
        facts = {"kind": "mortgage", "holder_name": f"银行{nth}", "amount": draw.choice(AMOUNTS)}
        s.add("housing", "mortgages", unit_id=key, mortgage_no=who.key("DY", nth), **facts)
    for nth in range(draw.randint(0, 2)):
        facts = {"kind": draw.choice(("seizure", "waiting")), "authority": draw.choice((OURS, THEIRS))}
        s.add("housing", "seizures", unit_id=key, seizure_no=who.key("CF", nth), document=f"文书{nth}", wait_order=nth,
              from_date="2026-01-01", to_date=draw.choice(("2026-11-25", "2028-01-01")), **facts)  # fmt: skip


def _money(s: Scenario, who: Person, draw: random.Random) -> None:
    rows = [
        {
            "balance": draw.choice(AMOUNTS),
            "available": draw.choice((*AMOUNTS, "-599.00")),
            "type_raw": draw.choice(TYPES),
            "currency": draw.choice(("CNY", "CNY", "CNY", "USD")),
        }
        for _ in range(draw.randint(1, 4))
    ]
    inquiry_no = accounts(s, who, *rows)
    for nth in range(draw.randint(0, 3)):
        facts = {
            "sequence": draw.randint(1, len(rows)),
            "measure_no": nth + 1,
            "authority": draw.choice((OURS, THEIRS)),
        }
        freeze(s, inquiry_no, document=f"（2026）测0499执{who.n}号之{nth}", amount=draw.choice(AMOUNTS), **facts)


def _car(s: Scenario, who: Person, draw: random.Random) -> None:
    named = {"owner_name": who.name, "owner_id": draw.choice((who.id_number, None))}
    car(s, who, **named, owner_id_type="uscc" if who.organization else "resident_id")


@pytest.mark.parametrize("name", INVARIANTS)
def test_what_always_holds(published: Published, name: str) -> None:
    assert published.con.execute(INVARIANTS[name]).fetchall() == []


def test_the_draw_meets_what_the_invariants_are_about(published: Published) -> None:
    def count(query: str) -> int:
        return int(published.con.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0])

    for met in (
        "FROM asset WHERE (detail ->> 'shares_exceed_whole') = 'true'",
        "FROM asset WHERE (detail ->> 'share_presumed_equal') = 'true'",
        "FROM asset WHERE ownership = 'joint'",
        "FROM asset WHERE net_value = 0 AND gross_value > 0",
        "FROM asset WHERE net_value IS NULL AND gross_value IS NOT NULL",
        "FROM target WHERE recommended_measure = 'deduct'",
        "FROM asset JOIN target USING (debtor_id, asset_id) WHERE handling = 'freeze_only'",
        "FROM link WHERE tier = 'possible'",
        "SELECT asset_id FROM asset GROUP BY asset_id HAVING count(*) > 1",
    ):
        assert count(met) > 0, met
