"""Geometry of the charts; templates draw it as SVG. Lengths in user units of the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from profiles import words_zh
from profiles.report_context_zh import grouped

Row = Mapping[str, Any]

BAR = 240
LANES = ("案件", "查控", "手续与交易", "其他债务")
TIMELINE, GUTTER, LANE = 920, 92, 26
_YEARS_BACK, _YEARS_ON = 8, 3


@dataclass(frozen=True)
class Part:
    """One kind of asset: how many, how much is known of their net value, how many have none known; `width` of its
    bar."""

    kind: str
    assets: int
    net_value: Decimal
    unvalued: int
    width: float


@dataclass(frozen=True)
class Composition:
    """What the debtor's net value is made of: `parts` and `reserve` (what accounts kept for living bring above the
    reserve) add up to `total`; `left_out` says of which handling how many assets are in none of it."""

    parts: list[Part]
    reserve: Decimal
    total: Decimal
    left_out: list[tuple[str, int]]


@dataclass(frozen=True)
class Event:
    """Something with a day. `lane` is a place in `LANES`."""

    day: date
    lane: int
    text: str
    urgent: bool = False


@dataclass(frozen=True)
class Timeline:
    """Events with their x, ticks of years, and where the business date stands."""

    marks: list[tuple[float, Event]]
    ticks: list[tuple[float, int]]
    today: float


def composition(debtor: Row, assets: Sequence[Row]) -> Composition:
    """What counts, by kind, the largest first, and what does not. `assets`: confirmed and current, no person waited
    for."""
    parts = []
    for kind, rows in grouped([row for row in assets if row["handling"] == "normal"], "kind"):
        known = [Decimal(row["net_value"]) for row in rows if row["net_value"] is not None]
        parts.append((kind, len(rows), sum(known, Decimal(0)), len(rows) - len(known)))
    largest = max((total for _, _, total, _ in parts), default=Decimal(0))
    total = Decimal(debtor["net_value"] or 0)
    others = [row for row in assets if row["handling"] != "normal"]
    return Composition(
        [
            Part(kind, count, value, unvalued, round(float(value / largest) * BAR, 1) if largest else 0)
            for kind, count, value, unvalued in sorted(parts, key=lambda part: (-part[2], part[0]))
        ],
        total - sum((value for _, _, value, _ in parts), Decimal(0)),
        total,
        [(words_zh.say("handling", handling), len(rows)) for handling, rows in grouped(others, "handling")],
    )


def coverage(debtor: Row) -> float:
    """Width of the covered part of the claim; the whole bar where it is covered or nothing is owed."""
    ratio = debtor["coverage_ratio"]
    return 0.0 if ratio is None else round(min(1.0, max(0.0, ratio)) * BAR, 1)


def events(profile: Row) -> list[Event]:
    """Everything of the profile that has a day, oldest first."""
    found: list[tuple[str | None, int, str, bool]] = []
    for case in profile["cases"]:
        found.append((case["filed_at"], 0, f"{case['case_no']} 立案", False))
        if case["closed_at"]:
            found.append(
                (
                    case["closed_at"],
                    0,
                    f"{case['case_no']} {words_zh.say('close_mode', case['close_mode'], '结案')}",
                    False,
                )
            )
    for asset in profile["assets"]:
        kind = words_zh.say("asset_kind", asset["kind"])
        for row in asset["seizures"]:
            who = "本院" if row["is_ours"] else "他院"
            what = f"{who}{words_zh.say('seizure_type', row['seizure_type'])} {kind}"
            found.append((row["start_date"], 1, what, False))
            if row["released_at"] is None:
                found.append((row["end_date"], 1, f"{what}届满", bool(row["is_ours"])))
        signed = (asset["detail"] or {}).get("signed_on")
        found.append((signed, 2, f"{kind}签约", False))
    for row in profile["applications"]:
        what = f"受理{words_zh.say('application_kind', row['app_type'])}"
        found.append((row["accepted_at"], 2, what, bool(row["can_be_stopped"])))
    found += [(row["arose_on"], 3, words_zh.say("liability", row["kind"]), False) for row in profile["liabilities"]]
    told = {Event(date.fromisoformat(day[:10]), lane, text, urgent) for day, lane, text, urgent in found if day}
    return sorted(told, key=lambda event: (event.day, event.lane, event.text))


def timeline(profile: Row, happened: Sequence[Event]) -> Timeline | None:
    """The events of some years around the business date; None if there are none."""
    if not profile["run"]:
        return None
    today = date.fromisoformat(profile["run"]["run_date"])
    near = [event for event in happened if today.year - _YEARS_BACK <= event.day.year <= today.year + _YEARS_ON]
    if not near:
        return None
    first = min([today, *(event.day for event in near)]).year
    last = max([today, *(event.day for event in near)]).year + 1
    start, span = date(first, 1, 1), (date(last, 1, 1) - date(first, 1, 1)).days

    def place(day: date) -> float:
        return round(GUTTER + (day - start).days / span * (TIMELINE - GUTTER - 20), 1)

    return Timeline(
        marks=[(place(event.day), event) for event in near],
        ticks=[(place(date(year, 1, 1)), year) for year in range(first, last + 1)],
        today=place(today),
    )
