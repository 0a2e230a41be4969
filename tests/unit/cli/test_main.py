from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.main import FAILURE, LOOK, MISUSE, main


def test_help_answers_at_once_and_imports_nothing_heavy() -> None:
    script = "import sys\nfrom cli.main import build_parser\nbuild_parser().format_help()\nprint(*sys.modules)"
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert time.perf_counter() - started < 0.5
    heavy = {"prefect", "pandas", "duckdb", "pyarrow", "great_expectations", "rapidfuzz", "numpy", "sqlalchemy"}
    assert not heavy & set(done.stdout.split())


@pytest.mark.parametrize("line", [[], ["nightly"], ["nightly", "--drops", "x"], ["demo", "--debtors", "0"], ["nosuch"],
                                  ["inquire", "--drops", "a", "--store", "b", "--date", "2026-13-01"]])  # fmt: skip
def test_wrong_arguments_are_misuse(line: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(line)
    assert left.value.code == MISUSE


def test_a_missing_folder_is_misuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inquire", "--drops", str(tmp_path / "no"), "--store", str(tmp_path)]) == MISUSE
    assert main(["status", "--store", str(tmp_path)]) == MISUSE
    assert "用法错误" in capsys.readouterr().err


def test_an_internal_failure_says_its_kind_and_never_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import core.settings

    def broken(*_: object) -> None:
        raise ValueError("测试甲 370499198503120017")

    monkeypatch.setattr(core.settings, "load_settings", broken)
    assert main(["inquire", "--drops", str(tmp_path), "--store", str(tmp_path)]) == FAILURE
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert "370499198503120017" not in said
    log = Path(said.split("详情见 ")[1].strip())
    assert "370499198503120017" not in log.read_text(encoding="utf-8")
    log.unlink()


def test_exit_codes_are_four() -> None:
    assert (LOOK, MISUSE, FAILURE) == (1, 2, 3)
