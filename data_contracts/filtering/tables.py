"""The SQL of one table: typed rows, what is wrong with them, and where they go.

Conditions are kept as bits (`Mask`), because almost every row has none: lists of reasons are only built for the others.
A reason is written ``code:column`` on the way and ``code`` in what is kept; the column serves the counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from data_contracts.filtering.columns import column_sql
from data_contracts.filtering.expressions import ColumnSql, ident, quoted, text_list, value_of
from data_contracts.filtering.moments import second_of_period
from data_contracts.model import Column, Contract, Subject, Table

#: Bits per mask column; a UBIGINT has 64.
WIDTH = 60


@dataclass(frozen=True)
class Parents:
    """SQL relation with the parents' key columns, under their parent names."""

    relation: str


@dataclass(frozen=True)
class Asked:
    """SQL relation of a batch's inquiries; `columns` are those of inquiry_no, case_no, name, id_number it has."""

    relation: str
    columns: frozenset[str]


class Mask:
    """Conditions packed into UBIGINT columns ``<name>0``, ``<name>1``, …"""

    def __init__(self, name: str, entries: list[tuple[str, str]]) -> None:
        self.name = name
        self.labels = [label for label, _ in entries]
        self._conditions = [condition for _, condition in entries]

    def columns(self) -> list[str]:
        """SQL that computes the mask columns."""
        out = []
        for start in range(0, len(self.labels), WIDTH):
            bits = " + ".join(
                f"(CASE WHEN {condition} THEN {1 << place}::UBIGINT ELSE 0::UBIGINT END)"
                for place, condition in enumerate(self._conditions[start : start + WIDTH])
            )
            out.append(f"{bits} AS {self.name}{start // WIDTH}")
        return out

    def is_set(self) -> str:
        """SQL: any condition holds."""
        chunks = range((len(self.labels) + WIDTH - 1) // WIDTH)
        return " OR ".join(f"{self.name}{chunk} <> 0" for chunk in chunks) or "false"

    def entries(self) -> list[str]:
        """SQL list entries: the label where the condition holds, else null."""
        return [
            f"CASE WHEN {self.name}{place // WIDTH} & {1 << place % WIDTH} <> 0 THEN {quoted(label)} END"
            for place, label in enumerate(self.labels)
        ]


@dataclass(frozen=True)
class TablePlan:
    """Statements to run in order, and the two queries whose results are written out."""

    statements: tuple[str, ...]
    accepted: str
    quarantine: str


def compile_table(
    contract: Contract, table: Table, mode: str, *, parents: Parents | None, asked: Asked | None
) -> TablePlan:
    """SQL over the view ``filter_text`` (text columns, `_row_no`, `_file`, `_defect`, `_raw`, `_flags`)."""
    columns = [column_sql(contract, table, column, mode) for column in table.columns]
    keys = Mask(
        "_key_bits", [entry for column in columns if column.column.key for entry in _labelled(column.rejects, column)]
    )
    others = Mask(
        "_bits",
        [entry for column in columns if not column.column.key for entry in _labelled(column.rejects, column)]
        + _subject(table.subject),
    )
    warns = Mask("_warn_bits", [entry for column in columns for entry in _labelled(column.warns, column)])
    return TablePlan(
        statements=(
            _typed(table, columns, keys, others, warns),
            _verdict(table, keys, others, warns, mode=mode, parents=parents, asked=asked),
        ),
        accepted=_accepted(table),
        quarantine=_quarantine(table),
    )


def _labelled(entries: list[tuple[str, str]], column: ColumnSql) -> list[tuple[str, str]]:
    return [(f"{code}:{column.column.name}", condition) for code, condition in entries]


def _subject(subject: Subject | None) -> list[tuple[str, str]]:
    if subject is None:
        return []
    nobody = " AND ".join(f"{ident('t_' + name)} IS NULL" for name in (*subject.names, *subject.ids))
    if subject.when:
        nobody += f" AND {value_of(subject.when.column)} IN ({text_list(subject.when.values)})"
    return [("no_subject:", nobody)]


def staged(table: Table, columns: list[ColumnSql]) -> str:
    """SQL: text -> parsed -> value -> state, in steps so that every expression is written and computed once.

    `_content` hashes the whole delivered row, also where `columns` are only some of the table's.
    """
    ends = {column.column.period_end: column.column for column in columns if column.column.period_end}
    texts = []
    for column in columns:
        start = ends.get(column.column.name)
        text = second_of_period(start, column.text) if start else column.text
        texts.append(f"{text} AS {column.t}")
    content = ", ".join(ident(name) for name in table.column_names)
    parsed = [f"{column.parsed} AS {column.p}" for column in columns if column.parsed]
    values = [f"{column.value} AS {column.v}" for column in columns]
    states = [f"{column.state} AS {column.s}" for column in columns if column.state]
    query = f"SELECT *, hash({content}) AS _content, {', '.join(texts)} FROM filter_text"
    for stage in (parsed, values, states):
        if stage:
            query = f"SELECT *,\n  {', '.join(stage)}\nFROM ({query})"
    return query


def _typed(table: Table, columns: list[ColumnSql], keys: Mask, others: Mask, warns: Mask) -> str:
    kept = ", ".join(["_row_no", "_file", "_defect", "_flags", "_content", *(column.v for column in columns)])
    masks = ",\n  ".join([*keys.columns(), *others.columns(), *warns.columns()])
    return f"""CREATE OR REPLACE TEMP TABLE filter_typed AS
SELECT {kept}, {key_text(table)} AS _key,
  {masks}
FROM ({staged(table, columns)})"""


def key_text(table: Table) -> str:
    """The key as one text; null when a part that must be there is missing. Optional parts count as the empty string."""
    parts, demanded = [], []
    for name in table.key:
        value = value_of(name)
        parts.append(f"coalesce({value}::VARCHAR, '')")
        if table.column(name).required:
            demanded.append(f"{value} IS NOT NULL")
    return f"CASE WHEN {' AND '.join(demanded) or 'true'} THEN concat_ws(chr(31), {', '.join(parts)}) END"


def _verdict(
    table: Table, keys: Mask, others: Mask, warns: Mask, *, mode: str, parents: Parents | None, asked: Asked | None
) -> str:
    """Rows with at least one reason: `rejects` and `warnings` as lists of ``code:column``."""
    deleted = "v_op = 'D'" if table.has("op") and mode != "full" else "false"
    joins = ["LEFT JOIN repeated ON repeated._key = filter_typed._key"]
    whole = [("duplicate_key:", f"repeated.contents > 1 AND NOT {exempt(table)}")]
    lighter = [("duplicate_row:", "repeated.contents = 1 AND (filter_typed._file, _row_no) <> repeated.first_place")]
    if parents and table.parent:
        joins.append(_parent_join(table, parents))
        given = " AND ".join(f"{value_of(name)} IS NOT NULL" for name in table.parent.columns)
        whole.append(("orphan_child:", f"{given} AND parent.is_there IS NULL AND NOT ({deleted})"))
    if asked and (number := _field(table, "inquiry.number")):
        joins.append(_asked_join(asked, number))
        lighter += _asked_warnings(table, asked)
        if not number.from_parent:
            unknown = f"{value_of(number.name)} IS NOT NULL AND asked.inquiry_no IS NULL"
            whole.append((f"unknown_inquiry:{number.name}", unknown))
    reject_list = ", ".join([*keys.entries(), *_labels(whole)])
    other_list = ", ".join(others.entries()) or "NULL"
    warn_list = ", ".join([*warns.entries(), *_labels(lighter)])
    conditions = [condition for _, condition in whole + lighter]
    flagged = " OR ".join(
        ["_defect IS NOT NULL", "_flags IS NOT NULL", keys.is_set(), others.is_set(), warns.is_set(), *conditions]
    )
    return f"""CREATE OR REPLACE TEMP TABLE filter_verdict AS
WITH repeated AS (
  SELECT _key, count(DISTINCT _content) AS contents, min((_file, _row_no)) AS first_place
  FROM filter_typed WHERE _key IS NOT NULL AND _defect IS NULL AND NOT {exempt(table)}
  GROUP BY _key HAVING count(*) > 1)
SELECT filter_typed._file, _row_no,
  CASE WHEN _defect IS NOT NULL THEN [_defect || ':']
       ELSE list_filter(list_concat([{reject_list}], CASE WHEN {deleted} THEN [] ELSE [{other_list}] END),
                        lambda reason: reason IS NOT NULL) END AS rejects,
  CASE WHEN _defect IS NOT NULL THEN []
       ELSE list_filter(list_concat([{warn_list}], {_FLAGS}), lambda reason: reason IS NOT NULL) END AS warnings
FROM filter_typed {" ".join(joins)}
WHERE {flagged}"""


def _labels(entries: list[tuple[str, str]]) -> list[str]:
    return [f"CASE WHEN {condition} THEN {quoted(label)} END" for label, condition in entries]


#: ``column:code;column:code`` of the reader as ``code:column``.
_FLAGS = (
    "list_transform(coalesce(string_split(_flags, ';'), []),"
    " lambda flag: split_part(flag, ':', 2) || ':' || split_part(flag, ':', 1))"
)


def exempt(table: Table) -> str:
    """Rows whose key a spreadsheet has rounded may repeat, where the agreement says so."""
    if table.duplicate_exempt is None:
        return "false"
    marks = [f"{name}:{table.duplicate_exempt}" for name in table.key]
    by_reader = " OR ".join(f"contains(coalesce(_flags, ''), {quoted(mark)})" for mark in marks)
    by_text = " OR ".join(
        f"coalesce(looks_rounded({value_of(name)}), false)" for name in table.key if _watched(table.column(name))
    )
    return f"({by_reader}{' OR ' + by_text if by_text else ''})"


def _watched(column: Column) -> bool:
    return column.type == "string" and "excel_rounding" in column.known_faults


def _parent_join(table: Table, parents: Parents) -> str:
    assert table.parent is not None
    names = [ident(name) for name in table.parent.parent_columns]
    match = " AND ".join(
        f"parent.{theirs} = filter_typed.{value_of(ours)}"
        for theirs, ours in zip(names, table.parent.columns, strict=True)
    )
    distinct = f"SELECT DISTINCT {', '.join(names)}, true AS is_there FROM ({parents.relation})"
    return f"LEFT JOIN ({distinct}) AS parent ON {match}"


def _field(table: Table, maps_to: str) -> Column | None:
    return next((column for column in table.columns if column.maps_to == maps_to), None)


def _asked_join(asked: Asked, number: Column) -> str:
    others = [f"any_value({name}) AS {name}" for name in sorted(asked.columns - {"inquiry_no"})]
    once = f"SELECT {', '.join(['inquiry_no', *others])} FROM {asked.relation} GROUP BY inquiry_no"
    return f"LEFT JOIN ({once}) AS asked ON asked.inquiry_no = filter_typed.{value_of(number.name)}"


def _asked_warnings(table: Table, asked: Asked) -> list[tuple[str, str]]:
    """Answers that do not fit their question: another case number, or the same number under another name."""
    warnings: list[tuple[str, str]] = []
    case, name, number = (_field(table, field) for field in ("case.number", "party.name", "party.id_number"))
    if case and "case_no" in asked.columns:
        value = value_of(case.name)
        warnings.append(
            (
                f"unknown_parent_case:{case.name}",
                f"{value} <> asked.case_no AND case_no_normal({value}) <> case_no_normal(asked.case_no)",
            )
        )
    if name and number and {"name", "id_number"} <= asked.columns:
        warnings.append(
            (
                f"name_mismatch:{name.name}",
                f"{value_of(name.name)} <> asked.name AND same_number({value_of(number.name)}, asked.id_number)"
                f" AND other_name({value_of(name.name)}, asked.name)",
            )
        )
    return warnings


def _accepted(table: Table) -> str:
    columns = ", ".join(f"{value_of(column.name)} AS {ident(column.name)}" for column in table.columns)
    return f"""SELECT {columns}, filter_typed._row_no, filter_typed._file, {_codes("verdict.warnings")} AS _warnings
FROM filter_typed LEFT JOIN filter_verdict AS verdict
  ON verdict._row_no = filter_typed._row_no AND verdict._file = filter_typed._file
WHERE coalesce(len(verdict.rejects), 0) = 0
ORDER BY filter_typed._file, filter_typed._row_no"""


def _quarantine(table: Table) -> str:
    delivered = ", ".join(
        f"CASE WHEN {ident(column.name)} IS NOT NULL THEN {{k: {quoted(column.label)}, v: {ident(column.name)}}} END"
        for column in table.columns
    )
    raw = f"to_json(map_from_entries(list_filter([{delivered}], lambda entry: entry IS NOT NULL)))::VARCHAR"
    return f"""SELECT {quoted(table.name)} AS table_name, filter_text._row_no AS row_no, filter_text._file AS file,
  {_codes("verdict.rejects")} AS reasons, 'reject' AS severity, coalesce(_raw, {raw}) AS raw
FROM filter_text JOIN filter_verdict AS verdict
  ON verdict._row_no = filter_text._row_no AND verdict._file = filter_text._file
WHERE len(verdict.rejects) > 0
ORDER BY file, row_no"""


def _codes(reasons: str) -> str:
    return (
        f"list_sort(list_distinct(list_transform(coalesce({reasons}, []), lambda reason: split_part(reason, ':', 1))))"
    )
