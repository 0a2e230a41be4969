"""Deliveries read again from the archive after their contract was put right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from test_intake import SETTINGS, SUNDAY, Court, day, holder, right

from connectors.quarantine import replay as replaying
from connectors.quarantine import rows
from connectors.quarantine.replay import Change
from connectors.records import Outcome, delivery_folder, read_deliveries, read_outcome
from core import duck
from core.errors import StoreError
from core.files import sha256_of
from data_contracts import Contract, load
from data_contracts.loading import load_at

CODE = "{'3': [state_construction, 国有建设用地使用权]"
Follow = Callable[[Contract], None]


def amended(folder: Path, old: str, new: str) -> Contract:
    """The contract of land with a passage changed, as a person would edit the document."""
    text = Path("data_contracts/land.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = folder / "land.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return load_at(path)


@pytest.fixture
def court(tmp_path: Path) -> Court:
    return Court(tmp_path)


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Follow:
    """Let intake and replay go by a given contract."""

    def change(contract: Contract) -> None:
        for module in ("connectors.intake", "connectors.quarantine.replay"):
            monkeypatch.setattr(f"{module}.load", lambda _source: contract)

    return change


@pytest.fixture(scope="module")
def wider(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """A contract that also knows right_type 30."""
    return amended(
        tmp_path_factory.mktemp("contract"), CODE, CODE[:1] + "'30': [state_construction, 新增类型], " + CODE[1:]
    )


def replay(court: Court, *, dry: bool = False, **options: Any) -> list[Change]:
    changes = replaying.replay(
        SETTINGS,
        court.store,
        "land",
        night=day(1),
        chosen=lambda _record: True,
        decide=None if dry else lambda _change: "K1",
        **options,
    )
    assert not (court.store.work / "replay" / "land").exists()
    return changes


def state(court: Court) -> tuple[Any, ...]:
    """All that counts: present rows with their place, quarantined rows, counts."""
    present = {
        table: court.rows("land", table, "* EXCLUDE (_warnings)") for table in ("rights", "holders", "mortgages")
    }
    outcomes = [read_outcome(court.store, "land", date_) for date_ in (SUNDAY, day(1))]
    counts = [(o.rows_delivered, o.rows_accepted, o.rows_quarantined, dict(o.reasons)) for o in outcomes if o]
    return present, court.quarantined("land"), counts


def deliver(court: Court) -> None:
    """A full of four rights, one of an unknown type with its holder, one without a place; a delta that changes one."""
    rights = [right("a"), right("b", right_type="30"), right("c", location=None), right("d")]
    court.agency("land").zip(SUNDAY, "full", {"rights": rights, "holders": [holder("a"), holder("b"), holder("d")]})
    court.agency("land").zip(
        day(1), "delta", {"rights": [right("d", "U", location="新址"), right("e", right_type="30")]}
    )


def take(court: Court) -> list[Outcome]:
    return [court.take("land", SUNDAY), court.take("land", day(1))]


def test_after_a_contract_is_put_right_the_store_is_as_if_it_had_been_right_from_the_start(
    court: Court, tmp_path: Path, wider: Contract, follow: Follow
) -> None:
    deliver(court)
    take(court)
    before = state(court)
    assert [row[0] for row in court.rows("land", "rights", "right_id")] == ["a", "d"]
    assert before[2][0] == (7, 4, 3, {"missing_required": 1, "orphan_child": 1, "unknown_code": 1})

    assert [(change.same, change.filed) for change in replay(court)] == [(True, False), (True, False)]
    follow(wider)
    assert [(c.released, c.refused, c.filed) for c in replay(court, dry=True)] == [(2, 0, False), (1, 0, False)]
    assert state(court) == before
    assert [(c.released, c.refused, c.filed) for c in replay(court)] == [(2, 0, True), (1, 0, True)]
    assert [row[0] for row in court.rows("land", "rights", "right_id")] == ["a", "b", "d", "e"]
    assert state(court)[2][0] == (7, 6, 1, {"missing_required": 1})

    (tmp_path / "other").mkdir()
    other = Court(tmp_path / "other")
    deliver(other)
    take(other)
    assert state(other) == state(court)


def test_what_another_version_of_the_contract_took_is_read_again_from_the_last_full_on(
    court: Court, tmp_path: Path, follow: Follow
) -> None:
    for date_, place in ((SUNDAY, "旧址"), (day(7), "新址")):
        court.agency("land").zip(date_, "full", {"rights": [right("a", location=place)]})
        court.take("land", date_)
    assert replay(court) == []
    follow(replace(amended(tmp_path, CODE, CODE.replace("state_construction", "state_land")), version="1.1.0"))
    (change,) = replay(court)
    assert (change.before.business_date, change.filed, change.released, change.refused) == (day(7), True, 0, 0)
    assert court.rows("land", "rights", "right_id, right_type") == [("a", "state_land")]
    assert replay(court) == []


def test_it_is_done_once_and_later_nights_leave_it(court: Court, wider: Contract, follow: Follow) -> None:
    deliver(court)
    take(court)
    follow(wider)
    replay(court)
    after = state(court)
    records = read_deliveries(court.store, "land")
    assert [change.filed for change in replay(court)] == [False]  # the row without a place is still there
    assert [outcome.changed for outcome in take(court)] == [False, False]
    assert read_deliveries(court.store, "land") == records
    assert state(court) == after


def test_the_first_record_stays_and_the_new_one_names_it(court: Court, wider: Contract, follow: Follow) -> None:
    deliver(court)
    take(court)
    first = read_deliveries(court.store, "land")[0]
    kept = {path: path.read_bytes() for path in delivery_folder(court.store, first).rglob("*") if path.is_file()}
    follow(wider)
    replay(court)
    again = next(record for record in read_deliveries(court.store, "land") if record.replays == first.delivery_id)
    assert (again.replaces, again.decision, again.night) == ((first.delivery_id,), "K1", first.night)
    assert kept == {path: path.read_bytes() for path in kept}


def test_a_file_held_whole_is_taken_once_its_layout_is_agreed(court: Court, tmp_path: Path, follow: Follow) -> None:
    """The agency sends another label than the contract knew; then the contract learns it."""
    label = load("land").table("rights").column("location").label
    follow(
        amended(
            tmp_path,
            f"physicalName: {label}\n        businessName: 坐落\n",
            "physicalName: XX\n        businessName: 坐落\n",
        )
    )
    court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")]})
    assert court.take("land", SUNDAY).outcome == "rejected"
    (still,) = replay(court)
    assert still.held
    follow(load("land"))
    (change,) = replay(court)
    assert (change.filed, change.after.tables["rights"].accepted) == (True, 1)
    assert [row[0] for row in court.rows("land", "rights", "right_id")] == ["a"]
    outcome = read_outcome(court.store, "land", SUNDAY)
    assert outcome
    assert (outcome.outcome, outcome.rows_delivered, outcome.rows_accepted) == ("loaded", 1, 1)
    assert not court.take("land", SUNDAY).changed


def test_a_file_held_whole_stays_held_while_nothing_is_put_right(court: Court) -> None:
    court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")]}, stated={"sha256": "0" * 64})
    court.take("land", SUNDAY)
    (change,) = replay(court)
    assert (change.filed, [verdict.code for verdict in change.held]) == (False, ["hash_mismatch"])
    assert len(read_deliveries(court.store, "land")) == 1


def test_what_was_taken_is_not_taken_away(court: Court, tmp_path: Path, follow: Follow) -> None:
    """A contract by which most rows would be refused holds the delivery; the rows stay."""
    many = [right(f"r{number}") for number in range(60)]
    court.agency("land").zip(SUNDAY, "full", {"rights": [*many, right("x", location=None)]})
    court.take("land", SUNDAY)
    before = state(court)
    code = load("land").table("rights").column("right_type").example
    follow(amended(tmp_path, CODE, CODE.replace(f"'{code}'", "'77'")))
    (change,) = replay(court)
    assert change.held
    assert not change.filed
    assert state(court) == before


def test_bytes_that_are_gone_are_said_to_be_gone(court: Court) -> None:
    path = court.agency("land").zip(SUNDAY, "full", {"rights": [right("a", location=None)]})
    court.take("land", SUNDAY)
    court.store.archived(sha256_of(path)).unlink()
    with pytest.raises(StoreError, match="存档"):
        replay(court)
    assert not (court.store.work / "replay" / "land").exists()


def test_an_orphan_whose_parent_is_released_comes_with_it(court: Court, wider: Contract, follow: Follow) -> None:
    court.agency("land").zip(SUNDAY, "full", {"rights": [right("a")], "holders": [holder("a")]})
    court.agency("land").zip(day(1), "delta", {"rights": [right("b", right_type="30")]})
    court.agency("land").zip(day(2), "delta", {"holders": [holder("b")]})
    for date_ in (SUNDAY, day(1), day(2)):
        court.take("land", date_)
    assert len(court.quarantined("land")) == 2
    follow(wider)
    replay(court)
    assert court.quarantined("land") == []
    assert [row[0] for row in court.rows("land", "holders", "right_id")] == ["a", "b"]
    orphaned = read_outcome(court.store, "land", day(2))
    assert orphaned
    assert (orphaned.rows_delivered, orphaned.rows_accepted, orphaned.rows_quarantined) == (1, 1, 0)


def test_rows_are_named_listed_and_shown(court: Court) -> None:
    deliver(court)
    take(court)
    with duck.connect(SETTINGS) as con:
        rows.attach(con, court.store, ["land"], rows.WAIVER.empty_table())
        grouped = rows.groups(con, rows.Choice())
        listed = rows.listed(con, rows.Choice(reason="unknown_code"))
        shown = rows.one(con, listed[0]["row_id"])
        second = rows.listed(con, rows.Choice(), page=2, size=3)
        assert rows.listed(con, rows.Choice(since=day(2))) == []
    assert [(group["table_name"], group["reason"], group["rows"], group["since"]) for group in grouped] == [
        ("rights", "unknown_code", 2, SUNDAY),
        ("holders", "orphan_child", 1, SUNDAY),
        ("rights", "missing_required", 1, SUNDAY),
    ]
    assert [row["fields"] for row in listed] == [["right_type"], ["right_type"]]
    assert "raw" not in listed[0]
    assert "30" in shown["raw"]
    assert (shown["row_no"], shown["delivery_id"]) == (2, read_deliveries(court.store, "land")[0].delivery_id)
    assert [row["total"] for row in second] == [4]


def test_a_waiver_covers_a_row_or_a_reason_of_one_delivery(court: Court) -> None:
    deliver(court)
    take(court)
    first, second = read_deliveries(court.store, "land")
    given = [
        {"waiver_id": "W1", "row_id": None, "origin": first.delivery_id, "reason_code": "unknown_code"},
        {"waiver_id": "W2", "row_id": None, "origin": first.delivery_id, "reason_code": "missing_required"},
    ]
    with duck.connect(SETTINGS) as con:
        rows.attach(con, court.store, ["land"], pa.Table.from_pylist(given, rows.WAIVER))
        assert rows.waived_rows(con) == {first.delivery_id: 2}
        (still,) = rows.listed(con, rows.Choice(reason="unknown_code"))
        assert still["delivery_id"] == second.delivery_id
        orphan = rows.listed(con, rows.Choice(reason="orphan_child"))[0]["row_id"]
        one_row = {"waiver_id": "W3", "row_id": orphan, "origin": first.delivery_id, "reason_code": None}
        rows.attach(con, court.store, ["land"], pa.Table.from_pylist([*given, one_row], rows.WAIVER))
        assert rows.waived_rows(con) == {first.delivery_id: 3}
        assert len(rows.listed(con, rows.Choice(state="waived"))) == 3
    assert read_outcome(court.store, "land", SUNDAY).rows_quarantined == 3  # type: ignore[union-attr]


def test_waived_rows_alarm_no_longer_and_stay_counted(court: Court) -> None:
    deliver(court)
    (outcome, _) = take(court)
    assert outcome.tolerance_exceeded
    first = read_deliveries(court.store, "land")[0]
    quiet = court.take("land", SUNDAY, waived={first.delivery_id: 3})
    assert (quiet.tolerance_exceeded, quiet.rows_quarantined, quiet.rows_waived) == (False, 3, 3)
    assert "其中 3 行已搁置" in quiet.message
