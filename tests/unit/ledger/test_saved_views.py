"""Filters that officers keep, for themselves or for all. On SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.errors import NotFoundError, UsageError
from ledger import accounts, saved_views
from ledger.saved_views import SavedView


@pytest.fixture
def engine(engine: sa.Engine, quick_passwords: None) -> sa.Engine:
    for officer in ("GW1", "GW2"):
        accounts.add(engine, officer, name="分析员", role="analyst", password="测试 口令 一二三四")
    return engine


def keep(engine: sa.Engine, title: str = "房屋", *, officer: str = "GW1", shared: bool = False) -> SavedView:
    return saved_views.keep(
        engine, officer, title, worklist="targets", filters={"kind": "housing", "judge": "法官甲"}, shared=shared
    )


def test_what_is_kept_is_found_again_by_its_officer_alone(engine: sa.Engine) -> None:
    own = keep(engine, "  我的 房屋 ")
    assert own.title == "我的 房屋"
    assert saved_views.known(engine, "GW1") == [own] == [saved_views.one(engine, "GW1", own.view_id)]
    assert saved_views.known(engine, "GW2") == []
    with pytest.raises(NotFoundError):
        saved_views.one(engine, "GW2", own.view_id)


def test_what_is_shared_is_seen_by_all_and_deleted_by_its_officer(engine: sa.Engine) -> None:
    shared, own = keep(engine, "共享", shared=True), keep(engine, "自己", officer="GW2")
    assert saved_views.known(engine, "GW2") == [own, shared]
    with pytest.raises(NotFoundError, match="没有这个保存的筛选"):
        saved_views.drop(engine, "GW2", shared.view_id)
    saved_views.drop(engine, "GW1", shared.view_id)
    assert saved_views.known(engine, "GW2") == [own]


@pytest.mark.parametrize("title", ["", "  ", "长" * 41, "查 370499198503120017"])
def test_a_title_is_short_and_names_no_number(engine: sa.Engine, title: str) -> None:
    with pytest.raises(UsageError):
        keep(engine, title)


def test_nobody_keeps_without_end(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 1)
    keep(engine)
    with pytest.raises(UsageError, match="过多"):
        keep(engine)
