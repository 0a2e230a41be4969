"""The reading side of a published database: who is meant, and everything about one debtor as plain data.

Every function takes a read-only connection with the published views: to ``profiles.duckdb``, or to a past night
(`profiles.history.as_of`). Nothing here knows how the database was built.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import methodcaller
from typing import Any

import duckdb

from core.duck import define_macros, sql
from core.errors import NotFoundError
from core.ids import keyed_id
from core.settings import Settings
from profiles.order import By, Order, sort

Row = dict[str, Any]

DEBTOR_ID = re.compile(r"D[0-9a-f]{24}")

#: Lists of a profile: view and order.
PARTS: dict[str, tuple[str, Order]] = {
    "cases": ("debtor_case", (By("closed_at", unknown="alone"), By("filed_at", falling=True), By("case_no"))),
    "assets": (
        "asset",
        (
            By("is_current", falling=True),
            By("tier"),
            By("net_value", falling=True),
            By("gross_value", falling=True),
            By("kind"),
            By("identifier"),
        ),
    ),
    "applications": (
        "application",
        (By("can_be_stopped", falling=True), By("accepted_at", falling=True), By("application_id")),
    ),
    "targets": ("target", (By("case_no"), By("rank"))),
    "alerts": ("alert", (By("severity", among=("urgent", "high", "normal")), By("due_on"), By("kind"), By("alert_id"))),
    "liabilities": ("liability", (By("amount", falling=True), By("kind"), By("source"), By("row_no"))),
    "links": ("link", (By("tier"), By("probability", falling=True), By("source"), By("record_id"))),
    "replies": ("source_reply", (By("source"),)),
    "changes": ("change_event", (By("run_date", falling=True), By("event_id"))),
}
#: So many of a part are told at most.
MOST = {"changes": 50}
#: The last night of every source.
LATEST_STATUS = """
FROM source_status QUALIFY row_number() OVER (PARTITION BY source ORDER BY business_date DESC) = 1 ORDER BY source"""
COUNTS = """
SELECT kind, tier, count(*) AS assets, count(net_value) AS valued
FROM asset WHERE debtor_id = $debtor AND is_current GROUP BY ALL ORDER BY kind, tier"""
_DELIVERED = (By("source"), By("table_name"), By("row_no"))
#: What lies on the debtor's assets: view, whose rows have their asset_id, and order.
ON_ASSETS: dict[str, tuple[str, Order]] = {
    "encumbrances": ("encumbrance", (By("rank"), By("start_date"), *_DELIVERED)),
    "seizures": ("seizure", (By("start_date"), By("order_no", unknown="first"), *_DELIVERED)),
    "provenance": (
        "provenance",
        (
            By("is_winner", falling=True),
            By("source"),
            By("table_name"),
            By("record_id"),
            By("business_date"),
            By("row_no"),
        ),
    ),
}


def find(con: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    """Ids of the debtors that `query` names: a name or former name, an ID number, or a case number, in any usual form.

    An organisation is also found by a part of its name (four characters or more). Ordered by name; empty if nobody.
    """
    wanted = query.strip()
    if not wanted:
        return []
    if DEBTOR_ID.fullmatch(wanted):
        known = con.execute("SELECT debtor_id FROM debtor WHERE debtor_id = $wanted", {"wanted": wanted}).fetchall()
        return [row[0] for row in known]
    found = beside(con).execute(sql("profiles", "find"), {"wanted": wanted}).fetchall()
    return [row[0] for row in found]


def debtor_id_of(settings: Settings, id_number: str) -> str:
    """The id under which who bears this valid number alone is published, or was (``debtors.sql``)."""
    return keyed_id(settings.id_key, "D", f"number:{id_number}")


def beside(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A session on the same database that has our macros, which others who share `con` are not to meet.

    It shows the same night as `con`: a session variable says which, and those are not handed on.
    """
    cursor = con.cursor()
    define_macros(cursor, Settings())
    (night,) = con.execute("SELECT getvariable('night')").fetchall()[0]
    cursor.execute("SET VARIABLE night = $night", {"night": night})
    return cursor


@dataclass(frozen=True)
class Night:
    """What a profile tells of the night that published it, the same for every debtor."""

    run: Row | None
    sources: list[Row]


def night(con: duckdb.DuckDBPyConnection) -> Night:
    """The last run, and the state of every source that night."""
    runs = rows(con, "SELECT * FROM run ORDER BY started_at DESC, run_id DESC LIMIT 1")
    return Night(runs[0] if runs else None, rows(con, LATEST_STATUS))


def profile(con: duckdb.DuckDBPyConnection, debtor_id: str, told: Night | None = None) -> Row:
    """Everything published about one debtor, ready for JSON: amounts as text, dates as ISO text, details as objects.

    Keys: ``debtor``, ``run`` and ``sources`` (state of every source that night), each part of `PARTS` as a list, and in
    every asset its encumbrances, seizures, provenance and the links that lead to it. `told`: the night, where it is
    known. Raises NotFoundError.
    """
    debtor = rows(con, "SELECT * FROM debtor WHERE debtor_id = $debtor", debtor_id)
    if not debtor:
        raise NotFoundError(
            "查询内容不对应任何已发布的被执行人", where=debtor_id, do="核对编号，或重新按姓名、号码、案号查找"
        )
    told = told or night(con)
    result: Row = {"debtor": debtor[0], "run": told.run}
    for name, (view, order) in PARTS.items():
        part = f'SELECT * EXCLUDE (debtor_id) FROM "{view}" WHERE debtor_id = $debtor'
        result[name] = _read(con, part, {"debtor": debtor_id}, order)[: MOST.get(name)]
    result["sources"] = told.sources
    _lay_on_assets(con, result["assets"], result["links"])
    return result


def example(con: duckdb.DuckDBPyConnection) -> str:
    """A debtor whose profile shows much: most kinds of assets, burdens and procedures. Raises NotFoundError."""
    found = con.execute(sql("profiles", "example")).fetchall()
    if not found:
        raise NotFoundError("档案库中没有被执行人", do="先运行一次夜间对账")
    return str(found[0][0])


def counts(con: duckdb.DuckDBPyConnection, debtor_id: str) -> list[Row]:
    """How many current assets of each kind and tier; no name, no number. Raises NotFoundError."""
    if not con.execute("SELECT 1 FROM debtor WHERE debtor_id = $debtor", {"debtor": debtor_id}).fetchall():
        raise NotFoundError("no such debtor is published", where=debtor_id, do="check the debtor_id")
    return rows(con, COUNTS, debtor_id)


def _lay_on_assets(con: duckdb.DuckDBPyConnection, assets: list[Row], links: list[Row]) -> None:
    wanted = {"assets": [asset["asset_id"] for asset in assets]}
    for name, (view, order) in ON_ASSETS.items():
        by_asset: dict[str, list[Row]] = {}
        for row in _read(con, f'SELECT * FROM "{view}" WHERE asset_id IN (SELECT unnest($assets))', wanted, order):
            by_asset.setdefault(row.pop("asset_id"), []).append(row)
        for asset in assets:
            asset[name] = by_asset.get(asset["asset_id"], [])
    for asset in assets:
        records = {(row["source"], row["record_id"]) for row in asset["provenance"]}
        # The party stands in the record itself, or in a child of it whose key begins with the record's.
        asset["links"] = [
            link["link_id"]
            for link in links
            if any(
                link["source"] == source and (link["record_id"] == record or link["record_id"].startswith(f"{record}/"))
                for source, record in records
            )
        ]


def rows(con: duckdb.DuckDBPyConnection, query: str, debtor_id: str | None = None, **values: Any) -> list[Row]:
    """Rows of a query, which may ask for $debtor and other `values`, as plain data: amounts and dates as text, JSON
    parsed."""
    return _read(con, query, {**({"debtor": debtor_id} if debtor_id else {}), **values})


def _read(con: duckdb.DuckDBPyConnection, query: str, values: Row, order: Order = ()) -> list[Row]:
    result = con.execute(query, values or None)
    described = [(column[0], str(column[1])) for column in result.description]
    names = [name for name, _ in described]
    found = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    sort(found, order)
    for name, plain in [(name, made) for name, kind in described if (made := _plain(kind))]:
        for row in found:
            if row[name] is not None:
                row[name] = plain(row[name])
    return found


def _plain(kind: str) -> Callable[[Any], Any] | None:
    """What makes a value of this DuckDB type plain; None where it is."""
    if kind.startswith("DECIMAL"):
        return str
    if kind.startswith(("DATE", "TIMESTAMP")):
        return methodcaller("isoformat")
    return json.loads if kind == "JSON" else None
