"""How a volume of the history lies on the disk: row versions with the nights they held, and views that restore a night.

Every published view is some tables of schema ``data``: ``<view>`` with the facts, and beside it those with the columns
that move while the fact stays: what it is worth (``<view>_value``), where it was delivered last (``<view>_delivered``).
They hold versions by `slot`, the number of a row's identity: a version holds from the night `since` until before the
night `until` (null: still). Columns that all rows of a group move in step with (``last_seen`` of a register) stand once
per group in ``<view>_clock``; a row says by `on_clock` that it goes by it. A countdown is kept as the day on which it
ends. So nothing is written for a row that time alone has passed by, and what is read is what was published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

from profiles import schema
from profiles.publish import comments

#: Session variable that chooses the night; any date, the night of it or the latest before it. Unset: the last night.
AS_OF = "coalesce(getvariable('night')::DATE, DATE '9999-12-31')"
NIGHT = f"(SELECT max(night) FROM data.night WHERE night <= {AS_OF})"

#: The part whose columns a new delivery of the same fact alone moves.
DELIVERED = "delivered"
_ORIGIN = ("business_date", "file", "file_sha256", "row_no")


@dataclass(frozen=True)
class Kept:
    """How one view is kept. `key`: what makes a row the same row in another night (empty: all its facts). `moving`:
    table suffix -> columns kept apart; `clocked`, all in one of these, go by a clock per `clock_by`."""

    key: tuple[str, ...] = ()
    moving: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clocked: tuple[str, ...] = ()
    clock_by: tuple[str, ...] = ()
    countdown: tuple[str, ...] = ()


#: A view that is not named has no moving columns; its rows are the same where all columns are.
KEPT = {
    "debtor": Kept(
        ("debtor_id",),
        {
            "value": ("confirmed_assets", "waiting_review", "net_value", "unvalued_assets", "coverage_ratio"),
            DELIVERED: ("data_as_of",),
        },
        clocked=("data_as_of",),
    ),
    "debtor_case": Kept(("debtor_id", "case_no"), {DELIVERED: ("claims",)}),
    "asset": Kept(
        ("debtor_id", "asset_id"),
        {"value": ("gross_value", "net_value"), DELIVERED: ("last_seen", "data_as_of", *_ORIGIN)},
        clocked=("last_seen", "data_as_of"),
        clock_by=("source",),
    ),
    "encumbrance": Kept((), {DELIVERED: _ORIGIN}),
    "seizure": Kept((), {DELIVERED: ("days_to_expiry", *_ORIGIN)}, countdown=("days_to_expiry",)),
    "liability": Kept(("debtor_id", "kind", "creditor", "source", "table_name"), {DELIVERED: _ORIGIN}),
    "application": Kept(("application_id",), {DELIVERED: _ORIGIN}),
    "link": Kept(("link_id",)),
    "provenance": Kept(("asset_id", "source", "table_name", "record_id"), {DELIVERED: _ORIGIN}),
    "source_status": Kept(("source", "business_date")),
    "source_reply": Kept(("debtor_id", "source"), {DELIVERED: ("asked_at", "replied_at", *_ORIGIN)}),
    "change_event": Kept(("event_id",)),
    "alert": Kept(("alert_id",), {DELIVERED: ("run_date",)}, clocked=("run_date",)),
    "target": Kept(
        ("debtor_id", "case_no", "asset_id", "recommended_measure"),
        {"value": ("rank", "amount_to_control", "cumulative_coverage")},
    ),
    "run": Kept(("run_id",)),
}


@dataclass(frozen=True)
class Part:
    """A table of row versions. `alias` in `Layout.joined`; `differs` is its column in the night's difference."""

    table: str
    alias: str
    columns: tuple[str, ...]
    clocked: bool = False

    @property
    def differs(self) -> str:
        return f"{self.alias}_differs"


@dataclass(frozen=True)
class Layout:
    """One view with what follows from `Kept`: its parts, and SQL over them."""

    view: schema.View
    kept: Kept = field(repr=False)

    @property
    def name(self) -> str:
        return self.view.name

    @property
    def types(self) -> dict[str, str]:
        """Column -> DuckDB type, as published."""
        return {column.name: column.type for column in self.view.columns}

    @property
    def parts(self) -> tuple[Part, ...]:
        """The facts, then what moves."""
        apart = {name for columns in self.kept.moving.values() for name in columns}
        facts = Part(self.name, "facts", tuple(name for name in self.types if name not in apart))
        moving = (
            Part(f"{self.name}_{suffix}", suffix, columns, bool(set(columns) & set(self.kept.clocked)))
            for suffix, columns in self.kept.moving.items()
        )
        return (facts, *moving)

    @property
    def key(self) -> tuple[str, ...]:
        return self.kept.key or self.parts[0].columns

    def tables(self) -> Iterator[str]:
        """Statements that create the tables of the view in schema ``data``."""
        for part in self.parts:
            on_clock = "on_clock BOOLEAN, " if part.clocked else ""
            typed = ", ".join(f'"{name}" {self.kept_type(name)}' for name in part.columns)
            yield f'CREATE TABLE data."{part.table}" (slot INTEGER, since DATE, until DATE, {on_clock}{typed})'
        if self.kept.clocked:
            typed = ", ".join(f'"{name}" {self.types[name]}' for name in (*self.kept.clock_by, *self.kept.clocked))
            yield f'CREATE TABLE data."{self.name}_clock" (since DATE, until DATE, {typed})'

    def joined(self, holds: str, data: str = "data") -> str:
        """FROM and WHERE of the versions that hold; `holds` is a condition on {0}."""
        facts, *moving = self.parts
        joins = [f'FROM {data}."{facts.table}" facts']
        joins += [
            f'JOIN {data}."{part.table}" {part.alias} ON {part.alias}.slot = facts.slot AND {holds.format(part.alias)}'
            for part in moving
        ]
        if self.kept.clocked:
            joins.append(self.clock_join("facts", holds.format("clock"), data))
        return f"{' '.join(joins)} WHERE {holds.format('facts')}"

    def clock_join(self, alias: str, holds: str, data: str) -> str:
        """Join of the clock to rows that have the columns of its group."""
        same = [f'clock."{name}" IS NOT DISTINCT FROM {alias}."{name}"' for name in self.kept.clock_by]
        return f'LEFT JOIN {data}."{self.name}_clock" clock ON {" AND ".join([*same, holds])}'

    def value(self, part: Part, name: str) -> str:
        """A column of `joined` rows; of a countdown, its end."""
        own = f'{part.alias}."{name}"'
        return (
            f'CASE WHEN {part.alias}.on_clock THEN clock."{name}" ELSE {own} END' if name in self.kept.clocked else own
        )

    def view_statements(self) -> Iterator[str]:
        """Statements that create the view, with the comments of the published one."""
        holds = f"{{0}}.since <= {AS_OF} AND ({{0}}.until IS NULL OR {{0}}.until > {AS_OF})"
        values = {name: self.value(part, name) for part in self.parts for name in part.columns}
        for name in self.kept.countdown:
            values[name] = f"({values[name]} - {NIGHT})::{self.types[name]}"
        columns = ", ".join(f'{values[name]} AS "{name}"' for name in self.types)
        yield f'CREATE VIEW "{self.name}" AS SELECT {columns} {self.joined(holds)}'
        yield from comments(self.view)

    def kept_type(self, name: str) -> str:
        """The type of a column in its part."""
        return "DATE" if name in self.kept.countdown else self.types[name]


@cache
def layouts() -> tuple[Layout, ...]:
    """All views in publishing order."""
    return tuple(Layout(view, KEPT.get(view.name, Kept())) for view in schema.load())


def statements() -> list[str]:
    """What makes an empty volume, in a session whose default database it is."""
    return [
        "CREATE SCHEMA data",
        "CREATE TABLE data.night (night DATE, run_id VARCHAR, finished_at TIMESTAMP, rows BIGINT, rows_new BIGINT,"
        " rows_changed BIGINT, rows_gone BIGINT, bytes BIGINT)",
        "CREATE TABLE data.layout (digest VARCHAR)",
        f"INSERT INTO data.layout VALUES ('{digest()}')",
        *(statement for layout in layouts() for statement in layout.tables()),
        *(statement for layout in layouts() for statement in layout.view_statements()),
    ]


@cache
def digest() -> str:
    """Of everything that a volume's tables rest on: a volume of another layout is read, but not continued."""
    said = [repr((layout.view.name, layout.types, layout.kept)) for layout in layouts()]
    return sha256("\n".join(said).encode()).hexdigest()
