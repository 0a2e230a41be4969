"""The same debtors over several nights, all stories of a module in the same few builds.

A story is told once per run: ``story(scenario, who, run)`` adds whatever holds then. Run 0 is the baseline (Monday),
run 1 the next night, run 2 that night once more, run 3 the night after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from asking import xml_account
from given import Person, number_of
from scenario import BUSINESS_DATE, Published, Scenario

import data_contracts

DAYS = (
    BUSINESS_DATE,
    BUSINESS_DATE + timedelta(days=1),
    BUSINESS_DATE + timedelta(days=1),
    BUSINESS_DATE + timedelta(days=2),
)
NEXT = DAYS[1]

Story = Callable[[Scenario, Person, int], None]


@dataclass
class Stories:
    """The stories of a module. `missing`: sources that do not deliver after the baseline."""

    missing: tuple[str, ...] = ()
    told: list[tuple[Story, int, bool]] = field(default_factory=list)

    def __call__(self, story: Story) -> Story:
        self.told.append((story, 0, False))
        return story

    def firm(self, story: Story) -> Story:
        """The debtor is a company."""
        self.told.append((story, 0, True))
        return story

    def later(self, story: Story) -> Story:
        """The debtor comes onto the list in run 1."""
        self.told.append((story, 1, False))
        return story


class Nights:
    def __init__(self, folder: Path, stories: Stories) -> None:
        self.people: dict[Story, Person] = {}
        self.published: list[Published] = []
        self._folder, self._stories = folder, stories
        for run in range(len(DAYS)):
            self.published.append(self._night(run))

    def _night(self, run: int) -> Published:
        scenario = Scenario(self._folder, business_date=DAYS[run])
        for n, (story, first, organization) in enumerate(self._stories.told, start=1):
            who = Person(n, scenario.debtor_id(number_of(n, organization)), organization)
            self.people[story] = who
            if run >= first:
                scenario._cases = n - 1  # the case keeps its number whoever comes and goes
                scenario.debtor(who.name, who.id_number, case={"filed_on": "2026-03-02"})
                story(scenario, who, run)
        for source in data_contracts.sources():
            missing = run > 0 and source in self._stories.missing
            scenario.outcome(source, outcome="missing" if missing else "loaded", business_date=DAYS[run])
        previous = self.published[-1] if self.published else None
        return scenario.build(previous=previous, name=f"run{run}.duckdb")

    def events(self, story: Story, run: int = 1, day: date | None = None) -> list[tuple[str, Any, Any]]:
        """(kind, before, after) of the story's debtor on the business date of that run, as published then."""
        who = self.people[story]
        found = self.published[run].rows("change_event", debtor_id=who.debtor_id, run_date=day or DAYS[run])
        return sorted((row["kind"], row["before"], row["after"]) for row in found)

    def alerts(self, story: Story, run: int = 1) -> dict[str, dict[str, Any]]:
        """Alerts of the story's debtor by kind."""
        found = self.published[run].rows("alert", debtor_id=self.people[story].debtor_id)
        return {row["kind"]: row for row in found}

    def close(self) -> None:
        for published in self.published:
            published.con.close()


def case_of(who: Person) -> str:
    """The number of the debtor's case: cases are numbered in the order of the stories."""
    return f"（2026）测0499执{who.n}号"


def car(s: Scenario, who: Person, **facts: Any) -> None:
    given = {
        "vehicle_id": who.key("3704", width=10),
        "owner_name": who.name,
        "owner_id_type": "resident_id",
        "owner_id": who.id_number,
        "plate_type": "small",
        "plate_no": plate(who),
        "brand": "示例牌",
        "status": ["normal"],
        "updated_at": "2026-11-21 15:02:11",
    }
    s.add("vehicles", "vehicles", **{**given, **facts})


def plate(who: Person) -> str:
    return f"测D{who.n:05d}"


def deposit(s: Scenario, who: Person, balance: str, **facts: Any) -> str:
    """One ordinary account, asked about and answered that night. Returns the inquiry number."""
    inquiry_no = asked_tonight(s, who, "bank_abc")
    given = {
        "account_no": f"90{who.n:04d}",
        "holder_name": who.name,
        "holder_id": who.id_number,
        "type_raw": "金穗借记卡",
    }
    xml_account(s, "bank_abc", inquiry_no, **{**given, "balance": balance, **facts})
    return inquiry_no


def asked_tonight(s: Scenario, who: Person, *sources: str) -> str:
    inquiry_no = f"Q{s.business_date:%Y%m%d}01-{who.n:06d}"
    s.ask(
        inquiry_no, who.debtor_id, case_of(who), sources, name=who.name, id_type="resident_id", id_number=who.id_number
    )
    return inquiry_no


#: A seizure of another court as a register tells it, and the text by which events name it.
THEIRS = {
    "kind": "seizure",
    "authority": "别的法院",
    "document": "（2026）测0498执1号之一",
    "from_date": "2026-01-01",
    "to_date": "2027-12-31",
    "registered_at": "2026-01-01 09:00:00",
}
SEIZED = "seizure|别的法院|（2026）测0498执1号之一|2026-01-01"


def seize_car(s: Scenario, who: Person, **facts: Any) -> None:
    """`THEIRS` on the debtor's car."""
    entry = {"vehicle_id": who.key("3704", width=10), "seizure_no": who.key("CF")}
    s.add("vehicles", "seizures", **{**entry, **THEIRS, **facts})


def renumbered_house(s: Scenario, who: Person, run: int) -> str:
    """A house whose old property certificate gives way to a unit number after the first night; returns its key."""
    key = who.key("U")
    number = {"unit_no": who.unit("F00010001")} if run else {}
    s.add(
        "housing", "units", unit_id=key, register_status="current", old_cert_no=f"测房权证字第{who.n:07d}号",
        location=f"测试区{who.n}号", price="500000.00", **number,
    )  # fmt: skip
    s.add(
        "housing", "owners", unit_id=key, seq=1, name=who.name, id_type="resident_id", id_number=who.id_number,
        co_ownership="sole",
    )  # fmt: skip
    return key
