"""What a row cannot know by itself: that its key is there twice, its parent is missing, its question was never asked.

Each is one narrow query over the columns it needs. What they find goes into ``filter_apart`` (`_file`, `_row_no`,
`reason`, `refuses`), which is empty for most deliveries.
"""

from __future__ import annotations

from dataclasses import dataclass

from data_contracts.filtering.columns import column_sql
from data_contracts.filtering.expressions import ColumnSql, ident, quoted, value_of
from data_contracts.filtering.staging import content, deleted, exempt, key_text, staged
from data_contracts.model import Column, Contract, Table


@dataclass(frozen=True)
class Parents:
    """SQL relation with the parents' key columns, under their parent names."""

    relation: str


@dataclass(frozen=True)
class Asked:
    """SQL relation of a batch's inquiries; `columns` are those of inquiry_no, case_no, name, id_number it has."""

    relation: str
    columns: frozenset[str]


def apart(contract: Contract, table: Table, mode: str, *, parents: Parents | None, asked: Asked | None) -> str:
    """Statements that fill ``filter_apart``. Rows with a defect have no values and are never in it."""
    found = [_REPEATED]
    if parents and table.parent:
        found.append(_orphans(contract, table, mode, parents))
    if asked and (number := _field(table, "inquiry.number")):
        found.append(_unlike_asked(contract, table, mode, asked, number))
    return f"""{keys_twice(contract, table, mode)};
CREATE OR REPLACE TEMP TABLE filter_apart AS {" UNION ALL ".join(found)};
DROP TABLE filter_keys"""


def keys_twice(contract: Contract, table: Table, mode: str) -> str:
    """Statement for ``filter_keys``: rows whose key may be there twice (`_key`), and what they hold (`_content`).

    Found by a number for each key, which takes a fifth of the text's room; two keys may share one. The numbers are
    those of all rows that have a key: leaving out those that are not judged would compute every key twice.
    """
    keyed = staged(table, some_columns(contract, table, mode, set(table.key)))
    judged = f"_defect IS NULL AND ({key_text(table)}) IS NOT NULL AND NOT {exempt(table)}"
    return f"""CREATE OR REPLACE TEMP TABLE filter_keys AS
SELECT _file, _row_no, {key_text(table)} AS _key, {content(table)} AS _content FROM ({keyed})
WHERE {judged} AND hash({key_text(table)}) IN (
  SELECT hash(_key) FROM (SELECT {key_text(table)} AS _key FROM ({keyed})) GROUP BY ALL HAVING count(_key) > 1)"""


#: Another row under the same key refuses both; the same row again is a warning on all but the first.
_REPEATED = """SELECT filter_keys._file, _row_no,
  CASE WHEN contents > 1 THEN 'duplicate_key:' ELSE 'duplicate_row:' END AS reason, contents > 1 AS refuses
FROM filter_keys JOIN (
  SELECT _key, count(DISTINCT _content) AS contents, min((_file, _row_no)) AS first_place
  FROM filter_keys GROUP BY _key HAVING count(*) > 1) AS repeated ON repeated._key = filter_keys._key
WHERE contents > 1 OR (filter_keys._file, _row_no) <> first_place"""


def _orphans(contract: Contract, table: Table, mode: str, parents: Parents) -> str:
    assert table.parent is not None
    rows = staged(table, some_columns(contract, table, mode, {*table.parent.columns, "op"}))
    pairs = list(zip(table.parent.parent_columns, table.parent.columns, strict=True))
    match = " AND ".join(f"parent.{ident(theirs)} = typed.{value_of(ours)}" for theirs, ours in pairs)
    given = " AND ".join(f"typed.{value_of(ours)} IS NOT NULL" for _, ours in pairs)
    return f"""SELECT _file, _row_no, 'orphan_child:', true
FROM ({rows}) AS typed ANTI JOIN ({parents.relation}) AS parent ON {match}
WHERE _defect IS NULL AND {given} AND NOT {deleted(table, mode)}"""


def _unlike_asked(contract: Contract, table: Table, mode: str, asked: Asked, number: Column) -> str:
    """Answers without a question, and answers that do not fit theirs."""
    case, name, party = (_field(table, field) for field in ("case.number", "party.name", "party.id_number"))
    needed = {column.name for column in (number, case, name, party) if column}
    rows = staged(table, some_columns(contract, table, mode, needed))
    others = [f"any_value({column}) AS {column}" for column in sorted(asked.columns - {"inquiry_no"})]
    once = f"SELECT {', '.join(['inquiry_no', *others])} FROM {asked.relation} GROUP BY inquiry_no"
    joined = f"({rows}) AS typed LEFT JOIN ({once}) AS asked ON asked.inquiry_no = typed.{value_of(number.name)}"
    reasons: list[str] = []
    if not number.from_parent:
        unknown = f"{value_of(number.name)} IS NOT NULL AND asked.inquiry_no IS NULL"
        reasons.append(_reason(f"unknown_inquiry:{number.name}", unknown, refuses=True))
    if case and "case_no" in asked.columns:
        value = value_of(case.name)
        other_case = f"{value} <> asked.case_no AND case_no_normal({value}) <> case_no_normal(asked.case_no)"
        reasons.append(_reason(f"unknown_parent_case:{case.name}", other_case, refuses=False))
    if name and party and {"name", "id_number"} <= asked.columns:
        other_name = (
            f"{value_of(name.name)} <> asked.name AND same_number({value_of(party.name)}, asked.id_number)"
            f" AND other_name({value_of(name.name)}, asked.name)"
        )
        reasons.append(_reason(f"name_mismatch:{name.name}", other_name, refuses=False))
    return f"""SELECT _file, _row_no, reason.reason, reason.refuses
FROM (SELECT _file, _row_no, unnest([{", ".join(reasons)}]) AS reason FROM {joined} WHERE _defect IS NULL)
WHERE reason IS NOT NULL"""


def _reason(reason: str, condition: str, *, refuses: bool) -> str:
    return f"CASE WHEN {condition} THEN {{reason: {quoted(reason)}, refuses: {refuses}}} END"


def some_columns(contract: Contract, table: Table, mode: str, names: set[str]) -> list[ColumnSql]:
    """SQL of some columns, without judging their check digits: nothing here rests on that.

    Numbers and the column that names their unit are read together.
    """
    units = {column.unit_column for column in table.columns if column.unit_column and column.name in names} | names
    wanted = units.union(column.name for column in table.columns if column.unit_column in units)
    columns = []
    for column in table.columns:
        if column.name in wanted:
            columns.append(sql := column_sql(contract, table, column, mode))
            if column.type == "string":
                sql.state = None
    return columns


def _field(table: Table, maps_to: str) -> Column | None:
    return next((column for column in table.columns if column.maps_to == maps_to), None)
