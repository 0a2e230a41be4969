"""``chakong keys``: which systems may ask over the API, for what, and who answers for them. Every change goes to the
audit log."""

from __future__ import annotations

import argparse
import json
from datetime import timedelta

from cli.main import FINE
from cli.users import ledger, note
from core.clock import now
from core.errors import UsageError
from core.terminal import aligned
from ledger import api_keys
from ledger.api_keys import ApiKey
from web import permissions


def add(options: argparse.Namespace) -> int:
    """A new key, printed this once."""
    _require_scopes(options.scope)
    valid = timedelta(days=options.days)
    with ledger(options) as engine:
        key, token = api_keys.add(
            engine, options.system, officer=options.officer, scopes=options.scope, valid=valid, made_by=options.by
        )
        note(options, engine, "api_key", f"add:{key.key_id}:{','.join(sorted(key.scopes))}")
    print(f"已建立密钥 {key.key_id}（{key.system}，有效至 {key.expires_at}）。只显示这一次：")
    print(token)
    return FINE


def show(options: argparse.Namespace) -> int:
    """Print all keys; of none its text, which is not kept."""
    with ledger(options) as engine:
        listed = api_keys.listed(engine)
    if options.format == "json":
        rows = [{**vars(key), "scopes": sorted(key.scopes), "state": _state(key)} for key in listed]
        print(json.dumps(rows, ensure_ascii=False, indent=1, default=str))
        return FINE
    table = [
        [key.key_id, key.system, key.officer, " ".join(sorted(key.scopes)), str(key.expires_at),
         str(key.last_used_at or "从未"), _state(key)]
        for key in listed
    ]  # fmt: skip
    titles = ["编号", "系统", "负责人", "权限范围", "有效至", "最近使用", "状态"]
    print(aligned([titles, *table]) if table else "还没有密钥。")
    return FINE


def revoke(options: argparse.Namespace) -> int:
    """The key opens nothing any more."""
    with ledger(options) as engine:
        key = api_keys.revoke(engine, options.key_id)
        note(options, engine, "api_key", f"revoke:{key.key_id}")
    print(f"已吊销密钥 {key.key_id}（{key.system}）")
    return FINE


def _require_scopes(scopes: list[str]) -> None:
    known = permissions.load().scopes
    unknown = sorted(set(scopes) - set(known))
    if unknown:
        raise UsageError(
            "没有这个权限范围",
            where=" ".join(unknown),
            do=f"可用：{'、'.join(f'{scope} {told}' for scope, told in known.items())}",
        )


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return "已吊销"
    if now() >= key.expires_at:
        return "已过期"
    return "正常" if key.answered_for else "负责人账户已停用"
