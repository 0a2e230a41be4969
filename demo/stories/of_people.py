"""The stories of natural persons."""

from __future__ import annotations

from demo.stories import cars, equity, estate, works
from demo.stories.hero import Hero, Story, a_night, a_night_or_never, nothing
from demo.stories.tale import Tale


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
    cars.seized_by_us(tale, cars.own_car(tale, hero.party), hero.debtor_no, released_on_night=a_night(tale))


def _car_sold(tale: Tale, hero: Hero) -> None:
    cars.sell(tale, hero.party, a_night_or_never(tale))


def _car_sale_stopped(tale: Tale, hero: Hero) -> None:
    cars.sell(tale, hero.party, a_night_or_never(tale), stop=True)


def _car_bought(tale: Tale, hero: Hero) -> None:
    night = a_night(tale)
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
    estate.transfer(tale, hero.party, "housing", a_night_or_never(tale))


def _home_sale_stopped(tale: Tale, hero: Hero) -> None:
    estate.transfer(tale, hero.party, "housing", a_night_or_never(tale), stop=True)


def _home_found(tale: Tale, hero: Hero) -> None:
    night = a_night(tale)
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
    estate.seized_by_us(tale, home, hero.debtor_no, released_on_night=a_night(tale))


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
    firm, row = equity.hold_equity(tale, hero.party)
    equity.freeze(tale, hero.party, firm, row)


def _equity_pledged(tale: Tale, hero: Hero) -> None:
    firm, row = equity.hold_equity(tale, hero.party)
    equity.pledge(tale, hero.party, row)
    equity.freeze(tale, hero.party, firm, row, waiting=True)


def _equity_for_sale(tale: Tale, hero: Hero) -> None:
    _, row = equity.hold_equity(tale, hero.party)
    equity.pledge(tale, hero.party, row, cancelled=True)
    equity.entity_procedure(tale, hero.debtor_no, row["entity_id"], a_night_or_never(tale), equity=row["equity_id"])


def _equity_freeze_unpublished(tale: Tale, hero: Hero) -> None:
    firm, row = equity.hold_equity(tale, hero.party)
    equity.freeze(tale, hero.party, firm, row, published=False)


def _village_permit(tale: Tale, hero: Hero) -> None:
    works.permit(tale, hero.party, None, "rural")


PERSON_STORIES: tuple[Story, ...] = (
    _car_behind_others, _home_of_couple, _car_sold, _presale, _home_found, _equity_frozen, _double, _home_shared,
    _homestead, _car_seized, _home_sold, _home_by_old_certificate, _car_bought, _equity_pledged, _home_sold_before,
    _village_land, _home_sale_stopped, _car_released, _home_of_family, _two_cars, _presale_notice, _equity_for_sale,
    _home_half, _car_without_plate, _home_of_two_loans, _village_permit, _car_scrapped, _home_given_away,
    _home_seizure_released, _equity_freeze_unpublished, _car_sale_stopped, _home_mortgaged, nothing, _double,
)  # fmt: skip


def ordinary_person(tale: Tale, hero: Hero) -> None:
    """What people mostly have, drawn by chance on top of their story."""
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
            cars.own_car(tale, shop, "large")
