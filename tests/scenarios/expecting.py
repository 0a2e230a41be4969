"""What a scenario expects, beside what was published: every difference as one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from scenario import Published
from story import LISTS, Person, Story

from profiles import reranking, targeting

Row = dict[str, Any]

#: Lists of sentences: those expected must stand among those published.
SENTENCES = {"reasons", "cautions"}
#: Texts of which the expected part must stand in the published one.
PARTS = {"legal_basis", "says"}


def differences(published: Published, story: Story, nth: int) -> list[str]:
    """Everything that is not as the scenario says."""
    found: list[str] = []
    for label, expected in story.night(nth)["expect"].items():
        person = story.people[label]
        found += [f"{label}: {line}" for line in _Debtor(published, story, person).compare(story.fill(expected))]
    return found


class _Debtor:
    def __init__(self, published: Published, story: Story, person: Person) -> None:
        self.published, self.story = published, story
        self.debtor_id = _debtor_id(published, person)
        self.asset_ids: dict[str, str] = {}

    def compare(self, expected: Row) -> list[str]:
        expected = dict(expected)
        lists = {key: expected.pop(key) for key in LISTS if key in expected}
        assets, other = expected.pop("assets", None), expected.pop("under_other_weights", None)
        found = _unequal(self._rows("debtor")[0], expected)
        if assets is not None:
            found += self._assets(assets)
        for key, rows in lists.items():
            actual = self._rows(LISTS[key])
            if key == "events":
                actual = [row for row in actual if row["run_date"] == _last_night(self.published)]
            if key == "links":
                actual = [row for row in actual if row["tier"] != "confirmed"]
            found += self._listed(key, rows, actual, ordered=key == "targets")
        if other is not None:
            found += self._under(other)
        return found

    def _assets(self, expected: dict[str, Row]) -> list[str]:
        actual = self._rows("asset")
        pairs, left = _pair(list(expected.values()), actual, self._asset)
        found = []
        for label, (_, nth) in zip(expected, pairs, strict=True):
            if nth is None:
                found.append(f"asset {label} is not there")
                continue
            self.asset_ids[label] = actual[nth]["asset_id"]
        for label, (wanted, nth) in zip(expected, pairs, strict=True):
            if nth is not None:
                found += [f"asset {label}: {line}" for line in self._asset(actual[nth], wanted)]
        return found + [f"asset {actual[nth]['kind']} {actual[nth]['identifier']} is not expected" for nth in left]

    def _asset(self, actual: Row, wanted: Row) -> list[str]:
        wanted = dict(wanted)
        found = []
        for key, view in (("seizures", "seizure"), ("encumbrances", "encumbrance"), ("records", "provenance")):
            if key in wanted:
                rows = self.published.rows(view, asset_id=actual["asset_id"])
                found += self._listed(key, wanted.pop(key), rows, ordered=False)
        if "linked" in wanted:
            label = wanted.pop("linked")
            if label in self.asset_ids and actual["linked_asset_id"] != self.asset_ids[label]:
                found.append(f"is not linked with {label}")
        return found + _unequal(actual, wanted)

    def _listed(self, key: str, expected: list[Row], actual: list[Row], *, ordered: bool) -> list[str]:
        if ordered and len(expected) == len(actual):
            pairs: list[tuple[Row, int | None]] = [(row, nth) for nth, row in enumerate(expected)]
            left: list[int] = []
        else:
            pairs, left = _pair(expected, actual, self._row)
        found = []
        for nth, (wanted, place) in enumerate(pairs, start=1):
            if place is None:
                found.append(f"{key} {nth} is not there: {wanted}")
            else:
                found += [f"{key} {nth}: {line}" for line in self._row(actual[place], wanted)]
        return found + [f"{key}: not expected: {self._short(actual[place])}" for place in left]

    def _row(self, actual: Row, wanted: Row) -> list[str]:
        """One row; `asset`, `case` and `says` stand for asset_id, case_no and message_zh."""
        plain = dict(wanted)
        if "asset" in plain:
            plain["asset_id"] = self.asset_ids.get(plain["asset"], plain["asset"]) if plain["asset"] else None
            del plain["asset"]
        if "case" in plain:
            label = plain.pop("case")
            plain["case_no"] = self.story.case_no(label) if label else None
        return _unequal({**actual, "says": actual.get("message_zh")}, plain)

    def _under(self, other: Row) -> list[str]:
        actual = reranking.rerank(self.published.path, self.story.case_no("案"), _weights(other["weights"]))
        return self._listed("targets under other weights", other["targets"], actual, ordered=True)

    def _rows(self, view: str) -> list[Row]:
        return self.published.rows(view, debtor_id=self.debtor_id)

    def _short(self, row: Row) -> str:
        labels = {value: label for label, value in self.asset_ids.items()}
        shown = (
            "kind",
            "tier",
            "recommended_measure",
            "amount",
            "before",
            "after",
            "seizure_type",
            "app_type",
            "message_zh",
        )
        told = {key: str(row[key]) for key in shown if row.get(key) is not None}
        return f"{labels.get(row.get('asset_id'), '')} {told}"


def _debtor_id(published: Published, person: Person) -> str:
    rows = published.rows("debtor", id_number=person.id)
    assert len(rows) == 1, f"{len(rows)} debtors are {person.label}"
    return str(rows[0]["debtor_id"])


def _last_night(published: Published) -> Any:
    return max(row["run_date"] for row in published.rows("run"))


def _weights(changed: Row) -> targeting.Weights:
    """The weights that ship, with these changes."""
    base = targeting.load()
    kinds = {kind: {**figures, **changed.get("kinds", {}).get(kind, {})} for kind, figures in base.kinds.items()}
    conditions = {**base.conditions, **changed.get("conditions", {})}
    return targeting.Weights(base.version, base.discount_per_month, kinds, conditions, base.bases)


def _pair(
    expected: list[Row], actual: list[Row], compare: Callable[[Row, Row], list[str]]
) -> tuple[list[tuple[Row, int | None]], list[int]]:
    """Each expected row beside the published one it differs least from; rows of another kind are never the same."""
    costs = sorted(
        (len(compare(row, wanted)), nth, place)
        for nth, wanted in enumerate(expected)
        for place, row in enumerate(actual)
        if not any(key in wanted and wanted[key] != row.get(key) for key in ("kind", "seizure_type"))
    )
    chosen: dict[int, int] = {}
    for _, nth, place in costs:
        if nth not in chosen and place not in chosen.values():
            chosen[nth] = place
    pairs = [(wanted, chosen.get(nth)) for nth, wanted in enumerate(expected)]
    return pairs, [place for place in range(len(actual)) if place not in chosen.values()]


def _unequal(actual: Row, wanted: Row) -> list[str]:
    return [
        f"{key} is {_plain(actual[key])!r}, expected {value!r}"
        for key, value in wanted.items()
        if not _same(key, actual[key], value)
    ]


def _same(key: str, actual: Any, wanted: Any) -> bool:
    if key in SENTENCES:
        return all(any(sentence in told for told in actual) for sentence in wanted)
    if key in PARTS:
        return wanted in (actual or "")
    if key == "detail":
        held = json.loads(actual)
        return all(_plain(held.get(name)) == _plain(value) for name, value in wanted.items())
    return bool(_plain(actual) == _plain(wanted))


def _plain(value: Any) -> Any:
    """Numbers as Decimal to four places, dates as text: a file writes 620000 for 620000.00."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value)).quantize(Decimal("0.0001"))
    if isinstance(value, list):
        return sorted(_plain(inner) for inner in value)
    return str(value)
