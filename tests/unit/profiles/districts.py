"""Drawn debtors, many to a build: houses in any ownership, mortgages, accounts, freezes, vehicles.

A build costs seconds whatever is in it, so an example of a property is a whole district of unlike debtors.
"""

from __future__ import annotations

from dataclasses import dataclass

from given import Person, number_of
from hypothesis import strategies as st
from nights import car
from scenario import Scenario
from test_debtor_values import accounts, claim
from test_targets import freeze

OURS, THEIRS = "测试区人民法院", "别的法院"
TYPES = ("金穗借记卡", "单位保证金（承兑汇票）", "低保金专户", "惠农一卡通", "个人贷款", None)


@dataclass(frozen=True)
class Owner:
    """`who`: the debtor "himself", the debtor told "before" him, or a "stranger"."""

    who: str
    share: str | None = None


@dataclass(frozen=True)
class Measure:
    authority: str
    kind: str = "seizure"
    amount: str | None = None
    on: int = 0
    to_date: str = "2028-01-01"


@dataclass(frozen=True)
class House:
    price: str | None
    how: str | None
    owners: tuple[Owner, ...]
    mortgages: tuple[str | None, ...] = ()
    seizures: tuple[Measure, ...] = ()
    use: str | None = "residence"


@dataclass(frozen=True)
class Account:
    balance: str | None
    available: str | None
    type_raw: str | None = "金穗借记卡"
    currency: str = "CNY"


@dataclass(frozen=True)
class Debtor:
    """`car`: whether a vehicle names him with his "number" or by "name" alone."""

    owed: str
    organization: bool = False
    house: House | None = None
    accounts: tuple[Account, ...] = ()
    freezes: tuple[Measure, ...] = ()
    car: str | None = None


#: What the properties are about, each once: so every build meets it.
TOLD = (
    Debtor("100000.00", house=House("300000.00", "by_shares", (Owner("himself", "2/3"), Owner("before", "2/3")))),
    Debtor("100000.00", house=House("300000.00", "by_shares", (Owner("himself"), Owner("stranger")))),
    Debtor("100000.00", house=House("300000.00", "joint", (Owner("himself"), Owner("before")))),
    Debtor("100000.00", house=House("300000.00", "sole", (Owner("himself"),), ("5000000.00",))),
    Debtor("100000.00", house=House("300000.00", "sole", (Owner("himself"),), (None,))),
    Debtor("900.00", accounts=(Account("5000.00", "5000.00"),), freezes=(Measure(OURS, amount="900.00"),)),
    Debtor("900.00", accounts=(Account("5000.00", "5000.00", "单位保证金（承兑汇票）"),)),
    Debtor("0.01", car="name"),
)

amounts = st.none() | st.sampled_from(("0.00", "0.01", "5000000.00")) | st.decimals(0, 999999, places=2).map(str)
shares = st.none() | st.sampled_from(("1/2", "50%", "100%")) | st.integers(2, 9).map(lambda parts: f"1/{parts}")
courts = st.sampled_from((OURS, THEIRS))
ends = st.sampled_from(("2026-11-25", "2028-01-01"))
owners = st.lists(st.builds(Owner, st.sampled_from(("before", "stranger")), shares), max_size=2)
seizures = st.builds(Measure, courts, st.sampled_from(("seizure", "waiting")), to_date=ends)
houses = st.builds(
    House,
    price=amounts,
    how=st.sampled_from(("sole", "joint", "by_shares", "by_shares", None)),
    owners=st.tuples(shares, owners).map(lambda drawn: (Owner("himself", drawn[0]), *drawn[1])),
    mortgages=st.lists(amounts, max_size=2).map(tuple),
    seizures=st.lists(seizures, max_size=2).map(tuple),
    use=st.sampled_from(("residence", "business", None)),
)
available = amounts | st.just("-599.00")
held = st.builds(Account, amounts, available, st.sampled_from(TYPES), st.sampled_from(("CNY", "USD")))
debtors = st.builds(
    Debtor,
    owed=st.sampled_from(("0.01", "900.00", "100000.00", "9999999.99")),
    organization=st.booleans(),
    house=st.none() | houses,
    accounts=st.lists(held, min_size=1, max_size=3).map(tuple),
    freezes=st.lists(st.builds(Measure, courts, amount=amounts, on=st.integers(0, 2)), max_size=3).map(tuple),
    car=st.sampled_from((None, "number", "name")),
)
districts = st.lists(debtors, min_size=50, max_size=70)


def tell(s: Scenario, drawn: list[Debtor]) -> list[Person]:
    """Deliver what stands in `drawn`; who they are, in that order."""
    people = [
        Person(n, s.debtor_id(number_of(n, debtor.organization)), debtor.organization)
        for n, debtor in enumerate(drawn, start=1)
    ]
    for who, before, debtor in zip(people, [None, *people], drawn, strict=False):
        s.debtor(who.name, who.id_number)
        claim(s, debtor.owed)
        if debtor.house:
            _house(s, who, before, debtor.house)
        if debtor.accounts:
            _money(s, who, debtor)
        if debtor.car:
            named = {"owner_id": who.id_number if debtor.car == "number" else None, "owner_id_type": _id_type(who)}
            car(s, who, owner_name=who.name, **named)
    return people


def _house(s: Scenario, who: Person, before: Person | None, house: House) -> None:
    key = who.key("FW")
    unit = {"unit_no": who.unit("F00010001"), "location": f"测试区{who.n}号", "register_status": "current"}
    s.add("housing", "units", unit_id=key, price=house.price, planned_use=house.use, **unit)
    for seq, owner in enumerate(house.owners, start=1):
        person = {"himself": who, "before": before}.get(owner.who)
        named = {"name": person.name, "id_type": _id_type(person), "id_number": person.id_number} if person else {}
        share = owner.share if house.how == "by_shares" else None
        facts = {"unit_id": key, "seq": seq, "co_ownership": house.how, "share": share}
        s.add("housing", "owners", **{"name": "别人", **facts, **named})
    for nth, amount in enumerate(house.mortgages):
        facts = {"kind": "mortgage", "holder_name": f"银行{nth}", "amount": amount}
        s.add("housing", "mortgages", unit_id=key, mortgage_no=who.key("DY", nth), **facts)
    for nth, measure in enumerate(house.seizures):
        facts = {"kind": measure.kind, "authority": measure.authority, "document": f"文书{nth}", "wait_order": nth}
        s.add("housing", "seizures", unit_id=key, seizure_no=who.key("CF", nth), from_date="2026-01-01",
              to_date=measure.to_date, **facts)  # fmt: skip


def _money(s: Scenario, who: Person, debtor: Debtor) -> None:
    inquiry_no = accounts(s, who, *(vars(account) for account in debtor.accounts))
    for nth, measure in enumerate(debtor.freezes, start=1):
        facts = {"sequence": measure.on % len(debtor.accounts) + 1, "measure_no": nth, "amount": measure.amount}
        freeze(s, inquiry_no, document=f"（2026）测0499执{who.n}号之{nth}", authority=measure.authority, **facts)


def _id_type(who: Person) -> str:
    return "uscc" if who.organization else "resident_id"
