"""What a delivery must look like, as the rest of Chakong sees it: one `Contract` per source.

The YAML beside this module is the truth (ODCS v3.1); these classes are its frozen, typed reading. They import nothing
heavy, so that every command can afford them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from core.errors import ContractError
from data_contracts.drift import Drift

Mode = Literal["extract", "reply", "outgoing"]
ColumnType = Literal["string", "integer", "decimal", "date", "datetime", "enum", "boolean", "list"]
DecimalForm = Literal["plain", "fen", "thousands", "trailing_sign"]
Pii = Literal["none", "personal", "sensitive"]


@dataclass(frozen=True)
class ForeignKey:
    """Row of this table -> row of `parent_table`; column tuples correspond by position. A null part is no reference."""

    columns: tuple[str, ...]
    parent_table: str
    parent_columns: tuple[str, ...]


@dataclass(frozen=True)
class RequiredWhen:
    """The column must be filled when `column` holds one of these canonical `values`; otherwise it may be empty."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Doubtful:
    """When a number is so unlike its unit that it is flagged, and kept as delivered: `above` or `below` a figure, or
    without a unit in a row whose date `column` is before `until`, or empty."""

    above: int | None = None
    below: int | None = None
    column: str | None = None
    until: date | None = None

    @property
    def means_zh(self) -> str:
        """When, as the operator reads it."""
        if self.above is not None:
            return f"大于 {self.above:,}"
        if self.below is not None:
            return f"小于 {self.below:,}"
        return f"无单位且 {self.column} 不明或早于 {self.until}"


@dataclass(frozen=True)
class Column:
    """One delivered column. `label` is the header, element or JSON key exactly as delivered (``@x`` is an attribute).

    `codes` maps the delivered code to (canonical value, printed label). `unit` is the unit of the *accepted* value:
    fen are already yuan there, wan yuan stay wan yuan; ``see <column>`` points at the column that names it.
    """

    name: str
    label: str
    title_zh: str
    type: ColumnType
    precision: int | None = None
    scale: int | None = None
    unit: str | None = None
    #: May not be null in an I or U row. A full may leave `op` empty all the same.
    required: bool = False
    required_when: RequiredWhen | None = None
    key: bool = False
    codes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    #: The label, or code and label as ``1-查封``, is an agreed way of writing too.
    mixed: bool = False
    #: The agency writes the label by agreement, which is then no finding.
    label_agreed: bool = False
    #: delivered spelling -> code
    value_aliases: Mapping[str, str] = field(default_factory=dict)
    #: per letter of a list: code -> (canonical value, printed label)
    item_codes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    #: name of the canonical list in code_lists.yaml; None = the values are local to this column
    enum: str | None = None
    pattern: str | None = None
    validator: str | None = None
    max_len: int | None = None
    pii: Pii = "none"
    maps_to: str | None = None
    known_faults: tuple[str, ...] = ()
    #: The value comes from the enclosing element (nested formats), it is no element of its own.
    from_parent: bool = False
    #: The agency never delivers the element; the column stays so that every bank has the same shape.
    delivered: bool = True
    #: Canonical value that stands for an absent one, e.g. match_basis ``unknown``.
    default: str | None = None
    #: The reader numbers siblings 1, 2, 3 in document order, because the agency delivers no number.
    numbered: bool = False
    decimal_form: DecimalForm | None = None
    doubtful: Doubtful | None = None
    #: Identifier column: spreadsheet prefixes are stripped, rounding is watched.
    digits: bool = False
    #: Blanks inside group digits only and are removed.
    grouped: bool = False
    #: Kind of number (`expressions.NORMAL_FORMS`) whose normal form is the accepted value: a key that arrives in
    #: several forms is one key. What was delivered stays in the archive.
    normal_form: str | None = None
    #: Both dates of a period may stand in this cell; the second then belongs to this column.
    period_end: str | None = None
    example: str | None = None
    note: str | None = None

    @property
    def unit_column(self) -> str | None:
        """The column that names the unit of this one."""
        return self.unit.removeprefix("see ") if self.unit and self.unit.startswith("see ") else None


@dataclass(frozen=True)
class Subject:
    """Columns that say whom a row is about. `when` limits the demand to rows that say somebody was found."""

    names: tuple[str, ...]
    ids: tuple[str, ...]
    when: RequiredWhen | None = None


@dataclass(frozen=True)
class Table:
    """One table of a delivery; `grain` says what one row is.

    `locator` is where the rows stand: one XML or JSON path, one archive entry, one or more sheet names, or nothing for
    a plain file. `top_level` rows stand on their own; `nested` ones are replaced together with their parent row.
    """

    name: str
    title_zh: str
    grain: str
    locator: tuple[str, ...]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    parent: ForeignKey | None = None
    nested: bool = False
    top_level: bool = True
    #: The agency never delivers it; its control file still states 0 rows.
    delivered: bool = True
    subject: Subject | None = None
    #: Rows carrying this warning on a key column are exempt from duplicate_key.
    duplicate_exempt: str | None = None

    def column(self, name: str) -> Column:
        """The column called `name`; ContractError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ContractError(f"no column {name}", where=self.name)

    def has(self, name: str) -> bool:
        """Whether the table has a column called `name`."""
        return any(column.name == name for column in self.columns)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in delivered order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class FileDecl:
    """One file of a delivery. `pattern` names its groups mode, date, rev, batch, page, run, as far as they apply."""

    id: str
    pattern: str
    example: str
    control: bool
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Format:
    """How bytes become text. `date` and `datetime` are strptime patterns, the first is the one senders write.

    Two words are no patterns: ``epoch_millis`` (13 digits, UTC) and ``excel_serial`` (days since 1899-12-30).
    """

    kind: str
    encoding: str
    bom: bool = False
    delimiter: str | None = None
    quoting: str = "none"
    line_end: str | None = None
    header: bool = True
    null_as: tuple[str, ...] = ("",)
    date: tuple[str, ...] = ("%Y-%m-%d",)
    datetime: tuple[str, ...] = ("%Y-%m-%d %H:%M:%S",)
    decimal: DecimalForm = "plain"
    boolean: Mapping[str, bool] = field(default_factory=dict)
    list_separator: str | None = None
    #: delivered label -> agreed label
    label_aliases: Mapping[str, str] = field(default_factory=dict)
    root: str | None = None
    record: str | None = None
    namespace: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Freshness:
    """When a delivery is due and how old the last good one may get. `deadline_day` counts from the business date."""

    expected: Literal["daily", "working_days", "weekly"]
    deadline: str
    deadline_day: Literal["same", "next"]
    max_age_days: int


@dataclass(frozen=True)
class Quirk:
    """A fault this source is known for: `fault` is a key of the catalogue in reason_codes.yaml."""

    fault: str
    note: str


@dataclass(frozen=True)
class Contract:
    """The agreement with one agency.

    `drift` is what is done about each change that nobody announced.
    `account_types` maps a bank's free text to (kind, protection class). `quarantine_tolerance` is the share of newly
    quarantined rows up to which a night still counts as fine. `seed_article` is the article of the seed document
    (山政法〔2018〕17号) on which the delivery rests.
    """

    source: str
    title_zh: str
    agency_zh: str
    version: str
    mode: Mode
    seed_article: int
    legal_basis: str
    format: Format
    files: tuple[FileDecl, ...]
    tables: tuple[Table, ...]
    freshness: Freshness
    volume: Mapping[str, Any]
    retention_days: int
    quarantine_tolerance: float
    drift: Drift
    account_types: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    bank_code: str | None = None
    quirks: tuple[Quirk, ...] = ()

    @property
    def agency_now_zh(self) -> str:
        """The agency as it is called today: agreements add former names behind a semicolon."""
        return self.agency_zh.partition("；")[0]

    def table(self, name: str) -> Table:
        """The table called `name`; ContractError when there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise ContractError(f"no table {name}", where=self.source)

    def file(self, file_id: str) -> FileDecl:
        """The file declared as `file_id`; ContractError when there is none."""
        for declared in self.files:
            if declared.id == file_id:
                return declared
        raise ContractError(f"no file {file_id}", where=self.source)

    def children(self, name: str) -> tuple[Table, ...]:
        """Tables whose parent is the table called `name`."""
        return tuple(table for table in self.tables if table.parent and table.parent.parent_table == name)
