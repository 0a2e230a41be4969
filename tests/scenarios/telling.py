"""What the sources say about a scenario: its `given` as delivered rows, with what every delivery has (usual.yaml).

A row names columns of the source's contract; `who` stands for name and number together, tables that belong to a record
(owners, mortgages, seizures, ...) stand inside it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from scenario import Published, Scenario
from story import Person, Story, known

from core.identifiers import uscc
from core.ids import keyed_id

BANKS = ("bank_boc", "bank_abc", "bank_ccb", "bank_icbc", "bank_sdrcb", "bank_psbc")
XML_BANKS = BANKS[:4]
REPLYING = (*BANKS, "household", "tax")
REPLIED_AT = "2026-11-23 21:00:00"
DECIDED_AT = datetime(2026, 11, 24, 9, 30)

#: Section of `given` -> source, table, key column, and the tables inside a record.
SECTIONS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "vehicles": ("vehicles", "vehicles", "vehicle_id", ("seizures", "mortgages", "applications")),
    "land": ("land", "rights", "right_id", ("holders", "mortgages", "seizures", "applications")),
    "housing": ("housing", "units", "unit_id", ("owners", "mortgages", "seizures", "notices", "applications")),
    "mining": ("mining", "rights", "permit_no", ("seizures",)),
    "enterprises": (
        "enterprises",
        "base",
        "entity_id",
        ("equity", "equity_freeze", "equity_pledge", "applications"),
    ),
    "branches": ("enterprises", "branches", "branch_entity_id", ()),
    "development": ("development", "projects", "project_code", ("documents", "applications")),
    "planning_permits": ("planning", "permits", "permit_id", ()),
    "planning_applications": ("planning", "applications", "application_no", ()),
    "household": ("household", "persons", "hit_no", ()),
    "tax": ("tax", "taxpayers", "taxpayer_no", ("payments", "refunds", "arrears")),
    **{bank: (bank, "accounts", "sequence", ("measures", "rights", "products", "sub_accounts")) for bank in XML_BANKS},
    **{bank: (bank, "accounts", "account_no", ("measures",)) for bank in BANKS[4:]},
}

#: Columns for name, kind of number and number of the one a row is about.
WHO: dict[tuple[str, str], tuple[str, str | None, str]] = {
    ("vehicles", "vehicles"): ("owner_name", "owner_id_type", "owner_id"),
    ("land", "holders"): ("name", "id_type", "id_number"),
    ("land", "applications"): ("applicant_name", None, "applicant_id"),
    ("housing", "owners"): ("name", "id_type", "id_number"),
    ("housing", "notices"): ("buyer_name", None, "buyer_id"),
    ("mining", "rights"): ("holder_name", None, "holder_id"),
    ("enterprises", "equity"): ("holder_name", "holder_id_type", "holder_id"),
    ("enterprises", "equity_freeze"): ("holder_name", None, "holder_id"),
    ("enterprises", "equity_pledge"): ("pledgor_name", None, "pledgor_id"),
    ("enterprises", "branches"): ("name", None, "uscc"),
    ("development", "projects"): ("applicant_name", "applicant_id_type", "applicant_id"),
    ("planning", "permits"): ("holder_name", "holder_id_type", "holder_id"),
    ("planning", "applications"): ("applicant_name", None, "applicant_id"),
    ("household", "persons"): ("name", "id_type", "id_number"),
    ("tax", "taxpayers"): ("taxpayer_name", None, "taxpayer_id"),
    **{(bank, "accounts"): ("holder_name", None, "holder_id") for bank in BANKS},
}

#: Whose row it is when the story does not say: the first debtor's; these are about nobody in particular.
NOBODYS = {("land", "applications"), ("enterprises", "branches")}

#: source.table -> columns as usual.
USUAL: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "usual.yaml").read_text(encoding="utf-8"))

#: A row's own number, of the tables inside a record.
SERIAL = {
    "seizures": "seizure_no",
    "applications": "application_no",
    "notices": "notice_no",
    "equity": "equity_id",
    "equity_freeze": "freeze_no",
    "equity_pledge": "pledge_no",
    "documents": "document_no",
    "mortgages": "mortgage_no",
    "refunds": "refund_no",
}
#: Of these, rows are counted within the record.
COUNTED = {
    "owners": "seq",
    "holders": "seq",
    "measures": "measure_no",
    "rights": "right_no",
    "products": "product_no",
    "sub_accounts": "sub_no",
}


def tell(s: Scenario, story: Story, nth: int) -> None:
    """Everything that holds on that night."""
    night = story.night(nth)
    for label, facts in night["cases"].items():
        _case(s, story, label, story.fill(facts or {}))
    known(night["given"], set(SECTIONS), f"{story.name}: given")
    for section, rows in night["given"].items():
        for place, row in enumerate(rows):
            _Telling(s, story, section, place, section in night["anew"]).record(story.fill(row))
    for source in night["unanswered"]:
        _inquire(s, story, _first_debtor(story), source)


def decide(s: Scenario, story: Story, before: Published) -> None:
    """What somebody decided after the night before, about the only link of the first debtor with each source named."""
    for decision in story.night(2)["verdicts"]:
        link = before.one("link", debtor_id=s.debtor_id(_first_debtor(story).id), source=decision["source"])
        key = keyed_id(s.settings.id_key, "R", link["source"], link["table_name"], link["record_id"])
        rests_on = {name: link[name] for name in ("link_id", "debtor_id", "source", "table_name", "basis_digest")}
        said = {"verdict": decision["verdict"], "reason": "已核实", "officer": "GW000001", "decided_at": DECIDED_AT}
        s.verdicts.append({**rests_on, "record_key": key, **said})


def _case(s: Scenario, story: Story, label: str, facts: dict[str, Any]) -> None:
    """One case: columns of the court's cases, what is still owed, who owes, what was ordered and declared."""
    balance = str(facts.pop("balance", "100000.00"))
    debtors = facts.pop("debtors", [person.label for person in story.people.values() if person.is_debtor])
    debtors = dict.fromkeys(debtors) if isinstance(debtors, list) else debtors
    measures, declared = facts.pop("measures", []), facts.pop("declared", [])
    number = story.case_no(label)
    _add(s, "court_cases", "cases", {"case_no": number, **facts})
    owed = {"item": "principal", "amount_due": balance, "amount_paid": "0.00", "balance": balance}
    s.add("court_cases", "claims", case_no=number, **owed)
    for nth, (who, role) in enumerate(debtors.items(), start=2):
        person = story.people[who]
        row = {"party_key": f"P{nth}", "name": person.name, "id_type": person.id_type, "id_number": person.id,
               "party_kind": "company" if person.is_organization else "person",
               "liability": "sole" if len(debtors) == 1 else "joint_several"}  # fmt: skip
        s.add("court_cases", "debtors", case_no=number, **{**row, **(role or {})})
    for nth, row in enumerate(measures, start=1):
        own = {"case_no": number, "measure_key": f"M{nth}", "notice_no": f"{number}之{nth}"}
        _add(s, "court_cases", "measures", {**own, **row})
    for nth, row in enumerate(declared, start=1):
        _add(s, "court_cases", "declared_assets", {"case_no": number, "line_no": nth, **row})


def _add(s: Scenario, source: str, table: str, row: dict[str, Any]) -> None:
    s.add(source, table, **{**USUAL.get(f"{source}.{table}", {}), **row})


class _Telling:
    """One delivered record of a section with what stands inside it."""

    def __init__(self, s: Scenario, story: Story, section: str, place: int, anew: bool) -> None:
        self.s, self.story, self.section, self.place = s, story, section, place
        #: Delivered on this very night, and not in the full before it.
        self.when = {"_business_date": s.business_date} if anew else {}
        self.source, self.table, self.key_column, self.inside = SECTIONS[section]

    def record(self, row: dict[str, Any]) -> None:
        children = {table: row.pop(table, []) for table in self.inside}
        asked = self.story.people[row.pop("asked", _first_debtor(self.story).label)]
        self.inquiry = {"inquiry_no": self._inquiry(asked)} if self.source in REPLYING else {}
        key = self._add(self.table, {**self.inquiry, **self._own(row), **row})
        if self.source == "housing" and not children["owners"] and not children["notices"]:
            children["owners"] = [{}]
        if self.source == "land" and not children["holders"]:
            children["holders"] = [{}]
        for table, rows in children.items():
            for nth, child in enumerate(rows, start=1):
                self._add(table, {**self._reference(table, key, nth), **child})

    def _own(self, row: dict[str, Any]) -> dict[str, Any]:
        """The record's own key, and what else a section needs to name it."""
        number = f"{self.story.n * 10 + self.place:010d}"
        named = {
            "household": {"hit_no": 1},
            "mining": {"permit_no": f"C370499{number}000000", "row_no": self.place + 1},
            "planning_permits": {"permit_id": f"GH{number}", "permit_no": f"建字第{number}号"},
        }
        if self.section == "enterprises":
            return {"entity_id": f"ZT{number}", **self._entity(row)}
        if self.section == "branches":
            parent = self.story.people[row.pop("parent")]
            return {"branch_entity_id": f"FZ{number}", "parent_name": parent.name, "parent_uscc": parent.id}
        if self.source in BANKS:
            sequence = {"sequence": self.place + 1} if self.source in XML_BANKS else {}
            return {"account_no": f"90{number}", **sequence}
        return named.get(self.section, {self.key_column: f"{self.section[:2].upper()}{number}"})

    def _entity(self, row: dict[str, Any]) -> dict[str, Any]:
        """The firm itself: one of the people, or a company that only stands here."""
        head = self.story.people.get(row.pop("legal_rep", ""))
        led = {"legal_rep_name": head.name, "legal_rep_id_type": head.id_type, "legal_rep_id": head.id} if head else {}
        firm = self.story.people.get(row.pop("who", ""))
        nth = self.story.n * 10 + self.place
        stranger = {"name": f"持股{nth}号有限公司", "uscc": uscc(f"91370499MA4{nth:06d}")}
        return {**led, **({"name": firm.name, "uscc": firm.id} if firm else stranger)}

    def _reference(self, table: str, key: Any, nth: int) -> dict[str, Any]:
        """What ties a row inside a record to it, and its own number."""
        own: dict[str, Any] = {COUNTED[table]: nth} if table in COUNTED else {}
        if table in SERIAL and self.source != "mining":
            own = {SERIAL[table]: f"{table[:2].upper()}{self.story.n:04d}{self.place:02d}{nth:02d}"}
        return {**self.inquiry, self.key_column: key, **own}

    def _add(self, table: str, row: dict[str, Any]) -> Any:
        given = self.story.fill(USUAL.get(f"{self.source}.{table}", {}))
        facts = {**self.when, **given, **self._who(table, row), **row}
        facts.pop("who", None)
        self.s.add(self.source, table, **facts)
        return facts.get(self.key_column)

    def _who(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        columns = WHO.get((self.source, table))
        if columns is None or ("who" not in row and (self.source, table) in NOBODYS):
            return {}
        if "who" in row and row["who"] is None:
            return {}
        person = self.story.people[row["who"]] if "who" in row else _first_debtor(self.story)
        name, id_type, number = columns
        kind = {"holder_kind": "company" if person.is_organization else "person"} if table == "equity" else {}
        return {name: person.name, number: person.id, **({id_type: person.id_type} if id_type else {}), **kind}

    def _inquiry(self, person: Person) -> str:
        """The line of the inquiry list that asks about the person; an XML bank answers it once."""
        number = _inquire(self.s, self.story, person, self.source)
        if self.source in XML_BANKS and not any(
            row["inquiry_no"] == number for row in self.s._rows.get((self.source, "inquiries"), [])
        ):
            answer = {"result": "found", "match_basis": "id_and_name", "replied_at": REPLIED_AT}
            self.s.add(self.source, "inquiries", inquiry_no=number, **answer)
        return number


def _inquire(s: Scenario, story: Story, person: Person, source: str) -> str:
    """The night's line of the inquiry list about the person, which asks this source too."""
    number = f"Q{s.business_date:%Y%m%d}01-{person.n:06d}"
    sources = next((row["sources"] for row in s._asked if row["inquiry_no"] == number), None)
    if sources is None:
        case_no = story.case_no(next(iter(story.night(1)["cases"])))
        facts = {"name": person.name, "id_type": person.id_type, "id_number": person.id}
        s.ask(number, s.debtor_id(person.id), case_no, [source], **facts)
    elif source not in sources:
        sources.append(source)
    return number


def _first_debtor(story: Story) -> Person:
    return next(person for person in story.people.values() if person.is_debtor)
