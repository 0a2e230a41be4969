"""One golden scenario: a file that a lawyer reads, checked while it is loaded.

Unknown keys anywhere are an error: an expectation that is misspelt would hold of everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from given import number_of

from core.identifiers import resident_id_15
from profiles import schema

CASES = Path(__file__).parent / "cases"

TOP = {"title", "sentence", "rules", "people", "cases", "given", "unanswered", "expect", "second_night"}
NIGHT = {"cases", "given", "unanswered", "verdicts", "missing", "expect"}
PERSON = {"kind", "debtor"}
VERDICT = {"source", "verdict"}
RULE = ({"law", "articles"}, {"agreement"})
#: What an expectation may say beside columns of the published view.
BESIDE = {
    "debtor": {
        "assets",
        "targets",
        "alerts",
        "events",
        "liabilities",
        "applications",
        "links",
        "cases",
        "under_other_weights",
    },
    "asset": {"seizures", "encumbrances", "records", "linked"},
    "target": {"asset", "case"},
    "alert": {"asset", "case", "says"},
    "change_event": {"asset"},
    "application": {"asset"},
    "debtor_case": {"case"},
    "seizure": {"case"},
    "encumbrance": set(),
    "provenance": set(),
    "liability": set(),
    "link": set(),
}


@dataclass(frozen=True)
class Person:
    """Somebody in a scenario; `{甲}` in a file is the name, `{甲.id}` the number."""

    label: str
    n: int
    kind: str
    is_debtor: bool

    @property
    def is_organization(self) -> bool:
        return self.kind != "person"

    @property
    def name(self) -> str:
        mark = chr(0x5200 + self.n)
        forms = {
            "person": f"测{mark}",
            "company": f"示例{mark}建材有限公司",
            "branch": f"示例{mark}建材有限公司测试分公司",
        }
        return forms.get(self.kind, f"测试区{mark}建材经营部")

    @property
    def id(self) -> str:
        return number_of(self.n, self.is_organization)

    @property
    def id_type(self) -> str:
        return "uscc" if self.is_organization else "resident_id"

    @property
    def id15(self) -> str:
        """The number as it was before 1999."""
        return resident_id_15(self.id[:6], datetime.strptime(self.id[6:14], "%Y%m%d").date(), 1)

    def __format__(self, _: str) -> str:
        return self.name


@dataclass(frozen=True)
class Story:
    """A scenario with its people. `n` is unique over all scenarios and keeps their numbers apart."""

    name: str
    n: int
    said: dict[str, Any]
    people: dict[str, Person] = field(default_factory=dict)

    def night(self, nth: int) -> dict[str, Any]:
        """What holds on the first or the second night: sources that the second does not name stay as they were."""
        first = {"cases": self.said.get("cases", {"案": {}}), "given": self.said.get("given", {})}
        if nth == 1:
            expected = self.said.get("expect", {})
            asked = self.said.get("unanswered", [])
            return {**first, "unanswered": asked, "verdicts": [], "missing": [], "anew": [], "expect": expected}
        second = self.said["second_night"]
        return {
            "cases": second.get("cases", first["cases"]),
            "given": {**first["given"], **second.get("given", {})},
            "unanswered": second.get("unanswered", []),
            "verdicts": second.get("verdicts", []),
            "missing": second.get("missing", []),
            "anew": list(second.get("given", {})),
            "expect": second.get("expect", {}),
        }

    @property
    def nights(self) -> tuple[int, ...]:
        return (1, 2) if "second_night" in self.said else (1,)

    def case_no(self, label: str) -> str:
        """Cases keep their numbers over both nights."""
        nth = list({**self.night(1)["cases"], **self.night(self.nights[-1])["cases"]}).index(label)
        kind = "执恢" if "恢" in label else "执保" if "保" in label else "执"
        return f"（2026）测0499{kind}{self.n * 10 + nth}号"

    def words(self) -> dict[str, Any]:
        """What a placeholder in the file stands for."""
        labels = {**self.night(1)["cases"], **self.night(self.nights[-1])["cases"]}
        numbers = {"n": self.n, "parcel": f"370499001001GB{self.n * 10:05d}", "plate": f"测D{self.n:05d}"}
        return {**self.people, **numbers, **{label: self.case_no(label) for label in labels}}

    def fill(self, value: Any) -> Any:
        """The value with its placeholders filled, however deep they stand."""
        if isinstance(value, str):
            return value.format(**self.words()) if "{" in value else value
        if isinstance(value, dict):
            return {key: self.fill(inner) for key, inner in value.items()}
        return [self.fill(inner) for inner in value] if isinstance(value, list) else value


def load_all() -> list[Story]:
    """Every scenario, in the order of its path."""
    return [_load(path, n) for n, path in enumerate(sorted(CASES.rglob("*.yaml")), start=1)]


def _load(path: Path, n: int) -> Story:
    return made(yaml.safe_load(path.read_text(encoding="utf-8")), n, str(path.relative_to(CASES).with_suffix("")))


def made(said: dict[str, Any], n: int, name: str) -> Story:
    """The scenario of a file's content; AssertionError says which key nothing reads."""
    _check(said, name)
    people = {
        label: Person(
            label, n * 10 + nth, (facts or {}).get("kind", "person"), (facts or {}).get("debtor", label == "甲")
        )
        for nth, (label, facts) in enumerate(said.get("people", {"甲": {}}).items())
    }
    return Story(name, n, said, people)


def _check(said: dict[str, Any], name: str) -> None:
    known(said, TOP, name)
    assert {"title", "sentence", "rules", "expect"} <= set(said), f"{name}: title, sentence, rules or expect is missing"
    for rule in said["rules"]:
        assert set(rule) in RULE or set(rule) == {"law"}, f"{name}: a rule is law and articles, or agreement"
    for facts in said.get("people", {}).values():
        known(facts or {}, PERSON, f"{name}: people")
    second = said.get("second_night", {})
    known(second, NIGHT, f"{name}: second_night")
    for verdict in second.get("verdicts", []):
        known(verdict, VERDICT, f"{name}: verdicts")
    for night in (said, second):
        for label, expected in night.get("expect", {}).items():
            known(expected, _columns("debtor") | BESIDE["debtor"], f"{name}: expect {label}")
            _check_rows(expected, f"{name}: expect {label}")


#: Lists in an expectation about a debtor, and the view each is about.
LISTS = {
    "targets": "target",
    "alerts": "alert",
    "events": "change_event",
    "liabilities": "liability",
    "applications": "application",
    "links": "link",
    "cases": "debtor_case",
}
ON_ASSET = {"seizures": "seizure", "encumbrances": "encumbrance", "records": "provenance"}


def _check_rows(expected: dict[str, Any], where: str) -> None:
    for label, asset in expected.get("assets", {}).items():
        known(asset, _columns("asset") | BESIDE["asset"], f"{where} {label}")
        for key, view in ON_ASSET.items():
            for row in asset.get(key, []):
                known(row, _columns(view) | BESIDE[view], f"{where} {label} {key}")
    for key, view in LISTS.items():
        for row in expected.get(key, []):
            known(row, _columns(view) | BESIDE[view], f"{where} {key}")
    other = expected.get("under_other_weights", {})
    known(other, {"weights", "targets"}, f"{where} under_other_weights")


def known(said: dict[str, Any], keys: set[str], where: str) -> None:
    """Fail on a key that nothing reads."""
    assert not set(said) - keys, f"{where}: unknown {sorted(set(said) - keys)}"


def _columns(view: str) -> set[str]:
    return {column.name for each in schema.load() if each.name == view for column in each.columns}
