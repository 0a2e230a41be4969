"""What the exports say of assets alike: how many there are, and what each is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from profiles import words_zh
from profiles.report_asset_zh import identifier

Row = Mapping[str, Any]


def how_many(counted: Sequence[Row]) -> str:
    """The number of assets; accounts that are none (loans, credit cards) stand in the list and are told apart."""
    none = sum(asset["handling"] == "not_an_asset" for asset in counted)
    return f"{len(counted) - none} 件" + (f"，另列不是财产的账户 {none} 个" if none else "")


def named(asset: Row) -> str:
    """Kind, number, title and place of an asset, each in a line of its own."""
    parts = (words_zh.say("asset_kind", asset["kind"]), identifier(asset), asset["title"], asset["location"])
    return "\n".join(part for part in parts if part)
