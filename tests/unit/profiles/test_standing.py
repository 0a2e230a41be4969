"""What counts, what waits and what is only a lead, on literal profiles."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.standing import is_counted, is_waiting, leads, represented

LEAD = {"link_id": "L1", "tier": "possible", "verdict": None, "source": "vehicles", "reason": None}
LED = {**LEAD, "link_id": "L2", "source": "enterprises", "reason": "登记为示例有限公司的法定代表人，未见持有其股权"}


@pytest.mark.parametrize(
    ("tier", "is_current", "handling", "counted", "waiting"),
    [
        ("confirmed", True, "normal", True, False),
        ("confirmed", True, "not_an_asset", True, False),
        ("confirmed", True, "review", False, True),
        ("confirmed", False, "normal", False, False),
        ("probable", True, "normal", False, True),
        ("probable", False, "normal", False, False),
        ("possible", True, "normal", False, False),
    ],
)
def test_an_asset_counts_or_waits(tier: str, is_current: bool, handling: str, counted: bool, waiting: bool) -> None:
    asset = {"tier": tier, "is_current": is_current, "handling": handling}
    assert (is_counted(asset), is_waiting(asset)) == (counted, waiting)


def test_a_company_led_without_a_share_is_told_apart_from_leads_about_identity() -> None:
    profile = _profile(LEAD, LED)
    assert leads(profile) == [LEAD]
    assert represented(profile) == [LED["reason"]]


@pytest.mark.parametrize(
    "other", [{"verdict": "different"}, {"tier": "confirmed"}, {"link_id": "shown"}], ids=["refused", "sure", "shown"]
)
def test_what_somebody_refused_or_an_asset_shows_is_no_lead(other: dict[str, Any]) -> None:
    profile = _profile({**LEAD, **other}, {**LED, **other})
    assert (leads(profile), represented(profile)) == ([], [])


def _profile(*links: dict[str, Any]) -> dict[str, Any]:
    return {"assets": [{"links": ["shown"]}], "links": list(links)}
