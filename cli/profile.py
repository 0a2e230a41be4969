"""``chakong profile`` and ``chakong status``: the published database, read-only."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.main import FINE, LOOK
from core.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    import duckdb


def profile(options: argparse.Namespace) -> int:
    """Print every debtor that the query names; a name may name several."""
    from profiles import history, query

    if not options.query and not options.example:
        raise UsageError("nothing to look for", do="give a name, an ID number or a case number")
    file, shown = located(options)
    with history.opened(file, shown) as database:
        found = (
            [query.profile(database, query.example(database))]
            if options.example
            else named(database, options.query, shown)
        )
    if options.format == "json":
        when = {"as_of": {"asked": options.as_of, "night": shown}} if shown else {}
        print(json.dumps([{**when, **entry} for entry in found], ensure_ascii=False, indent=1, default=str))
    else:
        print("\n\n".join([*as_of_zh(options.as_of, shown), profile_text(found)]))
    return FINE


def located(options: argparse.Namespace) -> tuple[Path, date | None]:
    """The database that ``--as-of`` asks for and the night that it shows; without it the one published last, None."""
    from core.store import Store
    from profiles import history

    published(options.store).close()  # no store: said as everywhere
    store = Store(options.store)
    return history.located(store, options.as_of) if options.as_of else (store.profiles, None)


def opened(options: argparse.Namespace) -> duckdb.DuckDBPyConnection:
    """What `located` finds, read-only."""
    from profiles import history

    return history.opened(*located(options))


def as_of_zh(asked: date, shown: date | None) -> list[str]:
    """The line that stands above what a past night showed; nothing above what is published now."""
    if shown is None:
        return []
    if shown == asked:
        return [f"※ 历史档案：以下为 {shown} 之夜发布的内容，此后的变动不在其中"]
    return [f"※ 历史档案：{asked} 没有对账，以下为此前最近一夜 {shown} 发布的内容，此后的变动不在其中"]


def status(options: argparse.Namespace) -> int:
    """Print how each source stands after the last night; the operator must look when one still owes its delivery."""
    from profiles import status_zh

    facts = status_facts(options.store)
    print(
        json.dumps(facts, ensure_ascii=False, indent=1, default=str)
        if options.format == "json"
        else status_zh.text(facts)
    )
    return LOOK if any(row["outcome"] in ("missing", "stale", "rejected") for row in facts["sources"]) else FINE


def status_facts(store: Path) -> dict[str, Any]:
    """How the sources stand, and where the Data Docs start (None before the first night that built them)."""
    from core.store import Store
    from profiles import status_zh

    start = Store(store).data_docs / "index.html"
    with published(store) as database:
        return {**status_zh.read(database), "data_docs": str(start.resolve()) if start.exists() else None}


def named(database: duckdb.DuckDBPyConnection, wanted: str, shown: date | None = None) -> list[dict[str, Any]]:
    """The profiles of all whom a name, a number or a case number means. Raises NotFoundError."""
    from profiles import query

    found = query.find(database, wanted)
    if not found:
        where = f"{shown} 之夜" if shown else ""
        raise NotFoundError("查询内容不对应任何已发布的被执行人", where=where, do="核对姓名、证件号码或案号")
    return [query.profile(database, debtor_id) for debtor_id in found]


def profile_text(profiles: list[dict[str, Any]]) -> str:
    """Profiles as a judge reads them, one below the other."""
    from matching.sentence import evidence_sentence_zh
    from profiles import report_zh

    return "\n\n".join(report_zh.text(entry, evidence_sentence_zh) for entry in profiles)


def published(store: Path) -> duckdb.DuckDBPyConnection:
    """The database published last, read-only. UsageError if there is none."""
    import duckdb

    from core.store import Store

    file = Store(store).profiles
    if not file.exists():
        raise UsageError("no profile database in this store", where=str(store), do="run `chakong nightly` first")
    return duckdb.connect(str(file), read_only=True)
