"""The stories of organisations."""

from __future__ import annotations

from demo.stories import cars, equity, estate, works
from demo.stories.hero import Hero, Story, a_night_or_never, nothing
from demo.stories.tale import Tale


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
    works.own_mine(tale, hero.party, exploration=False, seized=True)


def _exploration(tale: Tale, hero: Hero) -> None:
    works.own_mine(tale, hero.party, exploration=True, seized=False)


def _project_in_progress(tale: Tale, hero: Hero) -> None:
    works.build(tale, hero.party, a_night_or_never(tale), started=False)


def _project(tale: Tale, hero: Hero) -> None:
    works.build(tale, hero.party, a_night_or_never(tale), started=True)


def _branch(tale: Tale, hero: Hero) -> None:
    for branch in hero.firms:
        cars.own_car(tale, branch)
        estate.own_home(tale, [(branch, None)], row={"planned_use": "business"})


def _cancellation(tale: Tale, hero: Hero) -> None:
    entity = f"ZT{equity.firm_id_of(tale, hero.party) + 1:012d}"
    if hero.party.kind in ("collective", "institution"):
        return  # the register of market entities does not know them
    equity.entity_procedure(tale, hero.debtor_no, entity, a_night_or_never(tale), equity=None)


def _land_paid_in_part(tale: Tale, hero: Hero) -> None:
    row = {"price": 800, "price_paid": 300, "registered_at": None, "cert_no": None, "register_status": "temporary"}
    land = estate.own_land(tale, [(hero.party, None)], "state_construction", row=row)
    estate.seized_by_us(tale, land, hero.debtor_no, "pre_seizure")


def _land_sold(tale: Tale, hero: Hero) -> None:
    estate.transfer(tale, hero.party, "land", a_night_or_never(tale))


def _shares(tale: Tale, hero: Hero) -> None:
    firm, row = equity.hold_equity(tale, hero.party)
    equity.freeze(tale, hero.party, firm, row)


FIRM_STORIES: tuple[Story, ...] = (
    _factory, _mine, _project_in_progress, _fleet, _branch, _cancellation, _land_sold, _shares, _exploration,
    _land_paid_in_part, _project, nothing,
)  # fmt: skip


def ordinary_firm(tale: Tale, hero: Hero) -> None:
    """What firms mostly have, drawn by chance on top of their story."""
    dice = tale.dice
    for _ in range(dice.choice((0, 1, 1, 2))):
        cars.own_car(tale, hero.party, dice.choice(("small", "large")))
    if dice.random() < 0.25:
        home = estate.own_home(tale, [(hero.party, None)], row={"planned_use": "office"})
        estate.mortgage(tale, home, dice.randrange(300, 900) * 1000)
    if dice.random() < 0.12:
        estate.own_land(tale, [(hero.party, None)], "state_construction")
