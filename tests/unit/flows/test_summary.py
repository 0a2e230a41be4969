"""The night as the operator reads it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from flows.summary import NightSummary

OUTCOME = {
    "source": "land",
    "outcome": "loaded",
    "mode": "delta",
    "rows_delivered": 1,
    "rows_accepted": 1,
    "rows_quarantined": 0,
    "data_as_of": None,
    "needs_operator": False,
    "message": "",
}


@pytest.mark.parametrize(("day", "warned"), [(date(2026, 11, 23), False), (date(2035, 1, 3), True)])
def test_a_year_without_a_list_of_holidays_is_a_warning_and_no_trouble(day: date, warned: bool) -> None:
    summary = NightSummary(day, datetime.now(), datetime.now(), (OUTCOME,), {"rebuilt": False, "counts": {}})
    assert ("holidays/2035.yaml" in summary.text_zh()) == bool(summary.as_dict()["warnings"]) == warned
    assert not summary.must_look


def test_a_list_that_could_not_be_sent_must_be_looked_at_and_a_source_switched_off_must_not() -> None:
    moment = datetime(2026, 11, 23, 2, 30)
    published = {"rebuilt": False, "counts": {}}
    fine = NightSummary(date(2026, 11, 23), moment, moment, (OUTCOME,), published, {}, ("mining",))
    assert not fine.must_look
    assert "未接通（chakong.toml 中 mode = off）：mining" in fine.text_zh()
    unsent = NightSummary(date(2026, 11, 23), moment, moment, (OUTCOME,), published, {"tax": "对方拒绝登录"})
    assert unsent.must_look
    assert "tax：查询名单未送达，对方拒绝登录" in unsent.text_zh()
    assert unsent.as_dict()["unsent"] == {"tax": "对方拒绝登录"}


def test_a_note_is_a_warning_and_no_trouble() -> None:
    moment = datetime(2026, 11, 23, 2, 30)
    published = {"rebuilt": False, "counts": {}}
    summary = NightSummary(moment.date(), moment, moment, (OUTCOME,), published, notes=("数据校验报告未能更新",))
    assert "注意：数据校验报告未能更新" in summary.text_zh()
    assert not summary.must_look


def test_a_night_that_the_history_does_not_hold_must_be_looked_at() -> None:
    moment = datetime(2026, 11, 23, 2, 30)
    published = {"rebuilt": False, "counts": {}}
    summary = NightSummary(moment.date(), moment, moment, (OUTCOME,), published, unkept=("历史未能记入（原因）",))
    assert "需要处理：\n  历史未能记入（原因）" in summary.text_zh()
    assert summary.must_look
    assert summary.as_dict()["unkept"] == ["历史未能记入（原因）"]


@pytest.mark.parametrize(
    ("left_out", "told"),
    [
        ({"leads_beyond_limit": 140, "pairs_not_compared": 89_701}, "匹配未列：线索过多而未列（条） 140，"),
        ({"leads_beyond_limit": 0, "pairs_not_compared": 89_701}, "未予比对（对，按最近一次全量比对） 89,701"),
        ({"leads_beyond_limit": 0, "pairs_not_compared": None}, None),
    ],
)
def test_what_matching_left_out_is_told_as_counts(left_out: dict[str, int | None], told: str | None) -> None:
    moment = datetime(2026, 11, 23, 2, 30)
    found = {"counts": {}, "changes": {}, "alerts": {}, "is_baseline": False, "left_out": left_out}
    summary = NightSummary(moment.date(), moment, moment, (OUTCOME,), {"rebuilt": True, **found})
    assert told is None or told in summary.text_zh()
    assert ("匹配未列" in summary.text_zh()) == (told is not None)
    assert summary.as_dict()["published"]["left_out"] == left_out
