"""``chakong quarantine`` as an officer types it: what it prints, where delivered text may stand, and its exit codes."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from court import SUNDAY, Court, holder, right

from cli.main import FINE, LOOK, MISUSE, main
from data_contracts import load

#: What an agency wrote into the refused rows.
NAME, NUMBER, PLACE = "测试甲", "370499198503120017", "测试区示例路九号"
CANARIES = (NAME, NUMBER, PLACE)
SIGNED = ["--officer", "GW000001", "--reason", "来源单位已更正"]
Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Court:
    """A full of land: a good right, one of an unknown type with its holder, one without a place. Read-only."""
    court = Court(tmp_path_factory.mktemp("court"))
    rights = [
        right("TD0000000001"),
        right("TD0000000002", right_type="30", location=PLACE),
        right("TD0000000003", location=None, remark=f"{NAME}{NUMBER}"),
    ]
    holders = [holder("TD0000000002", name=NAME, id_number=NUMBER)]
    court.agency("land").zip(SUNDAY, "full", {"rights": rights, "holders": holders})
    outcome = court.take("land", SUNDAY)
    assert outcome.reasons == {"missing_required": 1, "orphan_child": 1, "unknown_code": 1}
    return court


@pytest.fixture
def run(delivered: Court, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """``run("list", …)`` -> exit code and everything printed, on a copy of the store."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(delivered.store.root, tmp_path / "store")

    def call(*arguments: str) -> tuple[int, str]:
        code = main(["quarantine", *arguments, "--store", str(tmp_path / "store")])
        said = capsys.readouterr()
        return code, said.out + said.err

    return call


def listed(run: Run, *arguments: str) -> list[dict[str, Any]]:
    code, out = run("list", "--format", "json", *arguments)
    assert code == FINE
    found: list[dict[str, Any]] = json.loads(out)
    return found


def row_of(run: Run, code: str) -> dict[str, Any]:
    (row,) = listed(run, "--rows", "--code", code)
    return row


def files_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_list_groups_rows_by_what_is_wrong(run: Run) -> None:
    code, out = run("list")
    assert code == FINE
    assert [(line.split()[:3]) for line in out.splitlines()[1:]] == [
        ["land", "holders", "orphan_child"],
        ["land", "rights", "missing_required"],
        ["land", "rights", "unknown_code"],
    ]
    assert [group["rows"] for group in listed(run)] == [1, 1, 1]


def test_the_list_can_be_narrowed_and_turned_page_by_page(run: Run) -> None:
    code, out = run("list", "--rows", "--size", "2", "--page", "2")
    assert (code, "第 2 页，共 2 页" in out) == (FINE, True)
    assert [row["reasons"] for row in listed(run, "--rows", "--code", "unknown_code")] == [["unknown_code"]]
    assert listed(run, "--source", "housing") == listed(run, "--since", "2026-11-23") == []
    assert run("list", "--source", "housing") == (FINE, "没有符合条件的隔离行。\n")


@pytest.mark.parametrize("rows", [[], ["--rows"]])
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_list_shows_what_was_delivered(run: Run, rows: list[str], form: str) -> None:
    code, out = run("list", *rows, "--format", form)
    assert (code, "unknown_code" in out) == (FINE, True)
    assert not [canary for canary in CANARIES if canary in out]


def test_a_row_shows_its_place_its_reason_and_what_to_do_but_no_text_into_a_pipe(run: Run) -> None:
    row = row_of(run, "orphan_child")
    code, out = run("show", row["row_id"])
    assert code == FINE
    assert "位置：land_full_20261122.zip　" in out
    assert f"到件：{row['delivery_id']}　业务日期 2026-11-22" in out
    assert "原因：orphan_child　从表记录找不到所属主记录　→ " in out
    assert "确需输出的，加 --raw" in out
    assert not [canary for canary in CANARIES if canary in out]


def test_a_terminal_shows_the_text_and_so_does_a_pipe_that_is_told_to(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id = row_of(run, "orphan_child")["row_id"]
    code, piped = run("show", row_id, "--raw")
    assert (code, NAME in piped, NUMBER in piped) == (FINE, True, True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run("show", row_id) == (FINE, piped)


def test_a_row_that_is_not_there_is_said_to_be_missing(run: Run) -> None:
    code, out = run("show", "Q0000000000000000")
    assert (code, out.startswith("未找到：")) == (LOOK, True)


def test_a_dry_replay_by_the_same_contract_changes_nothing(run: Run, tmp_path: Path) -> None:
    before = files_of(tmp_path / "store")
    code, out = run("replay", "--dry-run")
    assert (code, out.rstrip().endswith("：结果不变")) == (FINE, True)
    assert files_of(tmp_path / "store") == before


def test_a_dry_replay_by_a_corrected_contract_says_what_it_would_let_out(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land = load("land")
    codes = {**land.table("rights").column("right_type").codes, "30": ("other", "新增类型")}
    columns = [
        replace(column, codes=codes) if column.name == "right_type" else column
        for column in land.table("rights").columns
    ]
    rights = replace(land.table("rights"), columns=tuple(columns))
    corrected = replace(land, tables=(rights, *land.tables[1:]))
    monkeypatch.setattr("connectors.quarantine.replay.load", lambda _source: corrected)
    before = files_of(tmp_path / "store")
    code, out = run("replay", "--dry-run", "--source", "land")
    assert code == FINE
    assert "接收 1、隔离 3 → 接收 3、隔离 1（放出 2 行）；试读，未写入" in out
    assert not [canary for canary in CANARIES if canary in out]
    assert files_of(tmp_path / "store") == before


def test_a_replay_that_writes_must_be_signed_and_have_something_to_read(run: Run) -> None:
    code, out = run("replay")
    assert (code, out.startswith("用法错误：须写明理由")) == (MISUSE, True)
    code, out = run("replay", "--reason", "契约已更正", "--officer", NAME)
    assert (code, "承办人员编号" in out, NAME in out) == (MISUSE, True, False)
    code, out = run("replay", "--dry-run", "--delivery", "d0")
    assert (code, "没有这份可重新读取的到件" in out) == (LOOK, True)
    assert run("replay", "--dry-run", "--code", "bad_op") == (FINE, "没有需要重新读取的到件。\n")


def test_a_row_is_set_aside_and_comes_back(run: Run) -> None:
    row_id = row_of(run, "missing_required")["row_id"]
    code, out = run("waive", row_id, *SIGNED)
    assert (code, "已搁置 1 行" in out) == (FINE, True)
    assert {row["row_id"] for row in listed(run, "--rows", "--state", "waived")} == {row_id}
    assert len(listed(run, "--rows")) == 2
    (waived,) = listed(run, "--rows", "--state", "waived")
    assert f"已搁置：{waived['waiver_id']}" in run("show", row_id)[1]
    code, out = run("withdraw", waived["waiver_id"], *SIGNED)
    assert (code, f"已撤回搁置 {waived['waiver_id']}" in out) == (FINE, True)
    assert len(listed(run, "--rows")) == 3
    assert listed(run, "--rows", "--state", "waived") == []


def test_all_rows_of_a_delivery_that_one_reason_refuses_are_set_aside_at_once(run: Run) -> None:
    delivery_id = row_of(run, "unknown_code")["delivery_id"]
    code, out = run("waive", "--delivery", delivery_id, "--code", "unknown_code", *SIGNED)
    assert (code, f"到件 {delivery_id}" in out) == (FINE, True)
    assert [row["reasons"] for row in listed(run, "--rows", "--state", "waived")] == [["unknown_code"]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["waive", *SIGNED], MISUSE),
        (["waive", "Q0000000000000000", "--delivery", "d0", "--code", "bad_op", *SIGNED], MISUSE),
        (["waive", "Q0000000000000000", *SIGNED], LOOK),
        (["waive", "--delivery", "d0", "--code", "bad_op", *SIGNED], LOOK),
        (["withdraw", "W0", *SIGNED], LOOK),
    ],
)
def test_what_cannot_be_decided_is_refused(run: Run, arguments: list[str], code: int) -> None:
    assert run(*arguments)[0] == code
    assert listed(run, "--rows", "--state", "waived") == []


def test_a_reason_that_names_a_person_is_refused(run: Run) -> None:
    row_id = row_of(run, "missing_required")["row_id"]
    code, out = run("waive", row_id, "--officer", "GW000001", "--reason", f"{NUMBER} 已核实")
    assert (code, NUMBER in out) == (MISUSE, False)
    assert listed(run, "--rows", "--state", "waived") == []


def test_arguments_that_are_missing_end_at_once(run: Run) -> None:
    for arguments in ([], ["waive"], ["withdraw", "W0"], ["list", "--page", "0"]):
        with pytest.raises(SystemExit) as left:
            run(*arguments)
        assert left.value.code == MISUSE


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--code", "no_such_code"],
        ["list", "--source", "nowhere"],
        ["replay", "--dry-run", "--code", "no_such_code"],
        ["replay", "--dry-run", "--source", "nowhere"],
        ["waive", "--delivery", "d0", "--code", "no_such_code", *SIGNED],
    ],
)
def test_a_name_that_does_not_exist_is_no_empty_answer(run: Run, arguments: list[str]) -> None:
    code, out = run(*arguments)
    assert (code, out.startswith("用法错误：没有这个")) == (MISUSE, True)
