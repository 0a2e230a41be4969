"""What every column's SQL consists of, and how text of a contract becomes SQL. Delivered values never do.

An expression speaks of one row under these names: ``"x"`` the delivered text, ``"t_x"`` the cleaned text, ``"v_x"`` the
typed value; some columns have ``"p_x"``, parsed, ``"r_x"``, repaired, and ``"s_x"``, a word on how the value was
reached, in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from data_contracts.model import Column

#: Workbooks: a cell has no text of its own, its number and date formats are the reader's reading.
SPREADSHEETS = frozenset({"xlsx", "xlsx_by_hand"})

#: Kind of number -> macro of core/sql that gives its normal form.
NORMAL_FORMS = {"case_no": "case_no_normal"}


@dataclass
class ColumnSql:
    """SQL of one column. `rejects` and `warns` are (reason code, condition); a null condition does not hold.
    `noisy_warns` can hold only in rows with something to clean, and are asked of no others."""

    column: Column
    text: str
    value: str = ""
    parsed: str | None = None
    repaired: str | None = None
    state: str | None = None
    rejects: list[tuple[str, str]] = field(default_factory=list)
    warns: list[tuple[str, str]] = field(default_factory=list)
    noisy_warns: list[tuple[str, str]] = field(default_factory=list)

    @property
    def given(self) -> str:
        """The delivered text."""
        return ident(self.column.name)

    @property
    def t(self) -> str:
        """The cleaned text."""
        return ident(f"t_{self.column.name}")

    @property
    def p(self) -> str:
        """What the value rests on: a moment before placeholders are taken out, an amount still to be repaired."""
        return ident(f"p_{self.column.name}")

    @property
    def r(self) -> str:
        """A number as it was meant, from what `p` holds of it."""
        return ident(f"r_{self.column.name}")

    @property
    def v(self) -> str:
        """The typed value."""
        return value_of(self.column.name)

    @property
    def s(self) -> str:
        """How the value was reached."""
        return ident(f"s_{self.column.name}")


def ident(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def value_of(name: str) -> str:
    """The typed value of the column called `name`."""
    return ident(f"v_{name}")


def in_normal_form(column: Column, text: str) -> str:
    """SQL of `text` as the column keeps it."""
    return f"{NORMAL_FORMS[column.normal_form]}({text})" if column.normal_form else text


def quoted(text: str) -> str:
    """`text` of a contract as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def text_list(texts: Iterable[str]) -> str:
    """Texts of a contract as the body of an SQL list."""
    return ", ".join(quoted(text) for text in texts)


def case_of(subject: str, mapping: Mapping[str, str]) -> str:
    """The value that `mapping` has for `subject`, else null."""
    if not mapping:
        return "NULL"
    branches = " ".join(f"WHEN {quoted(key)} THEN {quoted(value)}" for key, value in mapping.items())
    return f"CASE {subject} {branches} END"
