"""``chakong console``, ``users`` and ``audit``: what they print and what they refuse; a password is no argument."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from cli.main import FINE, LOOK, MISUSE, main
from core.duck import connect
from core.settings import Settings
from core.store import Store
from ledger import accounts, audit, database
from ledger.connections import writing
from profiles import publish

PASSWORD = "测试 口令 一二三四"
BY = ["--by", "GW9"]
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """``run("users", "list")`` -> exit code and everything printed; `typed` stands on standard input."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main([*arguments, "--store", str(tmp_path)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return call


def test_an_account_is_made_listed_and_disabled(run: Run) -> None:
    assert run("users", "list") == (FINE, "还没有账户。\n")
    add = ("users", "add", "GW1", "--name", "法官甲", "--role", "judge", *BY)
    assert run(*add, typed="short\n")[0] == MISUSE
    assert run(*add, typed=f"{PASSWORD}\n") == (FINE, "已建立账户 GW1（执行法官）\n")
    assert run(*add, typed=f"{PASSWORD}\n")[0] == MISUSE
    assert re.search(r"GW1\s+法官甲\s+执行法官\s+正常", run("users", "list")[1])
    second = run("users", "add", "GW4", "--name", "法官甲", "--role", "judge", *BY, typed=f"{PASSWORD} 六\n")[1]
    assert "另有同名法官" in second
    assert run("users", "list")[1].count("同名，案件须逐案分配") == 2
    assert run("users", "disable", "GW4", *BY)[0] == FINE
    assert run("users", "disable", "GW1", *BY)[0] == FINE
    assert "已停用" in run("users", "list")[1]
    assert run("users", "passwd", "GW1", *BY, typed=f"{PASSWORD} 五\n")[0] == FINE
    assert (
        "正常" in run("users", "list", "--format", "json")[1]
        or "disabled_at" in run("users", "list", "--format", "json")[1]
    )
    without = ("users", "add", "GW3", "--name", "法官丙", "--role", "judge", "--without-password", *BY)
    assert run(*without) == (FINE, "已建立账户 GW3（执行法官）\n")
    assert run("users", "disable", "GW2", *BY)[0] == LOOK
    assert run("users", "add", "GW2", "--name", "x", "--role", "king", *BY, typed=PASSWORD)[0] == MISUSE


def test_every_change_stands_in_the_audit_log(run: Run, tmp_path: Path) -> None:
    assert run("audit", "verify")[1] == "台账尚未建立，没有审计日志。\n"
    run("users", "add", "GW1", "--name", "法官甲", "--role", "judge", *BY, typed=PASSWORD)
    assert run("users", "assign", "GW1", "--case", "（2026）测0499执1号", *BY)[0] == FINE
    assert run("users", "assign", "GW1", "--case", "（2026）测0499执1号", "--withdraw", *BY)[0] == FINE
    assert run("users", "assign", "GW1", "--case", "（2026）测0499执1号", "--withdraw", *BY)[0] == MISUSE
    with database.opened(database.url_of(Settings(), Store(tmp_path))) as engine:
        acts = [entry.act for entry in audit.entries(engine, {})]
    assert [(act.action, act.subject, act.officer) for act in acts] == [
        ("assignment", "take:GW1", "GW9"),
        ("assignment", "give:GW1", "GW9"),
        ("account", "add:GW1:judge", "GW9"),
    ]


def test_a_log_that_was_touched_is_found(run: Run, tmp_path: Path) -> None:
    for officer in ("GW1", "GW2"):
        run("users", "add", officer, "--name", "法官甲", "--role", "judge", *BY, typed=PASSWORD)
    code, said = run("audit", "verify")
    assert (code, "完整，共 2 条" in said) == (FINE, True)
    note = said.splitlines()[-1]
    assert run("audit", "verify", "--seen", note)[0] == FINE
    assert run("audit", "verify", "--seen", "x")[0] == MISUSE
    with (
        database.opened(database.url_of(Settings(), Store(tmp_path))) as engine,
        writing(engine) as connection,
    ):
        connection.exec_driver_sql("DROP TRIGGER audit_entry_no_update")
        connection.exec_driver_sql("UPDATE audit_entry SET officer = 'GW8' WHERE seq = 1")
    code, said = run("audit", "verify")
    assert (code, said) == (LOOK, "第 1 条被改动，或不是用本院密钥写成\n审计日志不完整：1 处\n")
    Store(tmp_path).audit_key.unlink()
    assert run("audit", "verify")[0] == MISUSE


def test_the_console_says_when_there_is_nothing_to_show(run: Run) -> None:
    code, said = run("console")
    assert code == MISUSE
    assert "还没有已发布的档案库" in said


def test_demo_users_are_for_the_demo_district_alone(run: Run, tmp_path: Path) -> None:
    Path("chakong.toml").write_text('[site]\nid_key = "a real court"\n', encoding="utf-8")
    _publish_nothing(tmp_path)
    code, said = run("console", "--demo")
    assert (code, "示例用户只用于示范辖区" in said) == (MISUSE, True)


def test_the_console_serves_and_prints_where_and_for_whom(tmp_path: Path) -> None:
    _publish_nothing(tmp_path)
    line = [sys.executable, "-m", "cli.main", "console", "--store", str(tmp_path), "--port", "18710", "--demo"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as served:
        try:
            said = [served.stdout.readline() for _ in range(7)] if served.stdout else []
            assert "http://127.0.0.1:18710/" in said[0]
            password = re.search("口令均为 ([0-9a-f-]+)", said[1])
            assert password is not None
            assert [one.split()[0] for one in said[2:]] == [
                "judge",
                "analyst",
                "operator",
                "supervisor",
                "administrator",
            ]
            form = {"officer": "judge", "password": password.group(1)}
            assert _when_up("http://127.0.0.1:18710/login", form).status_code == 303
        finally:
            served.terminate()
    with database.opened(database.url_of(Settings(), Store(tmp_path))) as engine:
        assert len(accounts.listed(engine)) == 5


def _publish_nothing(store: Path) -> None:
    """A published database without a row."""
    with connect(Settings()) as con:
        publish.publish(con, Store(store).profiles, store / "work")


def _when_up(address: str, form: dict[str, str]) -> httpx.Response:
    for _ in range(200):
        try:
            return httpx.post(address, data=form)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the console did not start")
