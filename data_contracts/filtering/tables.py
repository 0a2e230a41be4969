"""The SQL of one table: typed rows, what is wrong with them, and where they go.

A reason is written ``code:column`` on the way and ``code`` in what is kept; the column serves the counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from data_contracts.filtering.apart import Asked, Parents, apart
from data_contracts.filtering.columns import column_sql
from data_contracts.filtering.expressions import ColumnSql, ident, quoted, text_list, value_of
from data_contracts.filtering.masks import Mask
from data_contracts.filtering.staging import deleted, staged
from data_contracts.model import Contract, Subject, Table


@dataclass(frozen=True)
class TablePlan:
    """SQL over relations like the view ``filter_text`` (text columns, `_row_no`, `_file`, `_defect`, `_raw`, `_flags`).

    `apart` comes first and fills ``filter_apart``. `verdict` gives the reasons of those rows of ``filter_typed`` that
    have any, as lists of ``code:column``.
    """

    apart: str
    verdict: str
    _table: Table
    _columns: list[ColumnSql]
    _masks: Masks

    def typed(self, rows: str) -> str:
        """Typed rows of the text relation `rows` with their masks."""
        kept = ", ".join(["_row_no", "_file", "_defect", "_flags", *(column.v for column in self._columns)])
        masks = ",\n  ".join([*self._masks.keys.columns(), *self._masks.others.columns(), *self._masks.warns.columns()])
        return f"SELECT {kept},\n  {masks}\nFROM ({staged(self._table, self._columns, rows)})"

    def accepted(self, typed: str, *, apart: bool) -> str:
        """What nothing refuses of `typed`, in its order.

        `apart`: something stands in ``filter_apart``; joining millions of rows with nothing takes a tenth of the time.
        """
        joined, rejects, warnings = _APART, "apart.rejects", "apart.warnings"
        if not apart:
            joined, rejects, warnings = "", "NULL", "NULL::VARCHAR[]"
        columns = ", ".join(f"{column.v} AS {column.given}" for column in self._columns)
        warns = self._masks.warns
        return f"""SELECT {columns}, typed._row_no, typed._file,
  CASE WHEN {warns.is_set()} OR _flags IS NOT NULL OR {warnings} IS NOT NULL
       THEN {_codes(_warnings(warns, warnings))} ELSE [] END AS _warnings
FROM {typed} AS typed {joined}
WHERE _defect IS NULL AND {rejects} IS NULL AND NOT ({self._masks.refuse()})"""

    def quarantine(self, rows: str) -> str:
        """Refused rows of ``filter_verdict`` with their text, which stands in `rows`."""
        delivered = ", ".join(
            f"CASE WHEN {column.given} IS NOT NULL THEN {{k: {quoted(column.column.label)}, v: {column.given}}} END"
            for column in self._columns
        )
        raw = f"to_json(map_from_entries(list_filter([{delivered}], lambda entry: entry IS NOT NULL)))::VARCHAR"
        return f"""SELECT {quoted(self._table.name)} AS table_name, text._row_no AS row_no, text._file AS file,
  {_codes("verdict.rejects")} AS reasons, {_FIELDS} AS fields, 'reject' AS severity, coalesce(_raw, {raw}) AS raw
FROM {rows} AS text JOIN filter_verdict AS verdict
  ON verdict._row_no = text._row_no AND verdict._file = text._file
WHERE len(verdict.rejects) > 0
ORDER BY file, row_no"""


@dataclass(frozen=True)
class Masks:
    """Reasons to refuse a row (those of its key apart from the `others`, which rows that are `gone` need not mind) and
    reasons to warn."""

    keys: Mask
    others: Mask
    warns: Mask
    gone: str

    def refuse(self) -> str:
        """SQL: something refuses the row."""
        return f"{self.keys.is_set()} OR (NOT {self.gone} AND ({self.others.is_set()}))"


def compile_table(
    contract: Contract, table: Table, mode: str, *, parents: Parents | None, asked: Asked | None
) -> TablePlan:
    """Compile the contract of one table."""
    columns = [column_sql(contract, table, column, mode) for column in table.columns]
    masks = Masks(
        keys=Mask(
            "_key_bits",
            [entry for column in columns if column.column.key for entry in _labelled(column.rejects, column)],
        ),
        others=Mask(
            "_bits",
            [entry for column in columns if not column.column.key for entry in _labelled(column.rejects, column)]
            + _subject(table.subject),
        ),
        warns=Mask(
            "_warn_bits",
            [entry for column in columns for entry in _labelled(column.warns, column)],
            noisy=[entry for column in columns for entry in _labelled(column.noisy_warns, column)],
        ),
        gone=deleted(table, mode),
    )
    return TablePlan(
        apart=apart(contract, table, mode, parents=parents, asked=asked),
        verdict=_verdict(masks),
        _table=table,
        _columns=columns,
        _masks=masks,
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


#: ``column:code;column:code`` of the reader as ``code:column``.
_FLAGS = (
    "list_transform(coalesce(string_split(_flags, ';'), []),"
    " lambda flag: split_part(flag, ':', 2) || ':' || split_part(flag, ':', 1))"
)
#: The columns that the reasons name; a reason of the row as a whole names none.
_FIELDS = """list_sort(list_distinct(list_filter(
    list_transform(verdict.rejects, lambda reason: split_part(reason, ':', 2)), lambda name: name <> '')))"""
#: What was found out apart from the row, one line per row.
_APART = """LEFT JOIN (
  SELECT _file, _row_no, list(reason) FILTER (refuses) AS rejects, list(reason) FILTER (NOT refuses) AS warnings
  FROM filter_apart GROUP BY _file, _row_no) AS apart ON apart._row_no = typed._row_no AND apart._file = typed._file"""


def _verdict(masks: Masks) -> str:
    lighter = f"CASE WHEN {masks.gone} THEN [] ELSE {_list(masks.others)} END"
    rejects = _filled(f"list_concat({_list(masks.keys)}, {lighter}, coalesce(apart.rejects, []))")
    return f"""CREATE OR REPLACE TEMP TABLE filter_verdict AS
SELECT typed._file, typed._row_no,
  CASE WHEN _defect IS NOT NULL THEN [_defect || ':'] ELSE {rejects} END AS rejects,
  CASE WHEN _defect IS NOT NULL THEN [] ELSE {_warnings(masks.warns, "apart.warnings")} END AS warnings
FROM filter_typed AS typed {_APART}
WHERE _defect IS NOT NULL OR _flags IS NOT NULL OR apart._row_no IS NOT NULL
  OR {masks.keys.is_set()} OR {masks.others.is_set()} OR {masks.warns.is_set()}"""


def _list(mask: Mask) -> str:
    return f"[{', '.join(mask.entries()) or 'NULL'}]"


def _warnings(warns: Mask, further: str) -> str:
    return _filled(f"list_concat({_list(warns)}, {_FLAGS}, coalesce({further}, []))")


def _filled(reasons: str) -> str:
    return f"list_filter({reasons}, lambda reason: reason IS NOT NULL)"


def _codes(reasons: str) -> str:
    return f"list_sort(list_distinct(list_transform({reasons}, lambda reason: split_part(reason, ':', 1))))"
