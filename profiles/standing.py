"""What of a profile counts, what waits for a person, what is only a lead: one answer for text, pages and exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]

#: How linked.sql begins the reason of a link from a debtor to a company that he leads.
REPRESENTS = "登记为"


def is_counted(asset: Row) -> bool:
    """A confirmed asset that exists now and that no person has to look at first: only these make totals."""
    return bool(asset["tier"] == "confirmed" and asset["is_current"] and asset["handling"] != "review")


def is_waiting(asset: Row) -> bool:
    """An asset that exists now and waits for a person."""
    doubtful = asset["tier"] == "probable" or (asset["tier"] == "confirmed" and asset["handling"] == "review")
    return bool(asset["is_current"] and doubtful)


def leads(profile: Row) -> list[Row]:
    """Links of a name only or in conflict, that no asset shows and nobody has refused."""
    return [link for link in _possible(profile) if not _represents(link)]


def represented(profile: Row) -> list[str]:
    """Per company that the debtor leads without holding a share in it, what the register says: a clue, no asset."""
    return [link["reason"] for link in _possible(profile) if _represents(link)]


def _possible(profile: Row) -> list[Row]:
    shown = {link for asset in profile["assets"] for link in asset["links"]}
    return [
        link
        for link in profile["links"]
        if link["tier"] == "possible" and link.get("verdict") != "different" and link["link_id"] not in shown
    ]


def _represents(link: Row) -> bool:
    return bool(link["source"] == "enterprises" and (link["reason"] or "").startswith(REPRESENTS))
