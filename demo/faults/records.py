"""Faults that concern whole records: orphans, double listings, releases that nobody wrote down."""

from __future__ import annotations

from demo.faults.spot import ACCEPTED, Cells, Spot, Verdict


def orphan_child(spot: Spot) -> Verdict | None:
    """The parent named here is in no register."""
    value = spot.value
    spot.set(value[:2] + "8" + value[3:])
    return Verdict("quarantined", ("orphan_child",))


def double_listing(spot: Spot) -> Verdict | None:
    """The same right stands there again under an old certificate, without unit number, with the same holders."""
    key = spot.table.key[0]
    holders = "holders" if spot.contract.source == "land" else "owners"
    if spot.row.get("unit_no") is None or spot.canonical("register_status") != "current":
        return None
    again = dict(spot.row)
    number = f"{len(spot.rows[spot.table.name]) + 900_000:07d}"
    again[key] = again[key][:2] + "9" + again[key][3:]
    again |= {"unit_no": None, "cert_no": None}
    old = f"测集用（2009）第{number}号" if spot.contract.source == "land" else f"测房权证字第{number}号"
    spot.bearer = again | {spot.column.name: old}
    spot.rows[spot.table.name].append(spot.bearer)
    for holder in [row for row in spot.rows[holders] if row[key] == spot.row[key]]:
        spot.rows[holders].append(holder | {key: again[key]})
    return ACCEPTED


def silent_release(spot: Spot) -> Verdict | None:
    """The letter K is gone from the vehicle, or a release document stands there without a time of release."""
    if spot.column.item_codes:
        value: str = spot.value
        seized = next(code for code, (meaning, _) in spot.column.item_codes.items() if meaning == "seized")
        normal = next(code for code, (meaning, _) in spot.column.item_codes.items() if meaning == "normal")
        if seized not in value:
            return None
        spot.set(value.replace(seized, "") or normal)
        return ACCEPTED
    kind = spot.canonical("kind")
    if spot.value is not None or kind is None or kind.startswith("waiting"):
        return None
    spot.row["release_document"] = f"{spot.row['document']}解"
    return ACCEPTED


def stray_delimiter(spot: Spot) -> Verdict | None:
    """The field separator inside a value: too many fields."""
    children = [row for child in spot.contract.children(spot.table.name) for row in spot.rows[child.name]]
    key = spot.table.key[0]
    if not isinstance(spot.value, str) or any(child.get(key) == spot.row[key] for child in children):
        return None  # children of a refused row would be refused with it
    spot.set(spot.value[:4] + (spot.contract.format.delimiter or ",") + spot.value[4:])
    return Verdict("quarantined", ("wrong_field_count",))


def zero_width(spot: Spot) -> Verdict | None:
    """A zero-width space inside a number."""
    if not isinstance(spot.value, str):
        return None
    spot.set(spot.value[:6] + "\u200b" + spot.value[6:])
    return Verdict("accepted", ("repaired_value",))


def vehicle_twice(spot: Spot) -> Verdict | None:
    """One vehicle under its old and its new plate, after the kind of plate changed."""
    row: Cells = spot.row
    if spot.canonical("plate_type") != "small" or not row["plate_no"]:
        return None
    old_plate = {"vehicle_id": "3704999" + row["vehicle_id"][7:], "plate_type": spot.code("plate_type", "large")}
    spot.bearer = row | old_plate
    spot.rows["vehicles"].append(spot.bearer)
    return ACCEPTED
