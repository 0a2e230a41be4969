"""Published databases without a build behind them: some debtors with all that a profile holds, night after night.

Each night one row in a hundred, of every view, differs from the night before, in its facts and in its values, and two
in a hundred are not there. What moves with time alone moves too: when a register was last seen, days to expiry, the
night's alerts, runs and statuses.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb

from core.duck import connect
from core.settings import Settings
from profiles import publish, schema

FIRST_NIGHT = date(2026, 11, 23)
#: Rows of each view for one debtor.
PER_DEBTOR = {
    "debtor": 1,
    "debtor_case": 1.5,
    "asset": 12,
    "encumbrance": 1,
    "seizure": 1.5,
    "liability": 0.5,
    "application": 0.3,
    "link": 14,
    "provenance": 16,
    "source_reply": 8,
    "alert": 2,
    "target": 10,
    "quarantine": 0.1,
}
#: Whose row it is: assets by debtor, what lies on assets by asset.
_DEBTOR = "'D' || md5('debtor' || (i // greatest(1, {per}))::BIGINT)[:24]"
_ASSET = "'A' || md5('asset' || (i * 12 // greatest(1, {per}))::BIGINT)[:24]"
#: In the place of a column's plain value. `n`: how often the row has changed until the night `k`.
_VALUES = {
    ("*", "debtor_id"): _DEBTOR,
    ("encumbrance", "asset_id"): _ASSET,
    ("seizure", "asset_id"): _ASSET,
    ("provenance", "asset_id"): _ASSET,
    ("asset", "asset_id"): "'A' || md5('asset' || i)[:24]",
    ("*", "source"): "'source_' || hash(i) % 12",
    ("*", "file"): "'source_' || hash(i) % 12 || '_' || n || '.csv'",
    ("*", "file_sha256"): "md5('file' || hash(i) % 12 || n) || md5('sha' || hash(i) % 12)",
    ("*", "business_date"): "FIRST + n::INTEGER",
    ("*", "last_seen"): "FIRST + k",
    ("*", "data_as_of"): "FIRST + k + INTERVAL 20 HOUR + INTERVAL (hash(i) % 12) MINUTE",
    ("debtor", "data_as_of"): "FIRST + k + INTERVAL 20 HOUR",
    ("alert", "run_date"): "FIRST + k",
    ("alert", "alert_id"): "'W' || md5('alert' || i)[:24]",
    ("seizure", "days_to_expiry"): "(1000 + hash(i) % 300)::INTEGER - k",
    ("*", "status"): "['normal', 'open', 'active', 'frozen'][1 + (hash(i) % 97 + n)::BIGINT % 4]",
    ("*", "evidence"): (
        '\'[{"field":"name","left":"\' || md5(\'l\' || i)[:8] || \'","right":"\' || md5(\'r\' || i || n)[:8]'
        " || '\",\"weight\":' || (hash(i) % 1000) / 100.0 || '}]'"
    ),
}
_BY_TYPE = {
    "VARCHAR": "md5('{name}' || i || CASE WHEN {changes} THEN n ELSE 0 END)[:10]",
    "VARCHAR[]": "CASE WHEN hash(i) % 5 = 0 THEN ['mark_' || hash(i) % 7] ELSE [] END",
    "JSON": "'{{\"area\":' || hash(i) % 9000 || ',\"remark\":\"' || md5('j' || i)[:12] || '\"}}'",
    "DATE": "DATE '2015-01-01' + (hash(i, '{name}') % 4000)::INTEGER",
    "TIMESTAMP": "TIMESTAMP '2020-01-01' + INTERVAL (hash(i, '{name}') % 100000000) SECOND",
    "BOOLEAN": "hash(i, '{name}') % 3 = 0",
    "DOUBLE": "(hash(i, '{name}') % 10000) / 10000.0",
    "INTEGER": "(hash(i, '{name}') % 30)::INTEGER",
    "BIGINT": "(hash(i, n) % 100000)::BIGINT",
    "DECIMAL(18,2)": "((hash(i, '{name}', n) % 100000000) / 100)::DECIMAL(18, 2)",
}
#: Text columns that show that a row changed; the others stay what they are.
_CHANGING = (
    "title",
    "judge",
    "holder",
    "doc_no",
    "creditor",
    "counterparty",
    "reason",
    "conflict",
    "result",
    "message_zh",
    "raw",
)


def night(folder: Path, debtors: int, k: int, again: int = 0, churn: bool = True) -> Path:
    """Publish the night `k` after the first; the same arguments always make the same rows. `again`: how often that
    night has run before, each time finding something else. Without `churn` every row stays there."""
    con = connect(Settings())
    try:
        for view in schema.load():
            if view.name in PER_DEBTOR:
                con.execute(_rows(view, debtors, k, again, churn))
        _runs(con, k, again)
        database = folder / f"night{k}.duckdb"
        publish.publish(con, database, folder / "work")
    finally:
        con.close()
    return database


def _rows(view: schema.View, debtors: int, k: int, again: int, churn: bool) -> str:
    per = PER_DEBTOR[view.name]
    rows = round(debtors * per)
    values = []
    for column in view.columns:
        plain = _BY_TYPE[column.type].format(name=column.name, changes=column.name in _CHANGING)
        value = _VALUES.get((view.name, column.name)) or _VALUES.get(("*", column.name), plain)
        values.append(f'({value.replace("{per}", str(per))})::{column.type} AS "{column.name}"')
    seeds = [*range(1, k), k + 1000 * again] if k else []
    changes = " + ".join(f"(hash(i, {seed}, '{view.name}') % 100 = 0)::INTEGER" for seed in seeds) or "0"
    # Some rows come and go.
    there = f"hash(i, '{view.name}') % 50 <> {k + again} % 50" if churn else "true"
    return f"""
        CREATE TABLE "{view.name}" AS
        SELECT {", ".join(values)}
        FROM (SELECT i, {k} AS k, {changes} AS n, DATE '{FIRST_NIGHT}' AS FIRST FROM range({rows}) t(i))
        WHERE {there}"""


def _runs(con: duckdb.DuckDBPyConnection, k: int, again: int) -> None:
    for view in schema.load():
        if view.name in ("run", "source_status"):
            typed = ", ".join(f'"{column.name}" {column.type}' for column in view.columns)
            con.execute(f'CREATE TABLE "{view.name}" ({typed})')
    for past in range(k + 1):
        day = FIRST_NIGHT + timedelta(days=past)
        con.execute(
            "INSERT INTO run SELECT $id, $day, $day + INTERVAL 22 HOUR, $day + INTERVAL 23 HOUR, 'test', 'plain', true",
            {"id": f"R{day:%Y%m%d}-{again if past == k else 0}", "day": day},
        )
        con.execute(
            "INSERT INTO source_status BY NAME SELECT 'source_' || s AS source, $day AS business_date,"
            " 'loaded' AS outcome, 'delta' AS mode, 100 AS rows_delivered, $day + INTERVAL 20 HOUR AS data_as_of"
            " FROM range(12) t(s)",
            {"day": day},
        )
