"""Filters of worklists that an officer keeps under a name, for himself or for everybody."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from core.clock import now
from core.errors import NotFoundError, UsageError
from ledger.connections import reading, writing
from ledger.signing import reason_given

LONGEST_TITLE = 40
#: So many an officer may keep.
MOST = 100

view_table = sa.Table(
    "saved_view",
    sa.MetaData(),
    *(sa.Column(name, sa.Text()) for name in ("view_id", "officer", "title", "worklist", "filters")),
    sa.Column("shared", sa.Boolean()),
    sa.Column("made_at", sa.DateTime()),
)


@dataclass(frozen=True)
class SavedView:
    """`filters` of the `worklist`, as its form sends them."""

    view_id: str
    officer: str
    title: str
    worklist: str
    filters: dict[str, str]
    shared: bool


def keep(
    engine: sa.Engine, officer: str, title: str, *, worklist: str, filters: Mapping[str, str], shared: bool
) -> SavedView:
    """Keep filters under a title. UsageError for a title that is none or holds an ID number, and for one too many."""
    title = reason_given(title)
    if len(title) > LONGEST_TITLE:
        raise UsageError("名称过长", where="title", do=f"不超过 {LONGEST_TITLE} 字")
    view = SavedView(f"W{secrets.token_hex(12)}", officer, title, worklist, dict(filters), shared)
    with writing(engine) as connection:
        own = sa.select(sa.func.count()).select_from(view_table).where(view_table.c.officer == officer)
        if connection.execute(own).scalar_one() >= MOST:
            raise UsageError("保存的筛选过多", where=officer, do=f"每人最多 {MOST} 个，先删去不用的")
        told = json.dumps(view.filters, ensure_ascii=False, sort_keys=True)
        connection.execute(view_table.insert().values(**{**vars(view), "filters": told}, made_at=now()))
    return view


def known(engine: sa.Engine, officer: str) -> list[SavedView]:
    """The officer's own, then those that others share; each by title."""
    mine = view_table.c.officer == officer
    order = (sa.case((mine, 0), else_=1), view_table.c.title, view_table.c.view_id)
    with reading(engine) as connection:
        return _rows(connection, sa.select(view_table).where(mine | view_table.c.shared).order_by(*order))


def one(engine: sa.Engine, officer: str, view_id: str) -> SavedView:
    """One that the officer may see. NotFoundError."""
    visible = sa.and_(view_table.c.view_id == view_id, (view_table.c.officer == officer) | view_table.c.shared)
    with reading(engine) as connection:
        found = _rows(connection, sa.select(view_table).where(visible))
    if not found:
        raise NotFoundError("没有这个保存的筛选", where=view_id, do="查看工作清单")
    return found[0]


def drop(engine: sa.Engine, officer: str, view_id: str) -> None:
    """Delete one of the officer's own. NotFoundError for another's."""
    mine = sa.and_(view_table.c.view_id == view_id, view_table.c.officer == officer)
    with writing(engine) as connection:
        if not connection.execute(view_table.delete().where(mine)).rowcount:
            raise NotFoundError("没有这个保存的筛选", where=view_id, do="只能删除自己保存的筛选")


def _rows(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> list[SavedView]:
    return [
        SavedView(row.view_id, row.officer, row.title, row.worklist, json.loads(row.filters), row.shared)
        for row in connection.execute(query)
    ]
