"""What Great Expectations looks at: Arrow-backed pandas frames of the columns that are judged, and no others.

The text is cleaned by the same expressions as in the row filter, so that both see the same values; what is right about
them is then said twice, here by expectations and there by SQL, and a test holds both equal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from data_contracts.filtering.apart import keys_twice, some_columns
from data_contracts.filtering.codes import JOINTS, spellings
from data_contracts.filtering.expressions import ColumnSql, ident, quoted, text_list, value_of
from data_contracts.filtering.staging import deleted, exempt, key_text, staged
from data_contracts.filtering.text_view import TextTable, attach_text
from data_contracts.model import Column, Contract, Table

if TYPE_CHECKING:
    import pandas

#: The key as one text: null where a part is missing, where the row merely repeats another, where rounding excuses it.
KEY = "_key"
#: A table more than this share of whose rows fail is held, and one of which less than this share came.
GROSS_SHARE = 0.5
#: From this many rows on a table can be held for its rows; below, single mistakes weigh too much.
ENOUGH_ROWS = 50
#: A register may lose this many rows between two fulls whatever the share: three mining rights become two.
ORDINARY_LOSS = 20
#: Stands for a word that is no code; no code list has it.
UNKNOWN = "?"


@dataclass(frozen=True)
class DeliveryFacts:
    """What is known of a delivery besides its rows.

    `delivered` and `quarantined` count rows per table of this delivery. `last_full` counts delivered rows per table of
    the last full that was taken (empty = none yet), `usual_full` what a full usually holds, at least that many (empty =
    the last full's). `whole_inserts` names the tables of a delta whose rows all say I, `distinct` those in which the
    filter met no key twice.
    `data_as_of` is null when nobody said.
    """

    mode: str
    business_date: date
    data_as_of: datetime | None
    delivered: Mapping[str, int]
    quarantined: Mapping[str, int]
    last_full: Mapping[str, int] = field(default_factory=dict)
    usual_full: Mapping[str, int] = field(default_factory=dict)
    whole_inserts: Collection[str] = ()
    distinct: Collection[str] = ()
    full_volume_floor: float = 0.7


def demanded(table: Table) -> tuple[Column, ...]:
    """Columns whose nulls are counted: required ones that the agency fills itself."""
    return tuple(
        column
        for column in table.columns
        if (column.required or column.required_when) and not column.from_parent and column.maps_to != "record.op"
    )


def coded(table: Table) -> tuple[Column, ...]:
    """Columns with a code list, op aside: what it may hold depends on the mode."""
    return tuple(
        column
        for column in table.columns
        if (column.codes or column.item_codes) and column.delivered and column.maps_to != "record.op"
    )


def null_column(column: Column) -> str:
    """Name of the frame column in which nulls of `column` are counted."""
    return f"{column.name}?"


def code_column(column: Column) -> str:
    """Name of the frame column that holds the code of `column` as written."""
    return f"{column.name}="


def code_words(column: Column) -> list[str]:
    """Every agreed way of writing a code of `column`: code, label, alias, ``code-label``."""
    spoken, joined = spellings(column)
    return [*(column.codes or column.item_codes), *spoken, *joined]


def rows_frame(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    table: Table,
    mode: str,
    text: TextTable,
    *,
    distinct: bool = False,
) -> pandas.DataFrame:
    """One row per delivered row that could be read at all: key, demanded columns, codes.

    `distinct`: no row repeats another, so none is looked for; whether keys are unique is judged all the same.
    """
    attach_text(connection, table, text)
    by_name = _needed(contract, table, mode)
    excused = deleted(table, mode)
    once = f"NOT {exempt(table)}" if distinct else f"again._row_no IS NULL AND NOT {exempt(table)}"
    wanted = [f"CASE WHEN {once} THEN hash({key_text(table)}) END AS {ident(KEY)}"]
    wanted += [_nullable(by_name[column.name], excused) for column in demanded(table)]
    wanted += [_written(by_name[column.name]) for column in coded(table)]
    query = f"SELECT {', '.join(wanted)} FROM ({staged(table, list(by_name.values()))}) AS staged"
    if distinct:
        return _compact(connection, f"{query} WHERE _defect IS NULL")
    connection.execute(keys_twice(contract, table, mode))
    frame = _compact(connection, f"{query} {_AGAIN} WHERE _defect IS NULL")
    connection.execute("DROP TABLE filter_keys")
    return frame


#: Rows that merely repeat another row.
_AGAIN = """LEFT JOIN (
  SELECT _file, _row_no FROM filter_keys
  QUALIFY row_number() OVER (PARTITION BY _content ORDER BY _file, _row_no) > 1) AS again
ON again._row_no = staged._row_no AND again._file = staged._file"""


def _needed(contract: Contract, table: Table, mode: str) -> dict[str, ColumnSql]:
    """SQL of the columns that are judged or that judging rests on: compiling the others costs more than running."""
    needed = {*table.key, *(column.name for column in (*demanded(table), *coded(table)))}
    needed |= {column.required_when.column for column in demanded(table) if column.required_when}
    needed |= {"op"} if table.has("op") else set()
    return {sql.column.name: sql for sql in some_columns(contract, table, mode, needed)}


def _nullable(sql: ColumnSql, excused: str) -> str:
    column = sql.column
    value = sql.t
    if column.type in ("date", "datetime"):
        value = f"CASE WHEN {sql.s} = 'placeholder' THEN NULL ELSE {sql.t} END"
    lenient = "false" if column.key else excused
    if column.required_when:
        found = f"{value_of(column.required_when.column)} IN ({text_list(column.required_when.values)})"
        lenient = f"({lenient}) OR coalesce(NOT ({found}), true)"
    # Only whether something is there leaves the database, not what.
    return f"CASE WHEN ({value}) IS NOT NULL OR {lenient} THEN 1::TINYINT END AS {ident(null_column(column))}"


def _written(sql: ColumnSql) -> str:
    """The agreed word that was written, as a category; `UNKNOWN` for any other, which stays where it is."""
    column = sql.column
    if column.item_codes:
        return f"{sql.t} AS {ident(code_column(column))}"
    words = f"ENUM({text_list([*code_words(column), UNKNOWN])})"
    joined = f"regexp_replace({sql.t}, {quoted(JOINTS)}, '-')"
    other = f"coalesce(try_cast({joined} AS {words}), {quoted(UNKNOWN)}::{words})"
    known = f"try_cast({sql.t} AS {words})"
    word = f"CASE WHEN {sql.t} IS NULL THEN NULL WHEN {known} IS NOT NULL THEN {known} ELSE {other} END"
    return f"{word} AS {ident(code_column(column))}"


def _compact(connection: duckdb.DuckDBPyConnection, query: str) -> pandas.DataFrame:
    """A frame of millions of rows in a few bytes each: numbers that may be null, words as categories."""
    import pandas  # a second of import that only judging needs

    text = pa.string()
    kinds = {pa.uint64(): pandas.UInt64Dtype(), pa.int8(): pandas.Int8Dtype(), text: pandas.ArrowDtype(text)}
    return connection.sql(query).to_arrow_table().unify_dictionaries().to_pandas(types_mapper=kinds.get)


def facts_frame(contract: Contract, facts: DeliveryFacts) -> pandas.DataFrame:
    """One row per delivered table: shares and ages that bound the delivery. Null = does not apply.

    volume_share: rows / rows of a usual full, for the table the register is about. child_share: the same for its
    other tables, except those of procedures in progress, which hold the last months only. Both for fulls that lost
    more than an ordinary few rows. short_child_share: child_share again, where it is large enough not to be held.
    insert_share: rows of an all-I delta / rows of the last full. cut_rows: rows, unless the last full had as many and
    was taken: a register that grows is cut the first time it outgrows a spreadsheet. quarantined_share: of tables
    large enough. age_days: business date - day of data_as_of.
    """
    import pandas  # a second of import that only judging needs

    records = []
    for name, rows in facts.delivered.items():
        before = facts.last_full.get(name)
        share = rows / before if before else None
        usual = facts.usual_full.get(name, before)
        lost = rows / usual if facts.mode == "full" and usual and usual - rows > ORDINARY_LOSS else None
        main = name == contract.tables[0].name
        child = lost if not main and not _rolls(contract.table(name)) else None
        records.append(
            {
                "table": name,
                "volume_share": lost if main else None,
                "child_share": child,
                "short_child_share": child if child is not None and child >= GROSS_SHARE else None,
                "insert_share": share if facts.mode == "delta" and name in facts.whole_inserts else None,
                "cut_rows": rows if before != rows else None,
                "quarantined_share": facts.quarantined.get(name, 0) / rows if rows >= ENOUGH_ROWS else None,
                "age_days": (facts.business_date - facts.data_as_of.date()).days if facts.data_as_of else None,
            }
        )
    return pandas.DataFrame.from_records(records).astype(
        dict.fromkeys([key for key in (records[0] if records else {}) if key != "table"], "float64")
    )


def _rolls(table: Table) -> bool:
    """Tables of procedures in progress hold the last months only and shrink by themselves."""
    return any(column.maps_to == "application.number" and column.key for column in table.columns)
