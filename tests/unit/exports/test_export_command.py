"""``chakong export`` from end to end: which files, where, and what is said when there is nothing to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from exported import RARE, Night

from cli.main import FINE, LOOK, MISUSE, main


def export(night: Night, folder: Path, *arguments: str) -> int:
    return main(["export", *arguments, "--store", str(night.path.parent), "--to", str(folder)])


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_profile_in_every_form(night: Night, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(night, tmp_path, "profile", RARE, "--format", "xlsx", "pdf", "docx", "json") == FINE
    assert written(tmp_path) == sorted(
        f"财产档案_{night.person}_20261123.{form}" for form in ("xlsx", "pdf", "docx", "json")
    )
    told = capsys.readouterr().out
    assert told.count("已写出") == 4 and RARE not in told


def test_reports_and_drafts(night: Night, tmp_path: Path) -> None:
    case = "(2026)测0499执1号"
    assert export(night, tmp_path, "inquiry", case) == FINE
    assert export(night, tmp_path, "night", "--format", "docx") == FINE
    assert export(night, tmp_path, "worklist") == FINE
    assert export(night, tmp_path, "notice", case) == FINE
    assert export(night, tmp_path, "suggestion", case, "--source", "tax") == FINE
    assert written(tmp_path) == sorted(
        [
            f"财产查控反馈_2026测0499执1号_{night.person}_20261123.pdf",
            "夜间对账报告_20261123.docx",
            "待办清单_法官甲_20261123.pdf",
            f"协助执行通知书草稿_2026测0499执1号_{night.person}_第1项_20261123.docx",
            f"协助执行通知书草稿_2026测0499执1号_{night.person}_第2项_20261123.docx",
            "司法建议书草稿_2026测0499执1号_tax_20261123.docx",
        ]
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("profile", "无此人"), "不对应任何已发布的被执行人"),
        (("notice", "（2026）测0499执9号"), "没有这一案件"),
        (("notice", "（2026）测0499执1号", "--rank", "9"), "没有这样的建议措施"),
        (("suggestion", "（2026）测0499执1号", "--source", "bank_abc"), "没有这样的未答复来源"),
        (("worklist", "--judge", "无此人"), "没有该承办法官的案件"),
    ],
)
def test_what_is_not_there_is_said(
    night: Night, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert export(night, tmp_path, *arguments) == LOOK
    told = capsys.readouterr().err
    assert message in told and "无此人" not in told
    assert written(tmp_path) == []


def test_a_target_that_is_no_folder_is_misuse(night: Night, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert export(night, tmp_path / "file", "night") == MISUSE
    assert "--to 不是目录" in capsys.readouterr().err
