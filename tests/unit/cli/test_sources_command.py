from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import data_contracts
from cli.main import FINE, LOOK, MISUSE, main
from connectors import looking
from connectors.transport.breaker import Breaker

NIGHT = "2026-11-23"


@pytest.fixture
def check(
    tmp_path: Path, small_district: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """`chakong sources check` in a folder of its own with that site file; exit code and output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("connectors.transport.guard.breaker_of", lambda _host: Breaker())
    shutil.copytree(small_district, tmp_path / "drops")

    def run(*arguments: str, site: str = "") -> tuple[int, str]:
        (tmp_path / "chakong.toml").write_text(site, encoding="utf-8")
        code = main(["sources", "check", *arguments, "--date", NIGHT])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def line(out: str, source: str) -> str:
    return next(row for row in out.splitlines() if row.startswith(source))


def test_every_source_has_one_line(check: Callable[..., tuple[int, str]]) -> None:
    code, out = check("--drops", "drops")
    assert code == LOOK  # nobody has answered the inquiries of that night
    for source in data_contracts.sources():
        assert sum(row.split()[0] == source for row in out.splitlines()) == 1
    assert line(out, "land").split()[1:] == ["file", "localhost", "正常", NIGHT, "应到", "1", "无需处理"]
    assert "尚无完整到件" in line(out, "tax")
    assert line(out, "mining").split()[3:] == ["正常", "2026-11-22", "不要求", "0", "无需处理"]


def test_what_is_in_the_way_is_said_and_credentials_are_not(
    check: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAKONG_TEST_SECRET", "hunter2")
    code, out = check("--drops", "drops", site="""
[sources.land]
url = "https://hidden-user@127.0.0.1:3/x"
password = {env = "CHAKONG_TEST_SECRET"}
[sources.housing]
url = "sftp://hidden-user@127.0.0.1:3/x"
[sources.mining]
mode = "off"
""")  # fmt: skip
    assert code == LOOK
    assert line(out, "land").split()[1:4] == ["https", "127.0.0.1:3", "不通"]
    assert "续传" in line(out, "land")
    assert "chakong.toml" in line(out, "housing")
    assert "未接通（mode = off）" in line(out, "mining")
    assert "hunter2" not in out and "hidden-user" not in out


def test_an_outbox_that_does_not_open_is_told_before_the_night(
    check: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    site = '[sources.tax]\nurl = "{0}/drops"\noutbox = "{0}/{1}"'
    code, out = check("tax", site=site.format(tmp_path, "nowhere"))
    assert code == LOOK and "查询名单无法送出（file localhost）" in out
    (tmp_path / "lists").mkdir()
    assert "查询名单无法送出" not in check("tax", site=site.format(tmp_path, "lists"))[1]


def test_a_source_is_not_asked_outside_its_hours(
    check: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = looking.clock.now().replace(hour=12, minute=0)
    monkeypatch.setattr(looking.clock, "now", lambda: noon)
    code, out = check("land", "--drops", "drops", site='[sources.land]\nwindow = "18:30-06:00"')
    assert code == LOOK
    assert "18:30-06:00" in out


def test_one_source_is_looked_at_where_its_table_says(check: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    code, out = check("land")
    assert code == FINE and "契约完整" in out and "业务日期" not in out
    code, out = check("land", site=f'[sources.land]\nurl = "{tmp_path}/drops"')
    assert code == FINE and "完整到件 1 份" in out
    (tmp_path / "drops" / "land" / "20261123" / "stranger.txt").write_text(json.dumps({}))
    code, out = check("land", "--drops", "drops")
    assert code == LOOK and "文件名不符合约定：stranger.txt" in out
    assert check("nosuch")[0] == MISUSE
