"""What the exports say of assets alike: which of them count, which wait, and what each is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from profiles import words_zh
from profiles.report_asset_zh import identifier

Row = Mapping[str, Any]


def is_counted(asset: Row) -> bool:
    """A confirmed asset that exists now and that no person has to look at first: only these make totals."""
    return bool(asset["tier"] == "confirmed" and asset["is_current"] and asset["handling"] != "review")


def is_waiting(asset: Row) -> bool:
    """An asset that exists now and waits for a person."""
    doubtful = asset["tier"] == "probable" or (asset["tier"] == "confirmed" and asset["handling"] == "review")
    return bool(asset["is_current"] and doubtful)


def how_many(counted: Sequence[Row]) -> str:
    """The number of assets; accounts that are none (loans, credit cards) stand in the list and are told apart."""
    none = sum(asset["handling"] == "not_an_asset" for asset in counted)
    return f"{len(counted) - none} 件" + (f"，另列不是财产的账户 {none} 个" if none else "")


def leads(profile: Row) -> list[Row]:
    """Links that are no more than a lead, that no asset shows and nobody has refused."""
    shown = {link for asset in profile["assets"] for link in asset["links"]}
    return [
        link
        for link in profile["links"]
        if link["tier"] == "possible" and link["verdict"] != "different" and link["link_id"] not in shown
    ]


def named(asset: Row) -> str:
    """Kind, number, title and place of an asset, each in a line of its own."""
    parts = (words_zh.say("asset_kind", asset["kind"]), identifier(asset), asset["title"], asset["location"])
    return "\n".join(part for part in parts if part)
