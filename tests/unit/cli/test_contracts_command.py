"""``chakong contracts``: what it prints of one contract and of two, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import FAILURE, FINE, LOOK, MISUSE, main

LAND = Path("data_contracts/land.yaml")
CODE = "{'3': [state_construction, 国有建设用地使用权]"


@pytest.fixture
def amended(tmp_path: Path) -> Path:
    """The contract of land as a person edits it: `version` 1.1.0, a code taken out, a code added."""
    text = LAND.read_text(encoding="utf-8")
    for old, new in (("version: '1.0.0'", "version: '1.1.0'"), (CODE, "{'30': [state_construction, 新增类型]")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = tmp_path / "land.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_show_prints_the_page_of_a_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "show", "land"]) == FINE
    page = capsys.readouterr().out
    assert page.startswith("# 土地使用权登记（land）")
    assert "| `area` | `使用权面积` | 使用权面积 | decimal(18,4) |" in page


def test_a_file_is_shown_like_the_contract_in_force(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "show", "land"]) == FINE
    in_force = capsys.readouterr().out
    assert main(["contracts", "show", str(LAND)]) == FINE
    assert capsys.readouterr().out == in_force


def test_diff_says_what_breaks_and_asks_for_a_look(amended: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "diff", "land", str(amended)]) == LOOK
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "land　土地使用权登记　1.0.0 → 1.1.0"
    assert lines[1] == "不兼容（1）"
    assert lines[2].startswith("  rights.right_type：删去代码 3（国有建设用地使用权）；代码为 3 的行将被隔离")
    assert lines[3] == "需留意（1）"
    assert lines[4].startswith("  rights.right_type：增加代码 30")


def test_diff_says_the_same_to_a_program(amended: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "diff", "land", str(amended), "--format", "json"]) == LOOK
    found = json.loads(capsys.readouterr().out)
    assert [(change["place"], change["impact"], change["quarantines"]) for change in found] == [
        ("rights.right_type", "breaking", "unknown_code"),
        ("rights.right_type", "signals", None),
    ]


def test_what_breaks_nothing_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "diff", "land", str(LAND)]) == FINE
    assert capsys.readouterr().out.splitlines()[1:] == ["没有变动。"]


def test_contracts_of_two_sources_are_not_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contracts", "diff", "land", "housing"]) == MISUSE
    assert "两份契约属于不同来源 [land, housing]" in capsys.readouterr().err


def test_a_contract_that_is_nowhere_or_none_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("- no contract\n", encoding="utf-8")
    for named, code in ((str(tmp_path / "nowhere.yaml"), MISUSE), ("nobody", MISUSE), (str(broken), FAILURE)):
        assert main(["contracts", "show", named]) == code
        said = capsys.readouterr()
        assert (said.out, "内部错误" in said.err) == ("", False)
