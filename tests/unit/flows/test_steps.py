"""What becomes of a source that cannot be asked, and of lists that cannot be sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.site import Site, Window, load_site
from core import clock
from core.errors import TerminalError
from core.settings import Settings
from core.store import Store
from flows import steps
from flows.places import Places

SUNDAY = date(2026, 11, 22)


def place_of(folder: Path, toml: str, drops: Path | None = None) -> Places:
    (folder / "chakong.toml").write_text(toml, encoding="utf-8")
    return Places(drops, Store(folder / "store"), Settings(), load_site(folder / "chakong.toml"))


def taken(place: Places, source: str = "land") -> dict[str, Any]:
    return steps.take(place, source, SUNDAY)


@pytest.mark.parametrize(
    ("table", "code", "told"),
    [
        ('url = "sftp://court@127.0.0.1/x"', "misconfigured", "没有登记对方的主机密钥"),
        ('url = "gopher://127.0.0.1/x"', "misconfigured", "没有 gopher:// 这种传输方式"),
        ('url = "s3://bucket/x"', "misconfigured", "s3 来源的设置不全"),
        ('url = "/nowhere"', "misconfigured", "文件夹或存储桶不存在（/nowhere）"),
        ('url = "https://a@127.0.0.1:1/x"\npassword = {env = "CHAKONG_NOT_SET"}', "misconfigured", "CHAKONG_NOT_SET"),
        ("seconds = 5", "misconfigured", "没有写明从哪里接收"),
        ('url = "https://127.0.0.1:1/x"\nattempts = 1', "unreachable", "127.0.0.1:1"),
    ],
)
def test_a_source_that_cannot_be_asked_is_an_outcome_with_a_verdict_and_what_to_do(
    tmp_path: Path, table: str, code: str, told: str
) -> None:
    outcome = taken(place_of(tmp_path, f"[sources.land]\n{table}"))
    assert outcome["outcome"] == "missing"
    assert [verdict["code"] for verdict in outcome["verdicts"]] == [code]
    assert told in outcome["message"]
    assert outcome["needs_operator"] and outcome["changed"]


def test_the_sources_of_a_dead_host_get_a_verdict_of_their_own(tmp_path: Path) -> None:
    place = place_of(tmp_path, '[sources.default]\nurl = "https://127.0.0.1:2/x"\nattempts = 1')
    codes = [taken(place, source)["verdicts"][0]["code"] for source in ("land", "housing", "vehicles", "planning")]
    assert codes == ["unreachable", "unreachable", "circuit_open", "circuit_open"]


def test_outside_its_hours_a_source_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = place_of(tmp_path, '[sources.land]\nurl = "/nowhere"\nwindow = "18:30-06:00"')
    monkeypatch.setattr(steps, "now", lambda: clock.now().replace(hour=12))
    outcome = taken(place)
    assert [verdict["code"] for verdict in outcome["verdicts"]] == ["outside_window"]
    assert "18:30-06:00" in outcome["message"]
    monkeypatch.setattr(steps, "now", lambda: clock.now().replace(hour=2))
    assert [verdict["code"] for verdict in taken(place)["verdicts"]] == ["misconfigured"]


def test_a_refusal_is_an_alarm_also_where_nothing_is_due(tmp_path: Path) -> None:
    place = place_of(tmp_path, '[sources.mining]\nurl = "/nowhere"')
    outcome = steps.take(place, "mining", SUNDAY + timedelta(days=1))
    assert (outcome["outcome"], outcome["needs_operator"]) == ("unchanged", True)


def test_lists_go_to_those_who_have_an_outbox_and_one_that_fails_hinders_nobody(tmp_path: Path) -> None:
    (tmp_path / "tax").mkdir()
    place = place_of(
        tmp_path,
        f"""
[sources.tax]
url = "/x"
outbox = "{tmp_path}/tax"
[sources.bank_abc]
url = "/x"
outbox = "/nowhere"
[sources.bank_boc]
url = "/x"
outbox = "/nowhere"
mode = "off"
""",
        drops=tmp_path,
    )
    for source in ("tax", "bank_abc", "bank_boc", "household"):
        folder = place.store.outbox_folder(source, SUNDAY)
        folder.mkdir(parents=True)
        (folder / "inquiry.csv").write_bytes(b"list")
        (folder / "inquiry.csv.ok").write_text(json.dumps({}))
    unsent = steps._send(place, SUNDAY)
    assert list(unsent) == ["bank_abc"]
    assert "/nowhere" in unsent["bank_abc"]
    assert (tmp_path / "tax" / "tax" / "20261122" / "inquiry.csv").read_bytes() == b"list"
    assert steps._send(place, SUNDAY) == unsent


def test_a_source_switched_off_is_not_among_those_connected(tmp_path: Path) -> None:
    place = place_of(tmp_path, '[sources.mining]\nmode = "off"', drops=tmp_path)
    assert set(steps.sources()) - set(steps.connected(place)) == {"mining"}
    assert set(steps.connected(replace(place, site=Site({"default": {"mode": "off"}})))) == set()


def test_a_window_is_no_part_of_the_connection() -> None:
    site = Site({"default": {"window": Window(clock.ASKED_AT, clock.NIGHT_RUN_AT)}})
    assert site.of("land", "/drops").window is not None


def test_pages_that_cannot_be_built_are_a_note_without_words_of_the_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise ValueError("测试甲")

    monkeypatch.setattr(steps, "data_docs", fail)
    with pytest.raises(TerminalError) as caught:
        steps.document(place_of(tmp_path, "", drops=tmp_path))
    (note,) = steps.documented(caught.value)
    assert "数据校验报告未能更新" in note
    assert "测试甲" not in note
    assert steps.documented(3) == []


def test_a_history_that_cannot_be_written_is_told_and_never_raised_into_the_night(tmp_path: Path) -> None:
    place = place_of(tmp_path, "", drops=tmp_path)
    assert steps.keep(place) == []  # nothing is published yet
    place.store.history.mkdir(parents=True)
    (place.store.history / "20261122.duckdb").write_bytes(b"no database")
    with pytest.raises(TerminalError) as caught:
        steps.keep(place)
    (line,) = steps.kept(caught.value)
    assert line.startswith("历史未能记入（a database cannot be opened")
    assert steps.kept([]) == []
