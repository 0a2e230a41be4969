"""The demo district's truth beside what was published. Every function returns what disagrees: facts, no names."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

Facts = dict[str, Any]

#: The same debtor in the truth and in the published database: equal number, or (without a number) equal name and case.
TRUTH_DEBTOR = """
CREATE OR REPLACE TEMP TABLE truth_debtor AS
SELECT DISTINCT d.debtor_no, p.debtor_id
FROM read_parquet($truth || '/debtors.parquet') d
JOIN read_parquet($truth || '/cases.parquet') c USING (debtor_no)
JOIN debtor_case k ON k.case_no = c.case_no
JOIN debtor p ON p.debtor_id = k.debtor_id
WHERE c.in_scope AND (p.id_number = replace(d.id_number, '-', '') OR d.id_number IS NULL AND p.name = d.name)
"""

#: Everything planted that holds on that night: the registers' present things and what the replies of that night said.
#: An equity identifier in the truth ends in ':', the holder's debtor_id follows.
PLANTED = """
CREATE OR REPLACE TEMP TABLE planted AS
WITH registered AS (
    SELECT debtor_no, source, kind, identifier, tier, is_current, strong_id, fault
    FROM read_parquet($truth || '/assets.parquet')
    WHERE in_scope AND night = $night),
answered AS (
    SELECT DISTINCT debtor_no, source, kind, identifier, tier, is_current, tier = 'confirmed' AS strong_id, fault
    FROM read_parquet($truth || '/replies/' || $folder || '/assets.parquet')
    WHERE kind NOT IN ('person', 'taxpayer', 'income') AND debtor_no IS NOT NULL)
SELECT d.debtor_id, p.source, p.kind,
       CASE WHEN p.kind = 'equity' THEN p.identifier || d.debtor_id ELSE p.identifier END AS identifier,
       p.tier, p.is_current, p.strong_id, p.fault
FROM (FROM registered UNION ALL FROM answered) p JOIN truth_debtor d USING (debtor_no)
"""

#: Whose a thing may be published as: what holds tonight; what an earlier reply said, because an error or silence lets
#: it stand; and what belongs to a branch or shop that is itself a debtor, which its parent's creditors reach too.
ALLOWED = """
CREATE OR REPLACE TEMP TABLE allowed AS
SELECT debtor_id, identifier FROM planted
UNION
SELECT d.debtor_id, r.identifier
FROM read_parquet($truth || '/replies/*/assets.parquet') r JOIN truth_debtor d USING (debtor_no)
UNION
SELECT a.debtor_id, a.identifier FROM asset a JOIN planted p USING (identifier)
WHERE a.reach IN ('branch', 'sole_proprietor')
"""

#: What a register held as the debtor's on an earlier night: it may be published as past.
ONCE_THEIRS = """
CREATE OR REPLACE TEMP TABLE once_theirs AS
SELECT DISTINCT d.debtor_id, r.source, r.kind,
       CASE WHEN r.kind = 'equity' THEN r.identifier || d.debtor_id ELSE r.identifier END AS identifier,
       r.night, r.strong_id AND r.fault IS NULL AND r.tier = 'confirmed' AS is_sure
FROM read_parquet($truth || '/assets.parquet') r JOIN truth_debtor d USING (debtor_no)
WHERE r.in_scope AND r.night < $night
"""


def opened(database: Path, drops: Path, night: date) -> duckdb.DuckDBPyConnection:
    """The published database, with tables truth_debtor and planted of that night beside it."""
    con = duckdb.connect(str(database), read_only=True)
    truth = str(drops / "truth")
    first = con.execute("SELECT min(business_date) FROM read_parquet($f)", {"f": f"{truth}/assets.parquet"}).fetchall()[
        0
    ][0]
    con.execute(TRUTH_DEBTOR, {"truth": truth})
    con.execute(PLANTED, {"truth": truth, "night": (night - first).days, "folder": f"{night:%Y%m%d}"})
    con.execute(ALLOWED, {"truth": truth})
    con.execute(ONCE_THEIRS, {"truth": truth, "night": (night - first).days})
    return con


def unknown_debtors(con: duckdb.DuckDBPyConnection, drops: Path, night: date) -> list[Facts]:
    """Debtors of an open case of that night who are not published."""
    return _facts(
        con,
        """
        SELECT DISTINCT debtor_no FROM read_parquet($cases) c WHERE in_scope AND debtor_no IS NOT NULL
          AND night = (SELECT max(night) FROM read_parquet($cases) WHERE night <= $number)
          AND NOT EXISTS (FROM debtor_case k WHERE k.case_no = c.case_no)
        """,
        cases=str(drops / "truth" / "cases.parquet"),
        number=(night - date(2026, 11, 22)).days,
    )


def missing_assets(con: duckdb.DuckDBPyConnection) -> list[Facts]:
    """Planted with a valid strong number and no fault, and yet not confirmed and current alike in the right profile."""
    return _facts(
        con,
        """
        SELECT * FROM planted p
        WHERE strong_id AND fault IS NULL AND tier = 'confirmed'
          AND NOT EXISTS (FROM asset a
                          WHERE a.debtor_id = p.debtor_id AND a.kind = p.kind AND a.identifier = p.identifier
                          AND a.tier = 'confirmed' AND a.is_current = p.is_current)
        """,
    )


def foreign_assets(con: duckdb.DuckDBPyConnection) -> list[Facts]:
    """Confirmed in a profile that the truth does not put it in, now or (of a past asset) on an earlier night."""
    return _facts(
        con,
        """
        SELECT a.debtor_id, a.source, a.kind, a.identifier, a.is_current FROM asset a
        WHERE a.tier = 'confirmed'
          AND NOT EXISTS (FROM allowed p WHERE p.debtor_id = a.debtor_id AND p.identifier = a.identifier)
          AND (a.is_current
               OR NOT EXISTS (FROM once_theirs o WHERE o.debtor_id = a.debtor_id AND o.identifier = a.identifier))
        """,
    )


def forgotten_assets(con: duckdb.DuckDBPyConnection) -> list[Facts]:
    """Surely the debtor's the night before and not tonight, and yet not published as past."""
    return _facts(
        con,
        """
        SELECT * FROM once_theirs o
        WHERE is_sure AND night = (SELECT max(night) FROM once_theirs)
          AND NOT EXISTS (FROM planted p WHERE p.debtor_id = o.debtor_id AND p.identifier = o.identifier)
          AND NOT EXISTS (FROM asset a
                          WHERE a.debtor_id = o.debtor_id AND a.identifier = o.identifier AND NOT a.is_current)
        """,
    )


def strangers_links(con: duckdb.DuckDBPyConnection, drops: Path) -> list[Facts]:
    """Confirmed links and accounts of people who only share a debtor's name, or something that looks like it."""
    truth = str(drops / "truth")
    return _facts(
        con,
        """
        SELECT l.source, l.record_id, l.debtor_id FROM link l
        JOIN read_parquet($registers) s
          ON s.source = l.source AND s.table_name = l.table_name AND s.record_id = l.record_id
        WHERE l.tier = 'confirmed'
        UNION ALL
        SELECT a.source, a.identifier, a.debtor_id FROM asset a
        JOIN truth_debtor d USING (debtor_id)
        JOIN read_parquet($replies) s
          ON s.source = a.source AND s.identifier = a.identifier AND s.debtor_no = d.debtor_no
        WHERE a.tier = 'confirmed'
        """,
        registers=f"{truth}/not_theirs.parquet",
        replies=f"{truth}/replies/*/not_theirs.parquet",
    )


def unbalanced_sources(con: duckdb.DuckDBPyConnection) -> list[Facts]:
    """Sources and nights whose delivered rows are not accepted plus quarantined."""
    return _facts(con, "FROM source_status WHERE rows_delivered IS DISTINCT FROM rows_accepted + rows_quarantined")


def _facts(con: duckdb.DuckDBPyConnection, query: str, **values: Any) -> list[Facts]:
    result = con.execute(query, values or None)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
