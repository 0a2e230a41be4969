"""What a person decided about a link goes before the model, until the record or the debtor changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import scenario as scenario_module
from given import Person, number_of
from nights import car
from scenario import BUSINESS_DATE, Published, Scenario

from core.ids import keyed_id
from core.settings import Settings

NEXT, THIRD = date(2026, 11, 24), date(2026, 11, 25)
DECIDED_AT = datetime(2026, 11, 24, 9, 30)

#: Situation -> (owner fields of its car the first night, verdict given after it).
NAME_ONLY = {"owner_id": None, "owner_id_type": None}
OTHER_NAME = {"owner_name": "测别"}
CASES: dict[str, tuple[dict[str, Any], str | None]] = {
    "lead_same": (NAME_ONLY, "same"),
    "lead_unsure": (NAME_ONLY, "unsure"),
    "conflict_different": (OTHER_NAME, "different"),
    "confirmed_different": ({}, "different"),
    "confirmed_unsure": ({}, "unsure"),
    "asset_changes": (NAME_ONLY, "same"),
    "owner_changes": (NAME_ONLY, "same"),
    "debtor_changes": (NAME_ONLY, "different"),
    "sold": (NAME_ONLY, "same"),
    "firm_grows": (NAME_ONLY, "same"),
    "undecided": (NAME_ONLY, None),
    "conflict_undecided": (OTHER_NAME, None),
}
FIRMS = ("firm_grows",)
#: What the register (or, of the debtor, the court) says the second night instead.
CHANGES: dict[str, dict[str, Any]] = {
    "asset_changes": {"brand": "示例二牌", "status": ["mortgaged"], "updated_at": "2026-11-24 10:00:00"},
    "owner_changes": {"owner_address": "测试区测山路2号"},
    "sold": {"owner_name": "另一个人"},
}


class Nights:
    """The situations over the nights; each night may have verdicts, changes, and a model that sees nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.people = {
            name: Person(n, keyed_id(Settings().id_key, "D", f"number:{number_of(n, name in FIRMS)}"), name in FIRMS)
            for n, name in enumerate(CASES, start=1)
        }
        self.open: list[Scenario] = []

    def build(
        self, night: date, name: str, *, verdicts: list[dict[str, Any]], changed: bool, previous: Published | None
    ) -> Published:
        s = Scenario(self.folder, business_date=night)
        self.open.append(s)
        for case, who in self.people.items():
            moved = changed and case == "debtor_changes"
            s.debtor(
                who.name,
                who.id_number,
                balance="90000.00" if changed and case == "asset_changes" else "100000.00",
                address="测试区测水路9号" if moved else "测试区测水路1号",
            )
            car(s, who, **{**CASES[case][0], **(CHANGES.get(case, {}) if changed else {})})
        if changed:
            firm = self.people["firm_grows"]
            s.add(
                "enterprises", "branches", uscc=number_of(900, organization=True), name=f"{firm.name}分公司",
                parent_uscc=firm.id_number, parent_name=firm.name,
            )  # fmt: skip
        s.outcome("vehicles")
        s.verdicts = verdicts
        return s.build(name=f"{name}.duckdb", previous=previous)

    def link(self, published: Published, case: str) -> dict[str, Any]:
        return published.one("link", debtor_id=self.people[case].debtor_id)

    def tiers(self, published: Published, case: str) -> list[str]:
        return [row["tier"] for row in published.rows("asset", debtor_id=self.people[case].debtor_id)]

    def waiting(self, published: Published, case: str) -> int:
        return int(published.one("debtor", debtor_id=self.people[case].debtor_id)["waiting_review"])

    def events(self, published: Published, case: str, night: date = NEXT) -> set[str]:
        found = published.rows("change_event", debtor_id=self.people[case].debtor_id, run_date=night)
        return {row["kind"] for row in found}

    def decided(self, published: Published) -> list[dict[str, Any]]:
        """A verdict on the published link of each situation, as the ledger hands it over."""
        rows = []
        for case, (_, verdict) in CASES.items():
            if verdict:
                link = self.link(published, case)
                key = keyed_id(Settings().id_key, "R", link["source"], link["table_name"], link["record_id"])
                rows.append(
                    {
                        **{name: link[name] for name in ("link_id", "debtor_id", "source", "table_name")},
                        **{"record_key": key, "verdict": verdict, "reason": "已核实", "officer": "GW000001"},
                        **{"decided_at": DECIDED_AT, "basis_digest": link["basis_digest"]},
                    }
                )
        return rows


class Runs(Nights):
    """first: no verdict. second: verdicts. changed: after second, the facts changed. withdrawn: after second, none
    stands any more. blind: as second, and the model sees no pair."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(folder)
        self.first = self.build(BUSINESS_DATE, "first", verdicts=[], changed=False, previous=None)
        given = self.decided(self.first)
        self.second = self.build(NEXT, "second", verdicts=given, changed=False, previous=self.first)
        self.withdrawn = self.build(THIRD, "withdrawn", verdicts=[], changed=False, previous=self.second)
        self.changed = self.build(THIRD, "changed", verdicts=given, changed=True, previous=self.second)
        seen = scenario_module.plain_match

        def sees_nothing(con: Any, left: pa.Table, right: pa.Table) -> pa.Table:
            return seen(con, left, right).slice(0, 0)

        with monkeypatch.context() as patched:
            patched.setattr(scenario_module, "plain_match", sees_nothing)
            self.blind = self.build(NEXT, "blind", verdicts=given, changed=False, previous=self.first)
            self.blind_changed = self.build(NEXT, "blind_changed", verdicts=given, changed=True, previous=self.first)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        made = Runs(tmp_path_factory.mktemp("verdicts"), monkeypatch)
        yield made
        for s in made.open:
            s.close()


def test_the_same_makes_a_lead_a_confirmed_asset(runs: Runs) -> None:
    before, link = runs.link(runs.first, "lead_same"), runs.link(runs.second, "lead_same")
    assert (before["tier"], before["decided_by"], before["verdict"]) == ("possible", "model", None)
    assert (link["tier"], link["decided_by"], link["decided_at"]) == ("confirmed", "GW000001", DECIDED_AT)
    assert (link["reason"], link["verdict"]) == ("已核实", "same")
    assert link["probability"] == before["probability"]
    assert (runs.tiers(runs.first, "lead_same"), runs.tiers(runs.second, "lead_same")) == ([], ["confirmed"])
    assert runs.events(runs.second, "lead_same") == {"link_confirmed", "asset_found"}


def test_different_takes_the_asset_and_the_waiting_away_and_keeps_the_link(runs: Runs) -> None:
    link = runs.link(runs.second, "confirmed_different")
    assert (link["tier"], link["decided_by"], link["verdict"]) == ("possible", "GW000001", "different")
    assert link["reason"] == "人工认定不属于该被执行人：已核实"
    assert (runs.tiers(runs.first, "confirmed_different"), runs.tiers(runs.second, "confirmed_different")) == (
        ["confirmed"],
        [],
    )
    assert {"link_withdrawn"} <= runs.events(runs.second, "confirmed_different")
    assert runs.waiting(runs.second, "confirmed_different") == 0


def test_a_conflict_that_a_person_ruled_out_waits_no_more(runs: Runs) -> None:
    assert runs.link(runs.second, "conflict_different")["tier"] == "possible"
    assert [runs.waiting(p, "conflict_different") for p in (runs.first, runs.second)] == [1, 0]
    assert runs.waiting(runs.second, "conflict_undecided") == 1


def test_unsure_stays_in_review_and_is_probable_at_most(runs: Runs) -> None:
    link = runs.link(runs.second, "confirmed_unsure")
    assert (link["tier"], link["decided_by"], link["verdict"]) == ("probable", "GW000001", "unsure")
    assert runs.tiers(runs.second, "confirmed_unsure") == ["probable"]
    assert runs.waiting(runs.second, "confirmed_unsure") == 1
    assert runs.link(runs.second, "lead_unsure")["tier"] == "possible"
    assert runs.waiting(runs.second, "lead_unsure") == 1


def test_who_was_not_decided_on_stays_with_the_model(runs: Runs) -> None:
    for published in (runs.second, runs.changed):
        link = runs.link(published, "undecided")
        assert (link["tier"], link["decided_by"], link["verdict"]) == ("possible", "model", None)
        assert link["decided_at"] == runs.link(runs.first, "undecided")["decided_at"]
        assert runs.waiting(published, "undecided") == 0


@pytest.mark.parametrize("case", ["asset_changes", "firm_grows"])
def test_a_verdict_holds_when_something_else_changes(runs: Runs, case: str) -> None:
    link = runs.link(runs.changed, case)
    assert (link["tier"], link["decided_by"], link["verdict"]) == ("confirmed", "GW000001", "same")
    assert link["basis_digest"] == runs.link(runs.first, case)["basis_digest"]
    assert runs.tiers(runs.changed, case) == ["confirmed"]


@pytest.mark.parametrize("case", ["owner_changes", "debtor_changes"])
def test_a_verdict_lapses_when_a_compared_field_changes_and_says_so(runs: Runs, case: str) -> None:
    held, link = runs.link(runs.second, case), runs.link(runs.changed, case)
    assert (held["decided_by"], held["verdict"]) == ("GW000001", CASES[case][1])
    assert (link["tier"], link["decided_by"], link["verdict"]) == ("possible", "model", "lapsed")
    assert link["reason"].startswith("原人工认定（") and "已失效" in link["reason"] and "2026-11-24" in link["reason"]
    assert link["basis_digest"] != held["basis_digest"]
    assert runs.tiers(runs.changed, case) == []
    assert runs.waiting(runs.changed, case) == 1


def test_what_lapses_is_told_as_a_change(runs: Runs) -> None:
    assert runs.events(runs.changed, "owner_changes", THIRD) == {"link_withdrawn", "asset_gone"}
    assert runs.events(runs.changed, "lead_same", THIRD) == set()
    assert runs.events(runs.changed, "lead_same", NEXT) == {"link_confirmed", "asset_found"}


def test_a_withdrawn_verdict_gives_the_model_its_word_back(runs: Runs) -> None:
    for case in CASES:
        first, again = runs.link(runs.first, case), runs.link(runs.withdrawn, case)
        same = ("tier", "probability", "decided_by", "reason", "verdict", "basis_digest")
        assert {name: first[name] for name in same} == {name: again[name] for name in same}, case
        assert runs.tiers(runs.first, case) == runs.tiers(runs.withdrawn, case), case
        assert runs.waiting(runs.first, case) == runs.waiting(runs.withdrawn, case), case
    assert runs.events(runs.withdrawn, "lead_same", THIRD) == {"link_withdrawn", "asset_gone"}
    assert "link_confirmed" in runs.events(runs.withdrawn, "confirmed_different", THIRD)


def test_a_link_that_the_model_no_longer_shows_stays_as_decided(runs: Runs) -> None:
    for case, (_, verdict) in CASES.items():
        if not verdict:
            assert runs.blind.rows("link", debtor_id=runs.people[case].debtor_id) == []
            continue
        first, link = runs.link(runs.first, case), runs.link(runs.blind, case)
        assert (link["verdict"], link["decided_by"]) == (verdict, "GW000001")
        assert link["tier"] == ("confirmed" if verdict == "same" else "possible")
        assert (link["link_id"], link["record_id"], link["basis_digest"], link["evidence"]) == (
            first["link_id"],
            first["record_id"],
            first["basis_digest"],
            first["evidence"],
        )
    assert runs.tiers(runs.blind, "lead_same") == ["confirmed"]


@pytest.mark.parametrize("case", ["owner_changes", "debtor_changes", "sold"])
def test_what_lapsed_and_the_model_does_not_show_is_no_link(runs: Runs, case: str) -> None:
    assert runs.blind_changed.rows("link", debtor_id=runs.people[case].debtor_id) == []


def test_what_was_sold_is_gone_whatever_was_decided(runs: Runs) -> None:
    assert runs.tiers(runs.second, "sold") == ["confirmed"]
    assert runs.changed.rows("link", debtor_id=runs.people["sold"].debtor_id) == []
    assert runs.tiers(runs.changed, "sold") == []


def test_every_link_has_a_digest_and_no_two_alike(runs: Runs) -> None:
    for published in (runs.first, runs.changed):
        digests = [row["basis_digest"] for row in published.rows("link")]
        assert len(digests) == len(set(digests)) == len(published.rows("link"))
        assert {len(digest) for digest in digests} == {64}
