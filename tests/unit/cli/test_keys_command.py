"""``chakong keys``: what it prints, what it refuses, what it writes down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import FINE, LOOK, MISUSE, main
from core.settings import Settings
from core.store import Store
from ledger import accounts, api_keys, audit, database


@pytest.mark.usefixtures("quick_passwords")
def test_a_key_is_shown_once_listed_and_revoked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    url = database.url_of(Settings(), Store(tmp_path))

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["keys", *arguments, "--store", str(tmp_path)])
        said = capsys.readouterr()
        return code, said.out + said.err

    by = ("--by", "GW9")
    assert run("list") == (FINE, "还没有密钥。\n")
    assert run("add", "案件系统", "--officer", "GW6", "--scope", "search", *by)[0] == LOOK
    with database.opened(url) as engine:
        accounts.add(engine, "GW6", name="管理员", role="administrator", password="测试 口令 一二三四")
    code, said = run("add", "案件系统", "--officer", "GW6", "--scope", "targets", "search", "--days", "30", *by)
    assert code == FINE
    token = said.splitlines()[-1]
    with database.opened(url) as engine:
        key, is_let_in = api_keys.tried(engine, token)
    assert key is not None
    assert is_let_in
    code, said = run("add", "x", "--officer", "GW6", "--scope", "serach", *by)
    assert (code, "没有这个权限范围" in said, "verdicts:write" in said) == (MISUSE, True, True)
    said = run("list")[1]
    assert all(part in said for part in (key.key_id, "案件系统", "GW6", "search targets", "正常"))
    assert token not in said
    assert run("revoke", "K0", *by)[0] == LOOK
    assert run("revoke", key.key_id, *by)[0] == FINE
    listed = json.loads(run("list", "--format", "json")[1])
    assert [(one["key_id"], one["state"], "digest" in one) for one in listed] == [(key.key_id, "已吊销", False)]
    with database.opened(url) as engine:
        acts = [(entry.act.action, entry.act.subject, entry.act.officer) for entry in audit.entries(engine, {})[::-1]]
    assert acts == [
        ("api_key", f"add:{key.key_id}:search,targets", "GW9"),
        ("api_key", f"revoke:{key.key_id}", "GW9"),
    ]
