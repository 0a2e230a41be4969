"""Many situations, one build: each ``@given`` function tells one debtor's situation, the fixture `told` builds them all
once per module, and every test looks at its own debtor.

    given = Given()

    @given
    def mortgaged(s: Scenario, who: Person) -> None: ...

    def test_…(told: Told) -> None:
        asset = told.asset(mortgaged)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from scenario import Published, Scenario

from core.identifiers import resident_id, resident_id_15, uscc

Teller = Callable[..., None]


@dataclass(frozen=True)
class Person:
    """A debtor of one situation; `n` is unique within the module and makes keys that meet nobody else's."""

    n: int
    debtor_id: str
    organization: bool = False

    @property
    def name(self) -> str:
        return f"示例{_hanzi(self.n)}建材有限公司" if self.organization else f"测{_hanzi(self.n)}"

    @property
    def id_number(self) -> str:
        return number_of(self.n, self.organization)

    @property
    def id_15(self) -> str:
        return resident_id_15("370499", _birth(self.n), 1)

    def key(self, prefix: str, nth: int = 0, width: int = 10) -> str:
        """A key of this situation alone, e.g. TD0000000420."""
        return f"{prefix}{self.n * 10 + nth:0{width}d}"

    def unit(self, building: str = "W00000000", nth: int = 0) -> str:
        """A unit number of 28 characters on a parcel of this situation."""
        return f"370499001001GB{self.n * 10 + nth:05d}{building}"


def number_of(n: int, organization: bool = False) -> str:
    return uscc(f"91370499MA3{n:06d}") if organization else resident_id("370499", _birth(n), 1)


def _birth(n: int) -> date:
    return date.fromordinal(date(1950, 1, 1).toordinal() + n)


def _hanzi(n: int) -> str:
    return chr(0x5200 + n)


@dataclass
class Given:
    """The situations of a module, in the order told."""

    tellers: list[tuple[Teller, tuple[Any, ...], bool]] = field(default_factory=list)

    def __call__(self, teller: Teller) -> Teller:
        self.tellers.append((teller, (), False))
        return teller

    def firm(self, teller: Teller) -> Teller:
        """The debtor is a company."""
        self.tellers.append((teller, (), True))
        return teller

    def each(self, *cases: tuple[Any, ...]) -> Callable[[Teller], Teller]:
        """One debtor per case; the teller gets the case's values too."""

        def register(teller: Teller) -> Teller:
            self.tellers.extend((teller, case, False) for case in cases)
            return teller

        return register


class Told:
    """What was published about the situations of one module."""

    def __init__(self, scenario: Scenario, given: Given, before: Callable[[Scenario], None] | None = None) -> None:
        self.scenario = scenario
        self.people: dict[Teller, list[tuple[Person, tuple[Any, ...]]]] = {}
        if before:
            before(scenario)
        for n, (teller, case, organization) in enumerate(given.tellers, start=1):
            number = number_of(n, organization)
            who = Person(n, scenario.debtor_id(number), organization)
            scenario.debtor(who.name, number)
            teller(scenario, who, *case)
            self.people.setdefault(teller, []).append((who, case))
        self.published: Published = scenario.build()

    def who(self, teller: Teller) -> Person:
        return self.people[teller][0][0]

    def each(self, teller: Teller) -> Iterator[tuple[Person, tuple[Any, ...]]]:
        yield from self.people[teller]

    def rows(self, view: str, who: Teller | Person, **where: Any) -> list[dict[str, Any]]:
        """Rows of a view that has debtor_id."""
        person = who if isinstance(who, Person) else self.who(who)
        return self.published.rows(view, debtor_id=person.debtor_id, **where)

    def one(self, view: str, who: Teller | Person, **where: Any) -> dict[str, Any]:
        found = self.rows(view, who, **where)
        assert len(found) == 1, f"{len(found)} rows in {view}"
        return found[0]

    def asset(self, who: Teller | Person, **where: Any) -> dict[str, Any]:
        """The only asset of the situation."""
        return self.one("asset", who, **where)

    def on(self, view: str, who: Teller | Person, **where: Any) -> list[dict[str, Any]]:
        """Rows of encumbrance, seizure or provenance of the situation's only asset."""
        return self.published.rows(view, asset_id=self.asset(who)["asset_id"], **where)
