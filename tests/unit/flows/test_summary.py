"""The night as the operator reads it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from flows.summary import NightSummary


@pytest.mark.parametrize(("day", "warned"), [(date(2026, 11, 23), False), (date(2035, 1, 3), True)])
def test_a_year_without_a_list_of_holidays_is_a_warning_and_no_trouble(day: date, warned: bool) -> None:
    outcome = {
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
    summary = NightSummary(day, datetime.now(), datetime.now(), (outcome,), {"rebuilt": False, "counts": {}})
    assert ("holidays/2035.yaml" in summary.text_zh()) == bool(summary.as_dict()["warnings"]) == warned
    assert not summary.must_look
