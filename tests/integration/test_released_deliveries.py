"""A full that lost too much is held, an officer lets it in by command, the next run takes it and tells who did."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from court import SUNDAY, Court, day, holder, right

from cli.main import FINE, LOOK, MISUSE, main
from connectors.records import Outcome, read_deliveries, read_outcome
from core.settings import Settings
from flows import steps
from flows.places import Places, places

RIGHTS = [right(f"r{number:03}") for number in range(100)]
OFFICER = ["--officer", "GW000001", "--reason", "乡镇划出，已电话核实"]


@pytest.fixture
def court(tmp_path: Path) -> Court:
    return Court(tmp_path)


@pytest.fixture
def place(court: Court) -> Places:
    return places(Settings(), court.drops, court.store.root)


def night(place: Places, business_date: date) -> Outcome:
    """One source's part of a night, as the flow runs it."""
    steps.take(place, "land", business_date)
    outcome = read_outcome(place.store, "land", business_date)
    assert outcome is not None
    return outcome


def held_full(court: Court, place: Places) -> str:
    """A full of a hundred rights, then one of sixty; returns the id of the second, which is held."""
    land = court.agency("land")
    land.zip(SUNDAY, "full", {"rights": RIGHTS})
    night(place, SUNDAY)
    land.zip(day(7), "full", {"rights": RIGHTS[:60]})
    outcome = night(place, day(7))
    assert outcome.outcome == "rejected"
    (delivery_id,) = outcome.deliveries
    assert f"chakong deliveries accept {delivery_id}" in outcome.message
    return delivery_id


def test_a_full_whose_children_are_few_is_taken_and_says_so(court: Court, place: Places) -> None:
    land = court.agency("land")
    owners = [holder(f"r{number:03}") for number in range(100)]
    land.zip(SUNDAY, "full", {"rights": RIGHTS, "holders": owners})
    assert "holders" not in night(place, SUNDAY).message
    land.zip(day(7), "full", {"rights": RIGHTS, "holders": owners[:70]})
    outcome = night(place, day(7))
    assert (outcome.outcome, outcome.rows_accepted, outcome.needs_operator) == ("loaded", 170, False)
    (few,) = outcome.verdicts
    assert (few.code, few.held) == ("unusual_volume", False)
    assert (
        "从表行数明显少于以往全量（holders 70 行，以往全量 100 行），已采用，请来源单位核对是否抽取不全"
        in outcome.message
    )


def accept(court: Court, delivery_id: str) -> int:
    return main(["deliveries", "accept", delivery_id, "--store", str(court.store.root), *OFFICER])


def test_a_released_full_is_taken_by_the_next_run_and_says_who_let_it_in(
    court: Court, place: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery_id = held_full(court, place)
    assert len(court.rows("land", "rights", "right_id")) == 100
    assert accept(court, delivery_id) == FINE
    outcome = night(place, day(7))
    assert (outcome.outcome, outcome.rows_accepted, outcome.needs_operator) == ("loaded", 60, False)
    assert "经 GW000001 于 " in outcome.message
    assert "同意采用：乡镇划出，已电话核实" in outcome.message
    assert "rights 60 行，以往全量 100 行" in outcome.message
    assert len(court.rows("land", "rights", "right_id")) == 60
    (taken,) = [record for record in read_deliveries(court.store, "land") if record.release]
    assert taken.release is not None
    assert (taken.release.delivery_id, taken.release.officer) == (delivery_id, "GW000001")
    assert delivery_id in taken.replaces
    capsys.readouterr()
    assert main(["deliveries", "list", "--store", str(court.store.root), "--format", "json"]) == FINE
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["delivery_id"], told["state"]) == (taken.delivery_id, "taken")
    assert told["release"].startswith("GW000001 于 ")


def test_a_release_is_taken_once(court: Court, place: Places, capsys: pytest.CaptureFixture[str]) -> None:
    delivery_id = held_full(court, place)
    assert accept(court, delivery_id) == FINE
    capsys.readouterr()
    assert accept(court, delivery_id) == FINE
    assert "此前已由 GW000001 于" in capsys.readouterr().out
    first = night(place, day(7))
    assert night(place, day(7)) == first
    assert len(read_deliveries(court.store, "land")) == 3  # taken, held, released
    assert accept(court, delivery_id) == FINE


def test_what_is_not_held_cannot_be_released(court: Court, place: Places) -> None:
    court.agency("land").zip(SUNDAY, "full", {"rights": RIGHTS[:1]})
    (delivery_id,) = night(place, SUNDAY).deliveries
    assert accept(court, delivery_id) == LOOK
    assert accept(court, "d0") == LOOK


def test_what_cannot_be_read_cannot_be_released(
    court: Court, place: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    land = court.agency("land")
    path = land.zip(SUNDAY, "full", {"rights": RIGHTS[:1]})
    land.put(SUNDAY, path.name, b"no archive", {"rights": 1})
    (delivery_id,) = night(place, SUNDAY).deliveries
    assert accept(court, delivery_id) == MISUSE
    assert main(["deliveries", "list", "--store", str(court.store.root)]) == LOOK
    assert "无法采用，等待来源单位重送" in capsys.readouterr().out


def test_other_bytes_are_another_delivery(court: Court, place: Places) -> None:
    assert accept(court, held_full(court, place)) == FINE
    court.agency("land").zip(day(7), "full", {"rights": RIGHTS[:50]}, revision="_r2")
    outcome = night(place, day(7))
    assert outcome.outcome == "rejected"
    assert len(court.rows("land", "rights", "right_id")) == 100


def test_a_file_that_its_control_misdescribes_can_be_released(court: Court, place: Places) -> None:
    rows = {"rights": RIGHTS[:2], "holders": [holder("r000")]}
    court.agency("land").zip(SUNDAY, "full", rows, stated={"sha256": "0" * 64, "rows": {"rights": 3, "holders": 1}})
    (delivery_id,) = night(place, SUNDAY).deliveries
    assert accept(court, delivery_id) == FINE
    outcome = night(place, SUNDAY)
    assert (outcome.outcome, outcome.rows_accepted) == ("loaded", 3)
    assert {verdict.code for verdict in outcome.verdicts} == {"hash_mismatch", "count_mismatch"}


def test_slow_loss_is_seen_beside_the_fulls_before(court: Court, place: Places) -> None:
    land = court.agency("land")
    kept = (100, 100, 100, 75, 56)
    for week, rows in enumerate(kept):
        moved = right("r000", location=f"第{week}号")  # equal bytes would be a repetition
        land.zip(day(7 * week), "full", {"rights": [moved, *RIGHTS[1:rows]]})
        outcome = night(place, day(7 * week))
    assert outcome.outcome == "rejected"  # three quarters of the last full, and 56 % of the usual one
    assert "rights 56 行，以往全量 100 行" in outcome.message
