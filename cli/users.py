"""``chakong users``: the console's accounts, and which cases are given to whom. Every change goes to the audit log."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from cli.main import FINE
from core.clock import now
from core.errors import UsageError
from core.settings import load_settings
from core.store import Store
from core.terminal import aligned
from ledger import accounts, assignments, audit, audit_key, database
from ledger.audit import Act
from web import permissions


def add(options: argparse.Namespace) -> int:
    """A new account; its password is asked for, or the first line of standard input, unless it is to have none."""
    _require_role(options.role)
    password = None if options.without_password else _password()
    with ledger(options) as engine:
        account = accounts.add(engine, options.officer, name=options.name, role=options.role, password=password)
        note(options, engine, "account", f"add:{account.officer}:{account.role}")
    print(f"已建立账户 {account.officer}（{permissions.load().roles[account.role]}）")
    if account.role == "judge" and not account.sole:
        print("另有同名法官：案件只载姓名，两人均不再凭姓名取得案件，请用 chakong users assign 逐案分配。")
    return FINE


def show(options: argparse.Namespace) -> int:
    """Print all accounts."""
    with ledger(options) as engine:
        listed = accounts.listed(engine)
    if options.format == "json":
        print(json.dumps([vars(account) for account in listed], ensure_ascii=False, indent=1, default=str))
        return FINE
    roles = permissions.load().roles
    rows = [[one.officer, one.name, roles.get(one.role, one.role), _state(one)] for one in listed]
    print(aligned([["工号", "姓名", "角色", "状态"], *rows]) if rows else "还没有账户。")
    return FINE


def disable(options: argparse.Namespace) -> int:
    """Nobody logs in with the account any more; its sessions end."""
    with ledger(options) as engine:
        account = accounts.disable(engine, options.officer)
        note(options, engine, "account", f"disable:{account.officer}")
    print(f"已停用 {account.officer}")
    return FINE


def passwd(options: argparse.Namespace) -> int:
    """A new password; unlocks and enables the account, and ends its sessions."""
    with ledger(options) as engine:
        account = accounts.set_password(engine, options.officer, _password())
        note(options, engine, "account", f"passwd:{account.officer}")
    print(f"已更换 {account.officer} 的口令")
    return FINE


def assign(options: argparse.Namespace) -> int:
    """Give a case to an officer, or take it back."""
    with ledger(options) as engine:
        if options.withdraw:
            if not assignments.take(engine, options.officer, options.case):
                raise UsageError("此案未分配给该人员", where=options.officer, do="核对工号和案号")
        else:
            assignments.give(engine, options.officer, options.case, given_by=options.by)
        done = "take" if options.withdraw else "give"
        note(options, engine, "assignment", f"{done}:{options.officer}", case_no=options.case)
    print(f"已{'收回' if options.withdraw else '分配'}：{options.case} {options.officer}")
    return FINE


@contextmanager
def ledger(options: argparse.Namespace) -> Iterator[sa.Engine]:
    """The ledger of the store that the options name."""
    with database.opened(database.url_of(load_settings(), Store(options.store))) as engine:
        yield engine


def note(options: argparse.Namespace, engine: sa.Engine, action: str, subject: str, case_no: str | None = None) -> None:
    """Write into the audit log what an administrator did by a command."""
    key = audit_key.read_or_make(Store(options.store).audit_key)
    audit.append(engine, key, Act(action, officer=options.by, subject=subject, case_no=case_no, address="command"))


def _password() -> str:
    """Never from the arguments, where other users of the machine see it."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("口令：")
    if getpass.getpass("再输入一次：") != password:
        raise UsageError("两次输入的口令不同", where="password", do="重新运行")
    return password


def _require_role(role: str) -> None:
    known = permissions.load().roles
    if role not in known:
        raise UsageError("没有这个角色", where=role, do=f"可用：{'、'.join(known)}")


def _state(account: accounts.Account) -> str:
    if account.disabled_at is not None:
        return "已停用"
    if account.locked_until is not None and account.locked_until > now():
        return "锁定中"
    return "正常" if account.sole or account.role != "judge" else "正常（同名，案件须逐案分配）"
