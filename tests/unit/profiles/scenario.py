"""A debtor's situation in a few lines: rows of the present views in, the published database out.

    scenario.debtor("测试甲", "370499198503120017")
    scenario.add("land", "rights", right_id="TD0000000001", ...)
    published = scenario.build()
    published.rows("asset", kind="land_use_right")

Rows are typed by the contracts; what is not named is null, `_row_no` counts per table, the file is `<source>_full`.
Matching is a stand-in that says little and plainly (see `plain_match`): these tests are about what follows from links.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

import data_contracts
from connectors.present_views import PROVENANCE
from core.duck import connect
from core.ids import keyed_id
from core.settings import Settings
from data_contracts.arrow_schema import duckdb_type
from profiles import build, matching_input

#: A Monday; the day before it the registers delivered in full.
BUSINESS_DATE = date(2026, 11, 23)
FULL_DATE = date(2026, 11, 22)

#: Numbers with valid check digits. County 370499 was never assigned.
PERSON_A = "370499198503120017"
PERSON_A_15 = "370499850312001"
PERSON_B = "370499197803120022"
FIRM = "91370499MA3C4J5K2J"


@dataclass
class Published:
    """A published database, open for reading."""

    path: Path
    report: build.BuildReport
    con: duckdb.DuckDBPyConnection

    def rows(self, view: str, **where: Any) -> list[dict[str, Any]]:
        """Rows of a view, in its order, that hold these values (None = is null)."""
        conditions = " AND ".join(f'"{name}" IS NOT DISTINCT FROM ${name}' for name in where) or "true"
        result = self.con.execute(f'SELECT * FROM "{view}" WHERE {conditions}', where or None)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def one(self, view: str, **where: Any) -> dict[str, Any]:
        """The only such row."""
        found = self.rows(view, **where)
        assert len(found) == 1, f"{len(found)} rows in {view}"
        return found[0]


@dataclass
class Scenario:
    folder: Path
    settings: Settings = field(default_factory=Settings)
    business_date: date = BUSINESS_DATE
    _rows: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    _asked: list[dict[str, Any]] = field(default_factory=list)
    _quarantined: list[dict[str, Any]] = field(default_factory=list)
    _outcomes: list[dict[str, Any]] = field(default_factory=list)
    verdicts: list[dict[str, Any]] = field(default_factory=list)  # columns of build.VERDICT_SCHEMA
    _open: list[duckdb.DuckDBPyConnection] = field(default_factory=list)
    _cases: int = 0

    def add(self, source: str, table: str, **values: Any) -> Scenario:
        """One delivered row that holds now."""
        declared = data_contracts.load(source).table(table)
        known = {*declared.column_names, *PROVENANCE}
        assert not set(values) - known, f"unknown columns {sorted(set(values) - known)}"
        rows = self._rows.setdefault((source, table), [])
        given = {
            "_business_date": FULL_DATE,
            "_file": f"{source}_full",
            "_file_sha256": "ab" * 32,
            "_row_no": len(rows) + 1,
            "_data_as_of": datetime(2026, 11, 22, 20),
            "_warnings": [],
        }
        rows.append({**given, **({"op": "I"} if declared.has("op") else {}), **values})
        return self

    def debtor(
        self,
        name: str,
        id_number: str | None,
        *,
        case_no: str | None = None,
        balance: Decimal | str = "100000.00",
        case: dict[str, Any] | None = None,
        **debtor: Any,
    ) -> str:
        """A debtor with an open case of his own (or in `case_no`, made before). Returns the case number."""
        if case_no is None:
            self._cases += 1
            case_no = f"（2026）测0499执{self._cases}号"
            facts = {
                "case_type": "enforcement",
                "court_code": "370499",
                "cause": "民间借贷纠纷",
                "filed_on": "2026-03-02",
                "basis_document": "（2025）测0499民初1号",
                "judge": "法官甲",
                "officer_id": "GW000001",
                "updated_at": "2026-11-23 16:00:00",
            }
            self.add("court_cases", "cases", case_no=case_no, **{**facts, **(case or {})})
            self.add(
                "court_cases",
                "claims",
                case_no=case_no,
                item="principal",
                amount_due=balance,
                amount_paid="0.00",
                balance=balance,
            )
        organization = id_number is not None and len(id_number) == 18 and id_number.startswith("91")
        facts = {
            "party_kind": "company" if organization else "person",
            "id_type": "uscc" if organization else "resident_id",
            "liability": "sole",
            "party_key": f"P{len(self._rows.get(('court_cases', 'debtors'), [])) + 2}",
        }
        self.add("court_cases", "debtors", case_no=case_no, name=name, id_number=id_number, **{**facts, **debtor})
        return case_no

    def debtor_id(self, id_number: str) -> str:
        """The id under which a debtor with this valid number is published."""
        return keyed_id(self.settings.id_key, "D", f"number:{id_number}")

    def ask(self, inquiry_no: str, debtor_id: str, case_no: str, sources: Iterable[str], **values: Any) -> Scenario:
        """A line of an inquiry list that was sent."""
        given = {
            "batch": inquiry_no.split("-", maxsplit=1)[0],
            "business_date": self.business_date,
            "asked_at": datetime.combine(self.business_date, datetime.min.time()).replace(hour=18, minute=55),
        }
        row = {"inquiry_no": inquiry_no, "debtor_id": debtor_id, "case_no": case_no, "sources": list(sources)}
        self._asked.append({**given, **row, **values})
        return self

    def quarantined(self, **values: Any) -> Scenario:
        self._quarantined.append(values)
        return self

    def outcome(self, source: str, **values: Any) -> Scenario:
        """What a night found of a source (columns of build.OUTCOME_SCHEMA)."""
        given = {
            "business_date": self.business_date,
            "outcome": "loaded",
            "mode": "delta",
            "data_as_of": datetime(2026, 11, 23, 20),
        }
        self._outcomes.append({**given, "source": source, **values})
        return self

    @property
    def told(self) -> frozenset[str]:
        """The sources that have delivered something."""
        return frozenset(source for source, _ in self._rows)

    def build(self, *, previous: Published | None = None, name: str = "profiles.duckdb") -> Published:
        """Attach, prepare, match, finish; what was published stands in the scenario's folder."""
        con = connect(self.settings)
        self._attach(con)
        context = build.BuildContext(
            settings=self.settings,
            business_date=self.business_date,
            run_id=f"R{self.business_date:%Y%m%d}",
            started_at=datetime.combine(self.business_date, datetime.min.time()),
            code_version="test",
            model_version="plain",
            work=self.folder / "work",
            previous=previous.path if previous else None,
            outcomes=pa.Table.from_pylist(self._outcomes, schema=build.OUTCOME_SCHEMA),
            verdicts=pa.Table.from_pylist(self.verdicts, schema=build.VERDICT_SCHEMA),
            told=self.told,
        )
        build.prepare(con, context)
        self.folder.mkdir(exist_ok=True)
        links = plain_match(
            con, matching_input.left(con), pq.read_table(matching_input.right(con, self.folder / "right.parquet"))
        )
        target = self.folder / name
        report = build.finish(con, context, links, target)
        con.close()
        published = Published(target, report, duckdb.connect(str(target), read_only=True))
        self._open.append(published.con)
        return published

    def close(self) -> None:
        for con in self._open:
            con.close()

    def _attach(self, con: duckdb.DuckDBPyConnection) -> None:
        for source in data_contracts.sources():
            for table in data_contracts.load(source).tables:
                types = {column.name: duckdb_type(column) for column in table.columns} | PROVENANCE
                _fill(con, f"{source}__{table.name}", types, self._rows.get((source, table.name), []))
        asked = {
            "inquiry_no": "VARCHAR",
            "batch": "VARCHAR",
            "business_date": "DATE",
            "asked_at": "TIMESTAMP",
            "debtor_id": "VARCHAR",
            "case_no": "VARCHAR",
            "name": "VARCHAR",
            "id_type": "VARCHAR",
            "id_number": "VARCHAR",
            "sources": "VARCHAR[]",
        }
        _fill(con, "asked", asked, self._asked)
        quarantined = {
            "source": "VARCHAR",
            "business_date": "DATE",
            "file": "VARCHAR",
            "table_name": "VARCHAR",
            "row_no": "BIGINT",
            "reasons": "VARCHAR[]",
            "severity": "VARCHAR",
            "raw": "VARCHAR",
        }
        _fill(con, "quarantined", quarantined, self._quarantined)


def _fill(con: duckdb.DuckDBPyConnection, name: str, types: dict[str, str], rows: list[dict[str, Any]]) -> None:
    con.execute(f'CREATE TABLE "{name}" ({", ".join(f"{_quoted(column)} {kind}" for column, kind in types.items())})')
    for row in rows:
        values = ", ".join(f"CAST(${column} AS {kind})" for column, kind in types.items())
        con.execute(f'INSERT INTO "{name}" VALUES ({values})', {column: row.get(column) for column in types})


def _quoted(name: str) -> str:
    return f'"{name}"'


def plain_match(con: duckdb.DuckDBPyConnection, left: pa.Table, right: pa.Table) -> pa.Table:
    """A valid number and the same name: confirmed. The same number as text with the same name: probable.
    The same number under another name, or the name alone: possible."""
    con.register("plain_left", left)
    con.register("plain_right", right)
    result = con.execute("""
        WITH side AS (
            SELECT side, record_id, id_normal(id_type, id_number) AS number, name_key(name) AS key, name
            FROM (SELECT 'l' AS side, * FROM plain_left UNION ALL SELECT 'r', * FROM plain_right)),
        l AS (FROM side WHERE side = 'l'), r AS (FROM side WHERE side = 'r'),
        met AS (SELECT l.record_id AS left_id, r.record_id AS right_id FROM l JOIN r ON l.number = r.number
                UNION SELECT l.record_id, r.record_id FROM l JOIN r ON l.key = r.key),
        pair AS (
            SELECT left_id, right_id, l.number, r.number AS other, id_strong(l.number) AS strong,
                   l.name AS name, r.name AS other_name, l.key = r.key AS same_name
            FROM met JOIN l ON l.record_id = left_id JOIN r ON r.record_id = right_id)
        SELECT left_id, right_id,
               CASE tier WHEN 'confirmed' THEN 0.9999::DOUBLE WHEN 'probable' THEN 0.9 ELSE 0.2 END AS probability,
               tier,
               list_filter([
                   {'field': 'name', 'left': name, 'right': other_name, 'level': if(same_name, 'exact', 'unlike'),
                    'weight': if(same_name, 1.0::DOUBLE, -6.0)},
                   CASE WHEN number = other THEN {'field': 'id_number', 'left': number, 'right': other,
                    'level': if(strong, 'strong_equal', 'weak_equal'), 'weight': 5.0::DOUBLE} END],
                   lambda entry: entry IS NOT NULL) AS evidence
        FROM (SELECT *, CASE WHEN number = other AND same_name AND strong THEN 'confirmed'
                             WHEN number = other AND same_name THEN 'probable' ELSE 'possible' END AS tier
              FROM pair WHERE number = other OR other IS NULL OR number IS NULL)""").to_arrow_table()
    con.unregister("plain_left")
    con.unregister("plain_right")
    return result
