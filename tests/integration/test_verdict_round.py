"""A person's verdict from the command line to the published profile and back, on a small demo district."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli.main import FINE, LOOK, MISUSE, main
from core.errors import StoreError
from core.settings import Settings
from demo import generate
from demo.replies import answer
from flows import steps
from flows.places import Places, places

pytestmark = pytest.mark.system  # four nights

SUNDAY = date(2026, 11, 22)

#: A link to a thing that the model is not sure of, in a record that makes no other asset of the debtor certain.
UNSURE = """
SELECT link_id, debtor_id, source, record_id FROM link l
WHERE tier <> 'confirmed' AND verdict IS NULL AND table_name IN ('vehicles', 'owners', 'holders', 'accounts')
ORDER BY tier = 'possible' DESC, table_name = 'accounts', link_id LIMIT 1
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Forty debtors after Sunday's night."""
    folder = tmp_path_factory.mktemp("verdicts")
    generate(folder / "drops", debtors=40, nights=1, seed=5, faults=False)
    made = places(Settings(), folder / "drops", folder / "store")
    steps.ask(made, SUNDAY)
    answer(made.drops, made.store.root, SUNDAY)
    for source in steps.sources():
        steps.take(made, source, SUNDAY)
    steps.publish(made, SUNDAY, rebuild=False)
    return made


def rows(place: Places, query: str, **values: Any) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(place.store.profiles), read_only=True) as con:
        return con.execute(query, values or None).fetchall()


def link_of(place: Places, link_id: str) -> tuple[Any, ...]:
    found = rows(place, "SELECT tier, decided_by, reason, verdict FROM link WHERE link_id = $link", link=link_id)
    assert len(found) == 1
    return found[0]


def assets_on(place: Places, source: str, record_id: str, debtor_id: str) -> list[str]:
    """Tiers of the debtor's assets that rest on the record."""
    found = rows(
        place,
        "SELECT DISTINCT a.tier FROM asset a JOIN provenance p USING (asset_id) WHERE a.debtor_id = $debtor"
        " AND p.source = $source AND (p.record_id = $record OR starts_with($record, p.record_id || '/'))",
        debtor=debtor_id,
        source=source,
        record=record_id,
    )
    return [tier for (tier,) in found]


def test_a_verdict_takes_effect_with_the_next_run_and_a_withdrawal_undoes_it(
    place: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(place.store.root)
    link_id, debtor_id, source, record_id = rows(place, UNSURE)[0]
    before = link_of(place, link_id)
    assets_before = assets_on(place, source, record_id, debtor_id)
    assert before[1:] == ("model", before[2], None)
    assert assets_before == (["probable"] if before[0] == "probable" else [])

    signed = ["--reason", "调取原始档案核实", "--officer", "GW000001", "--store", store]
    assert main(["verdict", "give", link_id, "same", *signed]) == FINE
    assert "下一次夜间对账起生效" in capsys.readouterr().out
    assert link_of(place, link_id) == before  # not before the run

    assert main(["nightly", "--drops", str(place.drops), "--store", store, "--date", f"{SUNDAY}"]) == FINE
    capsys.readouterr()
    assert link_of(place, link_id) == ("confirmed", "GW000001", "调取原始档案核实", "same")
    assert assets_on(place, source, record_id, debtor_id) == ["confirmed"]
    events = "SELECT kind FROM change_event WHERE debtor_id = $debtor AND run_date = $day AND kind LIKE 'link%'"
    assert rows(place, events, debtor=debtor_id, day=SUNDAY) == [("link_confirmed",)]
    assert not steps.publish(place, SUNDAY, rebuild=False)["rebuilt"]

    (told,) = listed(store, capsys)
    assert (told["state"], told["link_id"], told["verdict"]) == ("holds", link_id, "same")
    assert main(["verdict", "withdraw", told["verdict_id"], *signed]) == FINE
    assert steps.publish(place, SUNDAY, rebuild=False)["rebuilt"]
    assert link_of(place, link_id) == before
    assert assets_on(place, source, record_id, debtor_id) == assets_before
    assert {kind for (kind,) in rows(place, events, debtor=debtor_id, day=SUNDAY)} >= {"link_withdrawn"}
    assert [row["state"] for row in listed(store, capsys)] == ["withdrawn", "withdrawal"]


def listed(store: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    capsys.readouterr()
    assert main(["verdict", "list", "--store", store, "--format", "json"]) == FINE
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return found


def test_what_was_given_and_taken_back_before_a_run_changes_nothing(
    place: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    link_id = rows(place, UNSURE)[0][0]
    signed = ["--reason", "核实", "--officer", "GW000002", "--store", str(place.store.root)]
    main(["verdict", "give", link_id, "different", *signed])
    told = listed(str(place.store.root), capsys)[-1]
    assert told["state"] == "new"
    main(["verdict", "withdraw", told["verdict_id"], *signed])
    assert not steps.publish(place, SUNDAY, rebuild=False)["rebuilt"]


def test_what_the_command_refuses(place: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = str(place.store.root)
    link_id = rows(place, UNSURE)[0][0]
    signed = ["--reason", "核实", "--officer", "GW000001"]
    count = len(listed(store, capsys))
    assert main(["verdict", "give", "L0", "same", *signed, "--store", store]) == LOOK
    assert main(["verdict", "withdraw", "V0", *signed, "--store", store]) == LOOK
    assert main(["verdict", "give", link_id, "same", "--reason", " ", "--officer", "GW1", "--store", store]) == MISUSE
    assert main(["verdict", "give", link_id, "same", "--reason", "x", "--officer", "张三", "--store", store]) == MISUSE
    assert main(["verdict", "give", link_id, "same", *signed, "--store", str(tmp_path)]) == MISUSE
    assert main(["verdict", "withdraw", "V0", *signed, "--store", str(tmp_path)]) == LOOK
    assert listed(str(tmp_path), capsys) == []
    assert list(tmp_path.iterdir()) == []
    assert len(listed(store, capsys)) == count


def test_neither_ledger_nor_listing_names_anybody(place: Places, capsys: pytest.CaptureFixture[str]) -> None:
    links = rows(place, "SELECT link_id FROM link WHERE source IN ('household', 'bank_abc', 'tax') LIMIT 20")
    for (link_id,) in links:
        signed = ["--reason", "核实", "--officer", "GW000001", "--store", str(place.store.root)]
        assert main(["verdict", "give", link_id, "unsure", *signed]) == FINE
    main(["verdict", "list", "--store", str(place.store.root)])
    said = capsys.readouterr().out
    assert "暂不能认定　现状：下一次夜间对账起生效" in said
    held = place.store.ledger.read_bytes().decode("utf-8", errors="ignore")
    known = rows(place, "SELECT DISTINCT unnest([name, id_number]) FROM debtor")
    keys = rows(
        place, "SELECT record_id FROM link WHERE link_id IN (SELECT unnest($ids))", ids=[one for (one,) in links]
    )
    assert len(keys) == len(links) > 10
    for (word,) in [*known, *keys]:
        assert word is None or (word not in said and word not in held)


def test_without_its_ledger_a_run_publishes_nothing(place: Places) -> None:
    before = place.store.profiles.stat().st_mtime_ns
    lost = Places(place.drops, place.store, Settings(ledger_url="postgresql://court@127.0.0.1:1/ledger"))
    with pytest.raises(StoreError, match="台账"):
        steps.publish(lost, SUNDAY, rebuild=True)
    assert place.store.profiles.stat().st_mtime_ns == before
