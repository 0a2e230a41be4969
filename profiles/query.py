"""The reading side of a published database: who is meant, and everything about one debtor as plain data.

Every function takes a read-only connection with the published views: to ``profiles.duckdb``, or to a past night
(`profiles.history.as_of`). Nothing here knows how the database was built.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from core.duck import define_macros, sql
from core.errors import NotFoundError
from core.ids import keyed_id
from core.settings import Settings
from profiles.publish import ORDER

Row = dict[str, Any]

DEBTOR_ID = re.compile(r"D[0-9a-f]{24}")

#: Lists of a profile: view and order.
PARTS = {
    "cases": ("debtor_case", "closed_at IS NOT NULL, filed_at DESC, case_no"),
    "assets": (
        "asset",
        "NOT is_current, tier, net_value DESC NULLS LAST, gross_value DESC NULLS LAST, kind, identifier",
    ),
    "applications": ("application", "NOT can_be_stopped, accepted_at DESC, application_id"),
    "targets": ("target", "case_no, rank"),
    "alerts": ("alert", "list_position(['urgent', 'high', 'normal'], severity), due_on, kind, alert_id"),
    "liabilities": ("liability", "amount DESC NULLS LAST, kind, source, row_no"),
    "links": ("link", "tier, probability DESC, source, record_id"),
    "replies": ("source_reply", "source"),
    "changes": ("change_event", "run_date DESC, event_id LIMIT 50"),
}
#: The last night of every source.
LATEST_STATUS = """
FROM source_status QUALIFY row_number() OVER (PARTITION BY source ORDER BY business_date DESC) = 1 ORDER BY source"""
COUNTS = """
SELECT kind, tier, count(*) AS assets, count(net_value) AS valued
FROM asset WHERE debtor_id = $debtor AND is_current GROUP BY ALL ORDER BY kind, tier"""
#: What lies on the debtor's assets, each row with its asset_id.
ON_ASSETS = {
    "encumbrances": "encumbrance",
    "seizures": "seizure",
    "provenance": "provenance",
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


def profile(con: duckdb.DuckDBPyConnection, debtor_id: str) -> Row:
    """Everything published about one debtor, ready for JSON: amounts as text, dates as ISO text, details as objects.

    Keys: ``debtor``, ``run`` and ``sources`` (state of every source that night), each part of `PARTS` as a list, and in
    every asset its encumbrances, seizures, provenance and the links that lead to it. Raises NotFoundError.
    """
    debtor = rows(con, "SELECT * FROM debtor WHERE debtor_id = $debtor", debtor_id)
    if not debtor:
        raise NotFoundError(
            "查询内容不对应任何已发布的被执行人", where=debtor_id, do="核对编号，或重新按姓名、号码、案号查找"
        )
    result: Row = {"debtor": debtor[0]}
    result["run"] = next(iter(rows(con, "SELECT * FROM run ORDER BY started_at DESC, run_id DESC LIMIT 1")), None)
    for name, (view, order) in PARTS.items():
        query = f'SELECT * EXCLUDE (debtor_id) FROM "{view}" WHERE debtor_id = $debtor ORDER BY {order}'
        result[name] = rows(con, query, debtor_id)
    result["sources"] = rows(con, LATEST_STATUS)
    _lay_on_assets(con, debtor_id, result["assets"], result["links"])
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


def _lay_on_assets(con: duckdb.DuckDBPyConnection, debtor_id: str, assets: list[Row], links: list[Row]) -> None:
    for name, view in ON_ASSETS.items():
        by_asset: dict[str, list[Row]] = {}
        query = (
            f'SELECT * FROM "{view}" WHERE asset_id IN (SELECT asset_id FROM asset WHERE debtor_id = $debtor)'
            f" ORDER BY {ORDER[view]}"
        )
        for row in rows(con, query, debtor_id):
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
    result = con.execute(query, {**({"debtor": debtor_id} if debtor_id else {}), **values} or None)
    described = [(column[0], str(column[1])) for column in result.description]
    return [
        {name: _plain(value, kind) for (name, kind), value in zip(described, row, strict=True)}
        for row in result.fetchall()
    ]


def _plain(value: Any, kind: str) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if kind == "JSON" and value is not None:
        return json.loads(value)
    return value
