"""``chakong verdict``: what people decide about links. It goes to the ledger; the next run takes it in."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from cli.main import FINE
from core.errors import NotFoundError, UsageError
from core.settings import load_settings
from core.store import Store
from ledger import database, deciding, verdicts
from ledger.standing import Shown, states
from profiles import stakes, words_zh

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
    "proposed": "等待另一名人员复核",
}


class _Link(NamedTuple):
    """A link as published last."""

    basis_digest: str
    verdict: str | None


def give(options: argparse.Namespace) -> int:
    """Decide on a published link; what takes two officers is proposed to the second."""
    settings = load_settings()
    found = _published(options.store, options.link_id)
    with _ledger(options.store) as engine:
        verdict = deciding.decide(
            engine,
            verdicts.Subject(**found.subject(settings.id_key)),
            options.answer,
            reason=options.reason,
            officer=options.officer,
            amount=found.amount,
            limit=settings.second_officer_from,
        )
    if isinstance(verdict, deciding.Proposal):
        print(f"已提出确认 {verdict.proposal_id}：关联 {options.link_id}。须由另一名人员复核后才生效：")
        print(f"chakong verdict confirm {verdict.proposal_id} --reason … --officer … --store …")
        return FINE
    print(f"已记录认定 {verdict.verdict_id}：关联 {options.link_id} {words_zh.say('verdict', verdict.verdict)}。")
    print("下一次夜间对账起生效。记录或被执行人参与比对的信息变化后，认定自动失效，须重新认定。")
    return FINE


def withdraw(options: argparse.Namespace) -> int:
    """Take a verdict back."""
    with _begun(options, "台账中没有这条认定") as engine:
        verdict = verdicts.withdraw(engine, options.verdict_id, reason=options.reason, officer=options.officer)
    print(f"已撤回认定 {verdict.withdraws}（撤回编号 {verdict.verdict_id}）：关联 {verdict.subject.link_id}。")
    print("下一次夜间对账起恢复为此前的认定；没有其他认定的，恢复为模型的判断。")
    return FINE


def confirm(options: argparse.Namespace) -> int:
    """Confirm, as the second officer, what the first proposed."""
    with _begun(options, "台账中没有这项提议") as engine:
        proposal = deciding.one(engine, options.proposal_id)
        digest = _published(options.store, proposal.subject.link_id).link["basis_digest"]
        verdict = deciding.confirm(
            engine, options.proposal_id, basis_digest=digest, reason=options.reason, officer=options.officer
        )
    print(f"已复核，记录认定 {verdict.verdict_id}：关联 {verdict.subject.link_id}。下一次夜间对账起生效。")
    return FINE


def give_back(options: argparse.Namespace) -> int:
    """End a proposal without a verdict."""
    with _begun(options, "台账中没有这项提议") as engine:
        proposal = deciding.give_back(engine, options.proposal_id, reason=options.reason, officer=options.officer)
    print(f"已退回提议 {proposal.proposal_id}：关联 {proposal.subject.link_id} 仍待核实。")
    return FINE


def show(options: argparse.Namespace) -> int:
    """Print the ledger's verdicts, oldest first, with what has become of each. No name, no number of anybody."""
    rows: list[dict[str, str]] = []
    if database.is_begun(database.url_of(load_settings(), Store(options.store))):
        with _ledger(options.store) as engine:
            told = verdicts.history(engine, debtor_id=options.debtor)
            standing = {verdict.verdict_id for verdict in verdicts.standing(engine)}
            proposed = [
                _proposed(one) for one in deciding.waiting(engine) if options.debtor in (None, one.subject.debtor_id)
            ]
        links = _links(options.store, [verdict.subject.link_id for verdict in told])
        rows = [*_described(told, standing, links), *proposed]
    if options.format == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print("\n".join(map(_line, rows)) or "台账中没有认定。")
    return FINE


def _described(told: list[verdicts.Verdict], standing: set[str], links: dict[str, _Link]) -> list[dict[str, str]]:
    shown = {link_id: Shown(link.basis_digest, link.verdict) for link_id, link in links.items()}
    rows = []
    for verdict, state in zip(told, states(told, standing, shown), strict=True):
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


def _proposed(proposal: deciding.Proposal) -> dict[str, str]:
    subject = proposal.subject
    return {
        "verdict_id": proposal.proposal_id,
        "decided_at": proposal.decided_at.isoformat(sep=" "),
        "officer": proposal.officer,
        "verdict": "same",
        "link_id": subject.link_id,
        "debtor_id": subject.debtor_id,
        "source": subject.source,
        "table_name": subject.table_name,
        "withdraws": "",
        "state": "proposed",
        "reason": proposal.reason,
    }


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


@contextmanager
def _begun(options: argparse.Namespace, otherwise: str) -> Iterator[Engine]:
    """The ledger, if there is one. NotFoundError saying `otherwise`: what is named cannot stand in it."""
    if not database.is_begun(database.url_of(load_settings(), Store(options.store))):
        raise NotFoundError(otherwise, where=str(options.store), do="核对编号和存储目录")
    with _ledger(options.store) as engine:
        yield engine


def _published(store: Path, link_id: str) -> stakes.Stakes:
    """What hangs on a link as published last. UsageError if nothing is published, NotFoundError if there is no link."""
    if not Store(store).profiles.exists():
        raise UsageError("存储目录中没有档案库", where=str(store), do="先运行一次 chakong nightly")
    with duckdb.connect(str(Store(store).profiles), read_only=True) as con:
        try:
            return stakes.of_link(con, link_id)
        except duckdb.BinderException as error:
            raise _of_old_version(Store(store)) from error


def _of_old_version(store: Store) -> UsageError:
    return UsageError("档案库由旧版本发布", where=store.profiles.name, do="先运行一次 chakong nightly")


def _links(store: Path, link_ids: list[str]) -> dict[str, _Link]:
    """What was published last of these links; nothing of those that are no links any more."""
    file = Store(store).profiles
    if not file.exists():
        return {}
    with duckdb.connect(str(file), read_only=True) as con:
        try:
            found = con.execute(
                "SELECT link_id, basis_digest, verdict FROM link WHERE link_id IN (SELECT unnest($links))",
                {"links": link_ids},
            ).fetchall()
        except duckdb.BinderException as error:
            raise _of_old_version(Store(store)) from error
    return {row[0]: _Link(*row[1:]) for row in found}
