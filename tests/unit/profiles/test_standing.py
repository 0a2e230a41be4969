"""What counts, what waits and what is only a lead, on literal profiles."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.standing import is_counted, is_waiting, leads

LEAD = {"link_id": "L1", "tier": "possible", "verdict": None, "source": "vehicles", "reason": None}


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


@pytest.mark.parametrize(
    "other", [{"verdict": "different"}, {"tier": "confirmed"}, {"link_id": "shown"}], ids=["refused", "sure", "shown"]
)
def test_what_somebody_refused_or_an_asset_shows_is_no_lead(other: dict[str, Any]) -> None:
    assert leads(_profile({**LEAD, **other})) == []


def _profile(*links: dict[str, Any]) -> dict[str, Any]:
    return {"assets": [{"links": ["shown"]}], "links": list(links)}
