"""Who lives through which story. Every debtor gets one of the list in turn, so that a few dozen debtors show them all,
and ordinary things on top, so that the district as a whole looks like one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from demo.arrow import pc
from demo.court.cases import Case
from demo.neighbourhood import Neighbourhood
from demo.registers.enterprises import Equity
from demo.stories import business, cars, estate
from demo.stories.tale import Party, Tale

_ROLES = ("head", "spouse", "child", "parent", "twin", "double")


@dataclass(frozen=True)
class Hero:
    """A debtor with the people and firms around."""

    debtor_no: int
    party: Party
    family: dict[str, Party]
    firms: Sequence[Party]  # shops that a person operates, branches of a firm

    def relative(self) -> Party | None:
        """Somebody of the family who is no debtor."""
        return next((self.family[role] for role in ("child", "parent", "spouse", "head") if self._free(role)), None)

    def _free(self, role: str) -> bool:
        member = self.family.get(role)
        return member is not None and member.debtor_no is None


Story = Callable[[Tale, Hero], None]


def tell(place: Neighbourhood, nights: int, cases: Sequence[Case], equity: Equity) -> Tale:
    """All stories of a neighbourhood."""
    tale = Tale(place, nights, cases)
    business.equity_of_debtors(tale, equity)
    for turn, hero in enumerate(_persons(tale)):
        PERSON_STORIES[turn % len(PERSON_STORIES)](tale, hero)
        _ordinary_person(tale, hero)
    for turn, hero in enumerate(_organisations(tale)):
        FIRM_STORIES[turn % len(FIRM_STORIES)](tale, hero)
        _ordinary_firm(tale, hero)
    return tale


def _persons(tale: Tale) -> list[Hero]:
    people, firms = tale.place.people, tale.place.firms
    debtors = (
        people.filter(pc.is_valid(people["debtor_no"])).select(["person_id", "household", "debtor_no"]).to_pylist()
    )
    ids, household = people["person_id"].to_numpy(), people["household"].to_numpy()
    shops = (
        firms.filter(pc.equal(firms["kind"], "sole_proprietor"))
        .select(["firm_id", "legal_rep_id", "debtor_no"])
        .to_pylist()
    )
    operated: dict[int, list[int]] = {}
    for shop in shops:
        if shop["debtor_no"] is None:
            operated.setdefault(shop["legal_rep_id"], []).append(shop["firm_id"] - int(firms["firm_id"][0].as_py()))
    heroes = []
    for debtor in sorted(debtors, key=lambda row: row["debtor_no"]):
        me = int(np.searchsorted(ids, debtor["person_id"]))
        family = {}
        for row in range(*np.searchsorted(household, [debtor["household"], debtor["household"] + 1])):
            if row != me:
                family[_ROLES[int(ids[row]) % 8]] = tale.party(int(row))
        own = [tale.party(row + len(people)) for row in operated.get(debtor["person_id"], [])]
        heroes.append(Hero(debtor["debtor_no"], tale.party(me), family, own))
    return heroes


def _organisations(tale: Tale) -> list[Hero]:
    firms = tale.place.firms.select(["firm_id", "debtor_no", "parent_id"]).to_pylist()
    offset = len(tale.place.people)
    heroes = []
    for row, firm in enumerate(firms):
        if firm["debtor_no"] is None:
            continue
        branches = [tale.party(offset + at) for at, other in enumerate(firms) if other["parent_id"] == firm["firm_id"]]
        heroes.append(
            Hero(firm["debtor_no"], tale.party(offset + row), {}, [b for b in branches if b.debtor_no is None])
        )
    return sorted(heroes, key=lambda hero: hero.debtor_no)


def _night(tale: Tale) -> int:
    """The night on which things come to pass: mostly the second one."""
    return 1 + tale.count("event") % 3 // 2 * (tale.nights > 2)


# -- persons


def _car(tale: Tale, hero: Hero) -> None:
    cars.own_car(tale, hero.party)


def _car_behind_others(tale: Tale, hero: Hero) -> None:
    car = cars.own_car(tale, hero.party)
    cars.mortgage(tale, car, 80_000)
    cars.seized_by_others(tale, car)
    cars.seized_by_us(tale, car, hero.debtor_no, order=1)


def _car_seized(tale: Tale, hero: Hero) -> None:
    cars.seized_by_us(tale, cars.own_car(tale, hero.party, "small_nev"), hero.debtor_no)


def _car_released(tale: Tale, hero: Hero) -> None:
    cars.seized_by_us(tale, cars.own_car(tale, hero.party), hero.debtor_no, released_on_night=_night(tale))


def _car_sold(tale: Tale, hero: Hero) -> None:
    cars.sell(tale, hero.party, _night(tale))


def _car_sale_stopped(tale: Tale, hero: Hero) -> None:
    cars.sell(tale, hero.party, _night(tale), stop=True)


def _car_bought(tale: Tale, hero: Hero) -> None:
    night = _night(tale)
    if tale.happens(night):
        cars.own_car(tale, hero.party, from_night=night)


def _car_without_plate(tale: Tale, hero: Hero) -> None:
    cars.own_car(tale, hero.party, no_plate=True)
    cars.own_car(tale, hero.party, "motorcycle")


def _car_scrapped(tale: Tale, hero: Hero) -> None:
    cars.own_car(tale, hero.party, status=["cancelled"], is_current=False)


def _two_cars(tale: Tale, hero: Hero) -> None:
    cars.mortgage(tale, cars.own_car(tale, hero.party), 60_000, cancelled=True)
    cars.own_car(tale, hero.party, status=["violation_open", "inspection_overdue"])


def _home_mortgaged(tale: Tale, hero: Hero) -> None:
    estate.mortgage(tale, estate.own_home(tale, [(hero.party, None)]), 400_000)


def _home_of_couple(tale: Tale, hero: Hero) -> None:
    partner = hero.family.get("spouse") or hero.family.get("head") or tale.stranger()
    home = estate.own_home(tale, [(hero.party, None), (partner, None)])
    estate.mortgage(tale, home, 300_000)
    estate.seized_by_us(tale, home, hero.debtor_no, ends_in=tale.dice.choice((5, 12, 25, 200)))


def _home_shared(tale: Tale, hero: Hero) -> None:
    home = estate.own_home(tale, [(hero.party, "1/3"), (tale.stranger(), "2/3")])
    estate.seized_by_others(tale, home)
    estate.seized_by_us(tale, home, hero.debtor_no, "waiting", order=1)


def _home_half(tale: Tale, hero: Hero) -> None:
    estate.own_home(tale, [(tale.stranger(), "50%"), (hero.party, "50%")])


def _home_sold_before(tale: Tale, hero: Hero) -> None:
    estate.own_home(tale, [(hero.party, None)], row={"register_status": "historic"}, is_current=False)


def _home_sold(tale: Tale, hero: Hero) -> None:
    estate.transfer(tale, hero.party, "housing", _night(tale))


def _home_sale_stopped(tale: Tale, hero: Hero) -> None:
    estate.transfer(tale, hero.party, "housing", _night(tale), stop=True)


def _home_found(tale: Tale, hero: Hero) -> None:
    night = _night(tale)
    if tale.happens(night):
        estate.own_home(tale, [(hero.party, None)], from_night=night)


def _home_of_two_loans(tale: Tale, hero: Hero) -> None:
    home = estate.own_home(tale, [(hero.party, None)])
    estate.mortgage(tale, home, 500_000, most=True)
    estate.mortgage(tale, home, 200_000, rank=2)
    estate.mortgage(tale, home, 90_000, rank=1, cancelled=True)


def _home_by_old_certificate(tale: Tale, hero: Hero) -> None:
    estate.own_home(tale, [(hero.party, None)], only_certificate=True)


def _home_seizure_released(tale: Tale, hero: Hero) -> None:
    home = estate.own_home(tale, [(hero.party, None)])
    estate.seized_by_others(tale, home, released=True)
    estate.seized_by_us(tale, home, hero.debtor_no, released_on_night=_night(tale))


def _home_given_away(tale: Tale, hero: Hero) -> None:
    relative = hero.relative()
    if relative is not None:
        estate.given_away(tale, hero.party, relative)


def _home_of_family(tale: Tale, hero: Hero) -> None:
    """The spouse or child owns alone: being family makes nobody an obligor."""
    relative = hero.relative()
    if relative is not None:
        home = estate.own_home(tale, [(relative, None)])
        tale.stranger_owns("housing", "owners", f"{home.id}/1", hero.debtor_no, "family")
        car = cars.own_car(tale, relative)
        tale.stranger_owns("vehicles", "vehicles", car.id, hero.debtor_no, "family")


def _double(tale: Tale, hero: Hero) -> None:
    """A stranger of the same name and birth date, or a twin, owns something."""
    for role in ("double", "twin"):
        other = hero.family.get(role)
        if other is not None and other.debtor_no is None:
            car = cars.own_car(tale, other)
            tale.stranger_owns("vehicles", "vehicles", car.id, hero.debtor_no, role)
            land = estate.own_land(tale, [(other, None)])
            tale.stranger_owns("land", "holders", f"{land.id}/1", hero.debtor_no, role)


def _homestead(tale: Tale, hero: Hero) -> None:
    _, land = estate.house_on_own_land(tale, [(hero.party, None)], factory=False)
    estate.mortgage(tale, land, 90_000)


def _village_land(tale: Tale, hero: Hero) -> None:
    estate.own_land(tale, [(hero.party, "1/2"), (tale.stranger(), "1/2")])
    estate.own_land(tale, [(hero.party, None)], "contracted_land")


def _presale(tale: Tale, hero: Hero) -> None:
    flat = estate.buy_presale(tale, hero.party, "contract_filing")
    estate.seized_by_us(tale, flat, hero.debtor_no, "pre_seizure")


def _presale_notice(tale: Tale, hero: Hero) -> None:
    estate.buy_presale(tale, hero.party, "presale_purchase")


def _equity_frozen(tale: Tale, hero: Hero) -> None:
    firm, row = business.hold_equity(tale, hero.party)
    business.freeze(tale, hero.party, firm, row)


def _equity_pledged(tale: Tale, hero: Hero) -> None:
    firm, row = business.hold_equity(tale, hero.party)
    business.pledge(tale, hero.party, row)
    business.freeze(tale, hero.party, firm, row, waiting=True)


def _equity_for_sale(tale: Tale, hero: Hero) -> None:
    _, row = business.hold_equity(tale, hero.party)
    business.pledge(tale, hero.party, row, cancelled=True)
    business.entity_procedure(tale, hero.debtor_no, row["entity_id"], "transfer", row["equity_id"], _night(tale))


def _equity_freeze_unpublished(tale: Tale, hero: Hero) -> None:
    firm, row = business.hold_equity(tale, hero.party)
    business.freeze(tale, hero.party, firm, row, effective=False)


def _village_permit(tale: Tale, hero: Hero) -> None:
    business.permit(tale, hero.party, None, "rural")


def _nothing(tale: Tale, hero: Hero) -> None:
    """There are debtors who own nothing."""


PERSON_STORIES: tuple[Story, ...] = (
    _car_behind_others, _home_of_couple, _car_sold, _presale, _home_found, _equity_frozen, _double, _home_shared, _homestead,
    _car_seized, _home_sold, _home_by_old_certificate, _car_bought, _equity_pledged, _home_sold_before, _village_land,
    _home_sale_stopped, _car_released, _home_of_family, _two_cars, _presale_notice, _equity_for_sale, _home_half,
    _car_without_plate, _home_of_two_loans, _village_permit, _car_scrapped, _home_given_away, _home_seizure_released,
    _equity_freeze_unpublished, _car_sale_stopped, _home_mortgaged, _nothing, _double,
)  # fmt: skip


def _ordinary_person(tale: Tale, hero: Hero) -> None:
    dice = tale.dice
    if dice.random() < 0.4:
        car = cars.own_car(tale, hero.party, dice.choice(("small", "small", "motorcycle")))
        if dice.random() < 0.25:
            cars.mortgage(tale, car, dice.randrange(20, 150) * 1000)
    if dice.random() < 0.35:
        partner = hero.family.get("spouse")
        both = partner is not None and dice.random() < 0.5
        home = estate.own_home(
            tale, [(hero.party, None), (partner, None)] if both and partner else [(hero.party, None)]
        )
        if dice.random() < 0.45:
            estate.mortgage(tale, home, dice.randrange(100, 600) * 1000)
        if dice.random() < 0.2:
            estate.seized_by_us(tale, home, hero.debtor_no)
    if dice.random() < 0.1:
        estate.own_land(tale, [(hero.party, None)])
    for shop in hero.firms:
        if shop.debtor_no is None and dice.random() < 0.5:
            cars.own_car(tale, shop, "large", reach="sole_proprietor", debtor_no=hero.debtor_no)


# -- organisations


def _fleet(tale: Tale, hero: Hero) -> None:
    for amount in (120_000, 180_000):
        cars.mortgage(tale, cars.own_car(tale, hero.party, "large"), amount)
    cars.seized_by_us(tale, cars.own_car(tale, hero.party, "large"), hero.debtor_no)


def _factory(tale: Tale, hero: Hero) -> None:
    building, land = estate.house_on_own_land(tale, [(hero.party, None)], factory=True)
    estate.mortgage(tale, land, 1_200_000)
    for thing in (building, land):
        estate.seized_by_us(tale, thing, hero.debtor_no)


def _mine(tale: Tale, hero: Hero) -> None:
    business.own_mine(tale, hero.party, exploration=False, seized=True)


def _exploration(tale: Tale, hero: Hero) -> None:
    business.own_mine(tale, hero.party, exploration=True, seized=False)


def _project_in_progress(tale: Tale, hero: Hero) -> None:
    business.build(tale, hero.party, _night(tale), started=False)


def _project(tale: Tale, hero: Hero) -> None:
    business.build(tale, hero.party, _night(tale), started=True)


def _branch(tale: Tale, hero: Hero) -> None:
    for branch in hero.firms:
        cars.own_car(tale, branch, reach="branch", debtor_no=hero.debtor_no)
        estate.own_home(
            tale, [(branch, None)], row={"planned_use": "business"}, reach="branch", debtor_no=hero.debtor_no
        )


def _cancellation(tale: Tale, hero: Hero) -> None:
    entity = f"ZT{business.firm_id_of(tale, hero.party) + 1:012d}"
    if hero.party.kind in ("collective", "institution"):
        return  # the register of market entities does not know them
    business.entity_procedure(tale, hero.debtor_no, entity, "cancellation", None, _night(tale))


def _land_paid_in_part(tale: Tale, hero: Hero) -> None:
    row = {"price": 800, "price_paid": 300, "registered_at": None, "cert_no": None, "register_status": "temporary"}
    land = estate.own_land(tale, [(hero.party, None)], "state_construction", row=row)
    estate.seized_by_us(tale, land, hero.debtor_no, "pre_seizure")


def _land_sold(tale: Tale, hero: Hero) -> None:
    estate.transfer(tale, hero.party, "land", _night(tale))


def _shares(tale: Tale, hero: Hero) -> None:
    firm, row = business.hold_equity(tale, hero.party)
    business.freeze(tale, hero.party, firm, row)


FIRM_STORIES: tuple[Story, ...] = (
    _factory, _mine, _project_in_progress, _fleet, _branch, _cancellation, _land_sold, _shares, _exploration, _land_paid_in_part,
    _project, _nothing,
)  # fmt: skip


def _ordinary_firm(tale: Tale, hero: Hero) -> None:
    dice = tale.dice
    for _ in range(dice.choice((0, 1, 1, 2))):
        cars.own_car(tale, hero.party, dice.choice(("small", "large")))
    if dice.random() < 0.25:
        home = estate.own_home(tale, [(hero.party, None)], row={"planned_use": "office"})
        estate.mortgage(tale, home, dice.randrange(300, 900) * 1000)
    if dice.random() < 0.12:
        estate.own_land(tale, [(hero.party, None)], "state_construction")
