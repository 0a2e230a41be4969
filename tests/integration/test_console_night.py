"""An operator reads a delivery again in the console after its contract was put right, and lets a held one in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from court import SUNDAY, Court, day, right
from test_replay import CODE, amended

from cli.beyond import beyond
from core.duck import connect
from core.settings import Settings
from ledger import accounts, database, quarantine, releases
from profiles import publish
from web.app import create_app

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "web"))
from officers import PASSWORD, Browser, serving

RIGHTS = [right(f"r{number:03}") for number in range(100)]


@pytest.fixture
def court(tmp_path: Path) -> Court:
    """A full with one right of an unknown type, then one of sixty, which is held."""
    made = Court(tmp_path)
    made.agency("land").zip(SUNDAY, "full", {"rights": [*RIGHTS, right("x", right_type="30")]})
    made.take("land", SUNDAY)
    made.agency("land").zip(day(7), "full", {"rights": RIGHTS[:60]})
    made.take("land", day(7))
    return made


@pytest.fixture
def operator(court: Court, quick_passwords: None) -> Iterator[Browser]:
    with connect(Settings()) as con:
        publish.publish(con, court.store.profiles, court.store.work / "publish")
    with database.opened(database.url_of(Settings(), court.store)) as engine:
        accounts.add(engine, "GW4", name="值守员", role="operator", password=PASSWORD)
    app = create_app(Settings(), court.store, beyond(Settings(), court.store))
    with serving(app) as address, httpx.Client(base_url=address, timeout=30) as client:
        browser = Browser(client)
        browser.follow(browser.post("/login", officer="GW4", password=PASSWORD))
        yield browser


def test_what_waits_is_read_again_and_let_in(
    court: Court, operator: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = operator.get("/night").text
    rejected, taken = text.split('<th scope="row" class="day">')[1:3]
    assert "放行" in rejected
    assert 'action="/night/replay"' in taken
    first = taken.split('name="delivery_id" value="')[1].split('"')[0]

    text = operator.post("/night/replay", delivery_id=first, reason="契约已更正").text
    assert "结果不变" in text
    wider = amended(tmp_path, CODE, CODE[:1] + "'30': [state_construction, 新增类型], " + CODE[1:])
    for module in ("connectors.intake", "connectors.quarantine.replay"):
        monkeypatch.setattr(f"{module}.load", lambda _source: wider)
    assert "放出 1 行" in operator.post("/night/replay", delivery_id=first, reason="契约已更正").text
    assert len(court.rows("land", "rights", "right_id")) == len(RIGHTS) + 1

    held = rejected.split('name="delivery_id" value="')[1].split('"')[0]
    assert f"已放行到件 {held}" in operator.post("/night/release", delivery_id=held, reason="已电话核实").text
    with database.opened(database.url_of(Settings(), court.store)) as engine:
        assert [given.delivery_id for given in releases.given(engine)] == [held]
        assert [told.officer for told in quarantine.history(engine)] == ["GW4"]
    assert court.take("land", day(7)).outcome == "rejected", "Court takes without a ledger"
