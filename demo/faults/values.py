"""Faults of codes, dates, amounts and areas."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from demo.faults.spot import ACCEPTED, REPAIRED, Spot, Verdict
from demo.writing.json_objects import millis

_LABELLED = Verdict("accepted", ("label_for_code",))
_HISTORIC = Verdict("accepted", ("historic_row",))
_FREE_LABELS = {"land_use": "农村宅基地", "currency": "人民币"}
_WAITING = {"waiting": "waiting", "waiting_freeze": "waiting_freeze"}


def code_label_mixed(spot: Spot) -> Verdict | None:
    """The label, or code and label, where the code belongs."""
    value, column = spot.value, spot.column
    if not isinstance(value, str):
        return None
    if column.item_codes:
        spot.set("、".join(column.item_codes[letter][1] for letter in value))
        return _LABELLED
    if not column.codes:
        spot.set(_FREE_LABELS[column.name])
        return ACCEPTED
    if value not in column.codes:
        return None
    alias = next((word for word, code in column.value_aliases.items() if code == value), None)
    label = column.codes[value][1]
    spot.set(alias or (f"{value}-{label}" if column.mixed and spot.dice.random() < 0.4 else label))
    # Where both are agreed ways of writing there is nothing to flag.
    return ACCEPTED if column.label_agreed else _LABELLED


def historic_mixed(spot: Spot) -> Verdict | None:
    """A right that is no longer current stands among the current ones."""
    gone = ("historic", "ended", "cancelled")
    codes = {code for code, (value, _) in spot.column.codes.items() if value in gone}
    if spot.value not in codes:
        if spot.ours:
            return None
        spot.set(sorted(codes)[0])
    return _HISTORIC if spot.column.enum == "register_status" else ACCEPTED


def sentinel_date(spot: Spot) -> Verdict | None:
    """9999-12-31 where something ends, 1900-01-01 where it begins."""
    starts = spot.column.name.endswith(("_from", "registered_on", "completed_on"))
    spot.set(spot.day(date(1900, 1, 1) if starts else date(9999, 12, 31)))
    return Verdict("accepted", ("sentinel_date",))


def invalid_date(spot: Spot) -> Verdict | None:
    """The thirtieth of February."""
    if spot.value is None:
        return None
    spot.set("2026.2.30")
    return REPAIRED


def epoch_millis(spot: Spot) -> Verdict | None:
    """Milliseconds since 1970 UTC where a clock time belongs."""
    if not isinstance(spot.value, str):
        return None
    spot.set(str(millis(datetime.strptime(spot.value, spot.contract.format.datetime[0]))))
    return REPAIRED


def no_timezone(spot: Spot) -> Verdict | None:
    """A clock time without zone is what this source agreed to write: Asia/Shanghai, nothing to flag."""
    return ACCEPTED if isinstance(spot.value, str) else None


def money_unit_mixed(spot: Spot) -> Verdict | None:
    """元 in a column of 万元, or 万元 in a column of 元: a jump by 10,000 that no single row gives away."""
    if not isinstance(spot.value, str) or not Decimal(spot.value):
        return None
    amount = Decimal(spot.value)
    if spot.column.unit == "元":
        spot.set(f"{(amount / 10_000).quantize(Decimal('0.01')):f}")
        return ACCEPTED
    if amount >= 10**8:
        return None
    spot.set(f"{(amount * 10_000):f}")
    return ACCEPTED


def area_unit_mixed(spot: Spot) -> Verdict | None:
    """亩 under an empty unit (land), 亩 or hectares in a column of another unit."""
    if not isinstance(spot.value, str):
        return None
    if spot.table.has("area_unit"):
        spot.set("0.3")
        spot.row["area_unit"] = None
    else:
        spot.set({"km2": "35.12", "m2": "2.50"}[spot.column.unit or "m2"])
    return ACCEPTED


def thousands_separator(spot: Spot) -> Verdict | None:
    """1,234.56"""
    if spot.value is None:
        return None
    spot.set("1,234.56")
    return REPAIRED


def waiting_no_dates(spot: Spot) -> Verdict | None:
    """A waiting seizure has an order and no dates; an ordinary one of a stranger is made to wait where none does."""
    kind = spot.canonical("kind")
    dates = [
        column.name
        for column in spot.table.columns
        if column.maps_to in ("seizure.from", "seizure.to", "measure.from", "measure.to")
    ]
    if kind is None or not kind.startswith("waiting"):
        waiting = spot.code("kind", "waiting") or spot.code("kind", "waiting_freeze")
        released = spot.sibling("seizure.released_at")
        if spot.ours or waiting is None or kind not in ("seizure", "freeze") or (released and spot.row[released]):
            return None
        spot.row["kind"] = waiting
        spot.row["wait_order"] = "2"
    for name in dates:
        spot.row[name] = None
    return ACCEPTED


def freeze_over_balance(spot: Spot) -> Verdict | None:
    """More is frozen than there is."""
    if not isinstance(spot.value, str) or not Decimal(spot.value):
        return None
    spot.set(f"{Decimal(spot.value) * 100:f}")
    return ACCEPTED
