"""``chakong quarantine``: the rows that were not taken, and what a person does about them.

Delivered text is shown by ``show`` alone, and only to somebody who sits before it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import duckdb

from cli.main import FINE, LOOK
from cli.progress import progress
from connectors.quarantine import rows
from connectors.quarantine.replay import Change, readable_again
from connectors.records import DeliveryRecord
from core import duck
from core.errors import NotFoundError, UsageError
from core.settings import load_settings
from core.store import Store
from core.terminal import aligned
from data_contracts import load, sources
from data_contracts.reasons import reason, reasons
from flows import attention, waivers
from ledger import database, quarantine
from ledger.signing import signed

RIGHT = frozenset({3, 4, 6})


def show_list(options: argparse.Namespace) -> int:
    """Print one page: groups of rows by source, table and reason, or with ``--rows`` the rows without their text."""
    choice = _choice(options)
    with _attached(options) as con:
        told = rows.listed if options.rows else rows.groups
        found = told(con, choice, page=options.page, size=options.size)
    if options.format == "json":
        print(json.dumps(found, ensure_ascii=False, indent=1, default=str))
        return FINE
    print("\n".join(map(_line, found)) if options.rows else _table(found) if found else "没有符合条件的隔离行。")
    if found and (total := found[0]["total" if options.rows else "groups"]) > options.size:
        print(f"第 {options.page} 页，共 {-(-total // options.size)} 页；用 --page 翻页")
    return FINE


def show(options: argparse.Namespace) -> int:
    """Print one row with everything known of it. Its text goes to a terminal only, unless ``--raw`` asks for it."""
    with _attached(options) as con:
        row = rows.one(con, options.row_id)
    table = load(row["source"]).table(row["table_name"])
    named = [f"{table.column(name).title_zh}（{name}）" for name in row["fields"] if table.has(name)]
    lines = [
        f"隔离行 {row['row_id']}　{load(row['source']).title_zh}（{row['source']}）",
        f"位置：{row['file']}　{table.title_zh}（{table.name}）　第 {row['row_no']} 行",
        f"到件：{row['delivery_id']}　业务日期 {row['business_date']}　契约版本 {row['contract_version']}",
        f"隔离起于：{row['since']}",
        *(f"原因：{code}　{reason(code).means}　→ {reason(code).do}" for code in row["reasons"]),
        *([f"字段：{'、'.join(named)}"] if named else []),
        *([f"已搁置：{row['waiver_id']}"] if row["waiver_id"] else []),
    ]
    shown = options.raw or sys.stdout.isatty()
    lines.append(f"原文：{_printable(row['raw'])}" if shown else "原文只在终端显示；确需输出的，加 --raw")
    print("\n".join(lines))
    return FINE


def replay_again(options: argparse.Namespace) -> int:
    """Read deliveries again from the archive; with ``--dry-run`` only say what would change."""
    settings, store = load_settings(), Store(options.store)
    _check_names(options)
    signature = None if options.dry_run else signed(options.reason or "", options.officer or "")
    chosen = _with_rows(store, options)
    changes: list[Change] = []
    with progress("重新读取") as advance:
        for done, source in enumerate(chosen, start=1):
            changes += attention.read_again(
                settings, store, source, chosen=lambda record: _asked_for(record, options), signature=signature
            )
            advance(done, len(chosen), source)
    print("\n".join(map(attention.change_zh, changes)) or "没有需要重新读取的到件。")
    if any(change.filed for change in changes):
        print("下一次夜间对账起进入档案。")
    return LOOK if any(change.held for change in changes) else FINE


def waive(options: argparse.Namespace) -> int:
    """Set one row aside, or all rows of a delivery that are refused for one reason."""
    _check_names(options)
    if bool(options.row_id) == bool(options.delivery and options.code):
        raise UsageError("须指明一行，或一份到件及其一个原因", where="waive", do="给出行编号，或 --delivery 与 --code")
    subject, count = _subject(options)
    with database.opened(database.url_of(load_settings(), Store(options.store))) as engine:
        decision = quarantine.waive(engine, subject, reason=options.reason, officer=options.officer)
    print(f"已搁置 {count:,} 行（{decision.decision_id}）：{subject.source}　到件 {subject.delivery_id}。")
    print("搁置的行仍计入隔离，下一次运行起不再提醒；以后的到件不受影响。")
    return FINE


def withdraw(options: argparse.Namespace) -> int:
    """Take a waiver back."""
    with database.opened(database.url_of(load_settings(), Store(options.store))) as engine:
        decision = quarantine.withdraw(engine, options.decision_id, reason=options.reason, officer=options.officer)
    print(f"已撤回搁置 {decision.withdraws}（撤回编号 {decision.decision_id}）；下一次运行起恢复提醒。")
    return FINE


@contextmanager
def _attached(options: argparse.Namespace) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session with the quarantined rows of the sources that are asked for."""
    settings, store = load_settings(), Store(options.store)
    asked = getattr(options, "source", None)
    with closing(duck.connect(settings)) as con:
        rows.attach(con, store, [asked] if asked else sources(), waivers.standing(settings, store))
        yield con


def _check_names(options: argparse.Namespace) -> None:
    """UsageError for a source or reason that does not exist: nothing would be found, as if all were well."""
    source = getattr(options, "source", None)
    if source and source not in sources():
        raise UsageError("没有这个来源", where=source, do="用 chakong sources list 查看")
    if options.code and options.code not in reasons():
        raise UsageError("没有这个原因代码", where=options.code, do="用 chakong quarantine list 查看")


def _choice(options: argparse.Namespace) -> rows.Choice:
    _check_names(options)
    return rows.Choice(options.source, options.code, options.delivery, options.since, options.state)


def _with_rows(store: Store, options: argparse.Namespace) -> list[str]:
    """Sources with a delivery that is asked for. NotFoundError when the one named is nowhere."""
    found = [
        source
        for source in ([options.source] if options.source else sources())
        if any(_asked_for(record, options) for record in readable_again(store, load(source)))
    ]
    if options.delivery and not found:
        raise NotFoundError("没有这份可重新读取的到件", where=options.delivery, do="用 chakong quarantine list 查看")
    return found


def _asked_for(record: DeliveryRecord, options: argparse.Namespace) -> bool:
    codes = {*record.reasons, *(verdict.code for verdict in record.verdicts if verdict.held)}
    return (
        (not options.delivery or options.delivery in (record.delivery_id, rows.origin(record)))
        and (not options.code or options.code in codes)
        and (not options.since or record.night >= options.since)
    )


def _subject(options: argparse.Namespace) -> tuple[quarantine.Subject, int]:
    with _attached(options) as con:
        if options.row_id:
            row = rows.one(con, options.row_id)
            return quarantine.Subject(row["source"], row["origin"], row_id=row["row_id"]), 1
        found = rows.listed(con, rows.Choice(reason=options.code, delivery=options.delivery, state="all"), size=1)
    if not found:
        where = f"{options.delivery} {options.code}"
        raise NotFoundError("这份到件没有因此隔离的行", where=where, do="用 chakong quarantine list 查看")
    (row,) = found
    return quarantine.Subject(row["source"], row["origin"], reason_code=options.code), row["total"]


def _table(found: list[dict[str, Any]]) -> str:
    titles = ["来源", "数据表", "原因", "行数", "其中已搁置", "最早隔离于", "到件数"]
    told = [
        [
            group["source"],
            group["table_name"],
            f"{group['reason']}　{reason(group['reason']).means.split('，')[0]}",
            f"{group['rows']:,}",
            f"{group['waived']:,}",
            str(group["since"]),
            f"{group['deliveries']:,}",
        ]
        for group in found
    ]
    return aligned([titles, *told], right=RIGHT)


def _line(row: Mapping[str, Any]) -> str:
    fields = f"　字段 {'、'.join(row['fields'])}" if row["fields"] else ""
    waived = f"　已搁置 {row['waiver_id']}" if row["waiver_id"] else ""
    return (
        f"{row['row_id']}　{row['source']}.{row['table_name']}　{'、'.join(row['reasons'])}{fields}{waived}\n"
        f"    {row['file']} 第 {row['row_no']} 行　隔离起于 {row['since']}　到件 {row['delivery_id']}"
    )


def _printable(text: str | None) -> str:
    """Delivered text cannot steer the terminal: what is no character of a line is written as its number."""
    return "".join(char if char.isprintable() or char == " " else f"\\x{ord(char):02x}" for char in text or "")
