"""``chakong verdict``: what people decide about links. It goes to the ledger; the next run takes it in."""

from __future__ import annotations

import argparse
import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from cli.main import FINE
from core.errors import NotFoundError, UsageError
from core.ids import keyed_id
from core.settings import load_settings
from core.store import Store
from ledger import database, verdicts
from profiles import words_zh

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: What becomes of a verdict, as far as the last publication tells.
STATES_ZH = {
    "new": "下一次夜间对账起生效",
    "holds": "有效",
    "lapsed": "已失效：记录或被执行人的信息有变化",
    "gone": "关联已不在档案库",
    "replaced": "已被后来的认定取代",
    "withdrawn": "已撤回",
    "withdrawal": "撤回",
}


class _Link(NamedTuple):
    """A link as published last."""

    debtor_id: str
    source: str
    table_name: str
    record_id: str
    basis_digest: str
    verdict: str | None


def give(options: argparse.Namespace) -> int:
    """Decide on a published link."""
    settings = load_settings()
    subject = _published(options.store, options.link_id, settings.id_key)
    with _ledger(options.store) as engine:
        verdict = verdicts.give(engine, subject, options.answer, reason=options.reason, officer=options.officer)
    print(f"已记录认定 {verdict.verdict_id}：关联 {subject.link_id} {words_zh.say('verdict', verdict.verdict)}。")
    print("下一次夜间对账起生效。记录或被执行人参与比对的信息变化后，认定自动失效，须重新认定。")
    return FINE


def withdraw(options: argparse.Namespace) -> int:
    """Take a verdict back."""
    if not database.is_begun(database.url_of(load_settings(), Store(options.store))):
        raise NotFoundError("台账中没有这条认定", where=options.verdict_id, do="核对认定编号和存储目录")
    with _ledger(options.store) as engine:
        verdict = verdicts.withdraw(engine, options.verdict_id, reason=options.reason, officer=options.officer)
    print(f"已撤回认定 {verdict.withdraws}（撤回编号 {verdict.verdict_id}）：关联 {verdict.subject.link_id}。")
    print("下一次夜间对账起恢复为此前的认定；没有其他认定的，恢复为模型的判断。")
    return FINE


def show(options: argparse.Namespace) -> int:
    """Print the ledger's verdicts, oldest first, with what has become of each. No name, no number of anybody."""
    rows: list[dict[str, str]] = []
    if database.is_begun(database.url_of(load_settings(), Store(options.store))):
        with _ledger(options.store) as engine:
            told = verdicts.history(engine, debtor_id=options.debtor)
            standing = {verdict.verdict_id for verdict in verdicts.standing(engine)}
        links = _links(options.store, [verdict.subject.link_id for verdict in told])
        rows = _described(told, standing, links)
    if options.format == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print("\n".join(map(_line, rows)) or "台账中没有认定。")
    return FINE


def _described(told: list[verdicts.Verdict], standing: set[str], links: dict[str, _Link]) -> list[dict[str, str]]:
    withdrawn = {verdict.withdraws for verdict in told}
    rows = []
    for verdict in told:
        link = links.get(verdict.subject.link_id)
        if verdict.withdraws:
            state = "withdrawal"
        elif verdict.verdict_id in withdrawn:
            state = "withdrawn"
        elif verdict.verdict_id not in standing:
            state = "replaced"
        elif link is None:
            state = "gone"
        elif link.basis_digest != verdict.subject.basis_digest:
            state = "lapsed"
        else:
            state = "holds" if link.verdict == verdict.verdict else "new"
        rows.append(
            {
                "verdict_id": verdict.verdict_id,
                "decided_at": verdict.decided_at.isoformat(sep=" "),
                "officer": verdict.officer,
                "verdict": verdict.verdict,
                "link_id": verdict.subject.link_id,
                "debtor_id": verdict.subject.debtor_id,
                "source": verdict.subject.source,
                "table_name": verdict.subject.table_name,
                "withdraws": verdict.withdraws or "",
                "state": state,
                "reason": verdict.reason,
            }
        )
    return rows


def _line(row: dict[str, str]) -> str:
    what = f"撤回 {row['withdraws']}" if row["withdraws"] else words_zh.say("verdict", row["verdict"])
    state = "" if row["withdraws"] else f"　现状：{STATES_ZH[row['state']]}"
    source = words_zh.say("source", row["source"])
    return (
        f"{row['verdict_id']}　{row['decided_at']}　{row['officer']}　{what}{state}\n"
        f"    关联 {row['link_id']}　被执行人 {row['debtor_id']}　来源 {source}\n"
        f"    理由：{row['reason']}"
    )


def _ledger(store: Path) -> AbstractContextManager[Engine]:
    return database.opened(database.url_of(load_settings(), Store(store)))


def _published(store: Path, link_id: str, id_key: str) -> verdicts.Subject:
    if not Store(store).profiles.exists():
        raise UsageError("存储目录中没有档案库", where=str(store), do="先运行一次 chakong nightly")
    found = _links(store, [link_id]).get(link_id)
    if found is None:
        raise NotFoundError("档案库中没有这条关联", where=link_id, do="核对关联标识")
    record_key = keyed_id(id_key, "R", found.source, found.table_name, found.record_id)
    return verdicts.Subject(link_id, found.debtor_id, found.source, found.table_name, record_key, found.basis_digest)


def _links(store: Path, link_ids: list[str]) -> dict[str, _Link]:
    """What was published last of these links; nothing of those that are no links any more."""
    file = Store(store).profiles
    if not file.exists():
        return {}
    with duckdb.connect(str(file), read_only=True) as con:
        try:
            found = con.execute(
                "SELECT link_id, debtor_id, source, table_name, record_id, basis_digest, verdict FROM link"
                " WHERE link_id IN (SELECT unnest($links))",
                {"links": link_ids},
            ).fetchall()
        except duckdb.BinderException as error:
            raise UsageError("档案库由旧版本发布", where=file.name, do="先运行一次 chakong nightly") from error
    return {row[0]: _Link(*row[1:]) for row in found}
