"""``chakong verdict``: a large confirmation takes two officers on the command line too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scenario import Scenario

from cli.main import FINE, LOOK, MISUSE, main

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def link(tmp_path: Path) -> Iterator[str]:
    """A probable link to a house of more than the court's amount."""
    s = Scenario(tmp_path)
    s.debtor("测试丙", "E00008640", id_type="passport")
    s.add("housing", "units", unit_id="FW1", unit_no="370499001001GB00001F00010001", price="620000.00",
          planned_use="residence", register_status="current")  # fmt: skip
    s.add("housing", "owners", unit_id="FW1", seq=1, name="测试丙", id_type="passport", id_number="E00008640",
          co_ownership="sole")  # fmt: skip
    yield s.build().one("link", tier="probable")["link_id"]
    s.close()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)

    def call(action: str, *arguments: str, officer: str = "") -> tuple[int, str]:
        signed = ["--reason", "核实", "--officer", officer] if officer else []
        code = main(["verdict", action, *arguments, *signed, "--store", str(tmp_path)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return call


def test_a_large_confirmation_waits_for_another_officer(run: Run, link: str) -> None:
    assert "须由另一名人员复核" in run("give", link, "same", officer="GW1")[1]
    (told,) = json.loads(run("list", "--format", "json")[1])
    assert (told["state"], told["officer"]) == ("proposed", "GW1")
    assert "等待另一名人员复核" in run("list")[1]
    code, said = run("give", link, "different", officer="GW2")
    assert (code, "情况已有变化：已由 GW1 提出确认" in said) == (LOOK, True)
    assert run("confirm", told["verdict_id"], officer="GW1")[0] == MISUSE
    assert run("confirm", "P0", officer="GW2")[0] == LOOK
    assert run("confirm", told["verdict_id"], officer="GW2")[0] == FINE
    (given,) = json.loads(run("list", "--format", "json")[1])
    assert (given["state"], given["officer"], given["reason"]) == ("new", "GW1", "核实（GW2 复核）")


def test_a_proposal_is_given_back(run: Run, link: str) -> None:
    assert run("confirm", "P0", officer="GW2")[0] == LOOK
    run("give", link, "same", officer="GW1")
    (told,) = json.loads(run("list", "--format", "json")[1])
    assert "仍待核实" in run("give-back", told["verdict_id"], officer="GW1")[1]
    assert run("list")[1] == "台账中没有认定。\n"
    assert run("give", link, "different", officer="GW2")[0] == FINE
