from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scenario import PERSON_A, Scenario

from cli import console
from cli.main import FINE, MISUSE, main


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = Scenario(tmp_path_factory.mktemp("console"))
    made.debtor("测试甲", PERSON_A)
    made.build()
    yield made.folder
    made.close()


#: Puts lines to the console and returns what it prints.
Ask = Callable[[str], str]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def ask(store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    def asked(text: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert main(["console", "--store", str(store)]) == FINE
        return capsys.readouterr().out

    return asked


@pytest.mark.parametrize("wanted", ["测试甲", PERSON_A, "（2026）测0499执1号", "  测试甲 "])
def test_a_line_is_answered_as_profile_answers(
    ask: Ask, store: Path, wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = ask(f"{wanted}\n")
    assert main(["profile", wanted, "--store", str(store)]) == FINE
    assert answer == capsys.readouterr().out
    assert "被执行人财产档案　测试甲" in answer


def test_nobody_is_said_in_one_line_and_the_console_goes_on(ask: Ask) -> None:
    answer = ask("无此人\n\n\udcff\n帮助")
    assert answer.splitlines()[:2] == ["未找到：查询内容不对应任何已发布的被执行人 -> 核对姓名、证件号码或案号"] * 2
    assert answer.endswith(console.HELP + "\n")


def test_status_and_leaving(ask: Ask, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask("状态\n退出\n测试甲\n")
    main(["status", "--store", str(store)])
    assert answer == capsys.readouterr().out
    assert "测试甲" not in answer


def test_status_says_where_the_data_docs_are_once_there_are_some(
    store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "profiles.duckdb").hardlink_to(store / "profiles.duckdb")
    start = tmp_path / "data_docs" / "index.html"
    main(["status", "--store", str(tmp_path)])
    assert str(start) not in capsys.readouterr().out
    start.parent.mkdir()
    start.touch()
    main(["status", "--store", str(tmp_path)])
    assert capsys.readouterr().out.splitlines()[-1].strip() == str(start)
    main(["status", "--store", str(tmp_path), "--format", "json"])
    assert json.loads(capsys.readouterr().out)["data_docs"] == str(start)


def test_a_terminal_gets_a_prompt_and_an_interrupt_loses_only_the_line(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    answers: Iterator[str | type[BaseException]] = iter(["测试甲", KeyboardInterrupt, "无此人", EOFError])

    def typed(prompt: str) -> str:
        said.append(prompt)
        answer = next(answers)
        if isinstance(answer, str):
            return answer
        raise answer

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("builtins.input", typed)
    assert main(["console", "--store", str(store)]) == FINE
    assert said == [console.PROMPT] * 4
    out = capsys.readouterr().out
    assert out.startswith(console.HELP)
    assert "被执行人财产档案　测试甲" in out
    assert "未找到" in out


def test_without_a_published_database_it_does_not_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["console", "--store", str(tmp_path)]) == MISUSE
    assert "no profile database" in capsys.readouterr().err
