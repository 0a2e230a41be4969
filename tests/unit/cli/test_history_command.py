"""``--as-of`` and ``chakong history``, on a debtor who pays between two nights."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from scenario import BUSINESS_DATE, PERSON_A, PERSON_B, Scenario

from cli.main import FINE, LOOK, MISUSE, main
from core.settings import Settings
from core.store import Store
from profiles import history

LATER = BUSINESS_DATE + timedelta(days=2)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("history_command")
    first = Scenario(folder)
    first.debtor("测试甲", PERSON_A, balance="100000.00")
    before = first.build(name="profiles.before.duckdb")
    later = Scenario(folder, business_date=LATER)
    later.debtor("测试甲", PERSON_A, balance="60000.00")
    later.debtor("测试乙", PERSON_B)
    later.build(previous=before)
    assert history.keep(Settings(), Store(folder)) == [BUSINESS_DATE, LATER]
    yield folder
    first.close()
    later.close()


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = FINE) -> str:
    assert main([*arguments]) == code
    printed = capsys.readouterr()
    return printed.out if code == FINE else printed.err


@pytest.mark.parametrize(
    ("day", "head"),
    [
        (BUSINESS_DATE, "※ 历史档案：以下为 2026-11-23 之夜发布的内容"),
        (date(2026, 11, 24), "※ 历史档案：2026-11-24 没有对账，以下为此前最近一夜 2026-11-23 发布的内容"),
    ],
)
def test_a_past_night_is_shown_under_a_line_that_says_so(
    store: Path, day: date, head: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = told(capsys, "profile", "测试甲", "--as-of", str(day), "--store", str(store))
    assert shown.startswith(head)
    assert "业务日期 2026-11-23" in shown
    assert "尚欠 100,000.00 元" in shown
    assert "尚欠 60,000.00 元" in told(capsys, "profile", "测试甲", "--store", str(store))


def test_the_last_night_is_shown_as_published(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = told(capsys, "profile", "测试甲", "--store", str(store))
    shown = told(capsys, "profile", "测试甲", "--as-of", str(LATER), "--store", str(store))
    assert shown.split("\n\n", maxsplit=1)[1] == plain
    (entry,) = json.loads(
        told(capsys, "profile", "测试甲", "--as-of", str(LATER), "--store", str(store), "--format", "json")
    )
    assert entry.pop("as_of") == {"asked": "2026-11-25", "night": "2026-11-25"}
    assert [entry] == json.loads(told(capsys, "profile", "测试甲", "--store", str(store), "--format", "json"))


def test_nobody_and_no_night_are_said_clearly(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nobody = told(capsys, "profile", "无此人", "--as-of", "2026-11-23", "--store", str(store), code=LOOK)
    assert nobody.startswith("未找到：查询内容不对应任何已发布的被执行人 [2026-11-23 之夜]")
    not_yet = told(capsys, "profile", "测试乙", "--as-of", "2026-11-24", "--store", str(store), code=LOOK)
    assert not_yet == nobody
    early = told(capsys, "profile", "测试甲", "--as-of", "2026-11-22", "--store", str(store), code=LOOK)
    assert early == "未找到：2026-11-22 及以前没有档案 -> 所存最早的一夜是 2026-11-23\n"
    empty = told(capsys, "profile", "测试甲", "--as-of", "2026-11-22", "--store", str(store / "none"), code=MISUSE)
    assert "no profile database in this store" in empty


def test_targets_of_a_past_night(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = "（2026）测0499执1号"
    shown = told(capsys, "targets", case, "--as-of", "2026-11-24", "--store", str(store))
    head, rest = shown.split("\n\n", maxsplit=1)
    assert head.startswith("※ 历史档案：2026-11-24 没有对账")
    assert rest == told(capsys, "targets", case, "--store", str(store))


def test_the_nights_are_listed(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "history", "--store", str(store)).splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["业务日期", "运行"],
        ["2026-11-23", "R20261123"],
        ["2026-11-25", "R20261125"],
    ]
    listed = json.loads(told(capsys, "history", "--store", str(store), "--format", "json"))
    assert [entry["night"] for entry in listed] == ["2026-11-23", "2026-11-25"]
    assert listed[1]["rows_changed"] >= 2  # the debtor and the case


def test_reports_of_a_past_night(store: Path, tmp_path: Path) -> None:
    asked = ["--as-of", "2026-11-24", "--store", str(store), "--to", str(tmp_path)]
    assert main(["export", "profile", "测试甲", "--format", "json", *asked]) == FINE
    assert main(["export", "night", "--format", "docx", *asked]) == FINE
    report, profile = sorted(tmp_path.iterdir())
    assert report.name == "夜间对账报告_20261123.docx"
    assert profile.name.endswith("_20261123.json")
    assert json.loads(profile.read_text(encoding="utf-8"))["debtor"]["claim_balance"] == "100000.00"
