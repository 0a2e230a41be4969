"""Faults of identity numbers, certificates, permits and case numbers."""

from __future__ import annotations

from typing import Any

from core import identifiers
from demo.faults.spot import ACCEPTED, REPAIRED, Spot, Verdict

_LAST_15 = "1984"


def _short(value: str) -> str:
    """The 15-digit form of a resident number."""
    return value[:6] + value[8:17]


def _has_short(spot: Spot, value: Any) -> bool:
    return spot.is_resident(value) and str(value)[6:10] < _LAST_15


def id_15(spot: Spot) -> Verdict | None:
    """The first-generation number, alone."""
    if spot.column.type == "list":
        number = spot.sibling("party.id_number")
        if number is None or not _has_short(spot, spot.row[number]):
            return None
        spot.set([_short(spot.row[number])])
        return ACCEPTED
    if spot.column.maps_to == "party.id_number_15":
        number = spot.sibling("party.id_number")
        if number is None or not _has_short(spot, spot.row[number]):
            return None
        spot.set(_short(spot.row[number]))
        spot.row[number] = None
        return ACCEPTED
    if not _has_short(spot, spot.value):
        return None
    spot.set(_short(spot.value))
    return ACCEPTED


def id_old(spot: Spot) -> Verdict | None:
    """A number that was replaced since."""
    column = spot.sibling("party.id_number") if spot.column.type == "list" else spot.column.name
    number = spot.row[column] if column else None
    if not isinstance(number, str):
        return None
    former = [old for old in spot.numbers.get(number, ()) if len(old) == 18]
    if not former and spot.is_resident(number) and not spot.ours and spot.pretend:
        former = [_other_sequence(number)]
    if not former:
        return None
    spot.set(former[:1] if spot.column.type == "list" else former[0])
    return ACCEPTED


def _other_sequence(number: str) -> str:
    """A number of the same birth date that nobody bears."""
    body = number[:14] + ("998" if int(number[16]) % 2 == 0 else "999")
    return next(body + check for check in "0123456789X" if identifiers.check_resident_id(body + check))


def id_other_person(spot: Spot) -> Verdict | None:
    """The number of somebody else stands beside the name."""
    if not spot.is_resident(spot.value):
        return None
    spot.set(spot.stranger()["id_number"])
    return ACCEPTED


def id_typo(spot: Spot) -> Verdict | None:
    """O for 0, a small x, full-width digits, a blank inside: repaired as documented."""
    value = spot.value
    if not isinstance(value, str) or not _is_valid(spot, value):
        return None
    if value.endswith("X"):
        spot.set(value[:-1] + "x")
    elif "0" in value[6:] and spot.dice.random() < 0.5:
        place = value.index("0", 6)
        spot.set(value[:place] + "O" + value[place + 1 :])
    elif spot.dice.random() < 0.5:
        spot.set(value[:6] + " " + value[6:])
    else:
        spot.set("".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in value))
    return REPAIRED


def id_masked(spot: Spot) -> Verdict | None:
    """The last four characters are hidden."""
    value = spot.value
    if not isinstance(value, str) or not _is_valid(spot, value):
        return None
    spot.set(value[:-4] + "****")
    return ACCEPTED


def _is_valid(spot: Spot, value: str) -> bool:
    return spot.is_resident(value) or (len(value) == 18 and identifiers.check_uscc(value))


def id_wrong_type(spot: Spot) -> Verdict | None:
    """A company code under 身份证 (of vehicles under 组织机构代码), or a resident number under a company's document."""
    number = spot.sibling("party.id_number")
    value = spot.row[number] if number else None
    if not isinstance(value, str) or not _is_valid(spot, value):
        return None
    person = spot.is_resident(value)
    wrong = ("uscc", "org_code") if person else ("org_code", "resident_id")
    wrong = wrong if spot.contract.source == "vehicles" or person else wrong[::-1]
    code = next((code for kind in wrong if (code := spot.code(spot.column.name, kind))), None)
    if code is None:
        return None
    spot.set(code)
    return ACCEPTED


def lost_zeros(spot: Spot) -> Verdict | None:
    """An organisation code whose leading zero a spreadsheet took away."""
    value = spot.value
    if not isinstance(value, str) or not _is_valid(spot, value):
        return None
    spot.set("765432" + "10")
    return ACCEPTED


def excel_rounding(spot: Spot) -> Verdict | None:
    """Shown as 3.70E+17, or the last digits turned to zero."""
    value = spot.value
    if not isinstance(value, str):
        return None
    if spot.column.maps_to == "company.reg_no":
        spot.set(f"{value[0]}.{value[1:6]}E+14")  # fifteen digits survive in a cell, but not its display
    elif spot.column.key:
        if not value.isdigit():
            return None
        spot.set(f"{value[0]}.{value[1:6]}E+{len(value) - 1}")
    else:
        spot.set(f"{value[0]}.{value[1:6]}E+17" if value[:6].isdigit() else "9.13705E+17")
    return Verdict("accepted", ("suspicious_rounding",))


def cell_prefix(spot: Spot) -> Verdict | None:
    """An apostrophe before the digits."""
    if not isinstance(spot.value, str) or (spot.column.key and not spot.value.startswith("C")):
        return None
    spot.set("'" + spot.value)
    return REPAIRED


def cert_form(value: str) -> str | None:
    """Half-width brackets in certificates and permits, blanks in unit numbers."""
    if "（" in value:
        return value.replace("（", "(").replace("）", ")")
    if len(value) == 28 and value.isascii():
        return f"{value[:12]} {value[12:19]} {value[19:]}"
    if value.startswith(("测房权证", "建字", "地字", "乡字", "选字", "核字")):
        return value.replace("第", " 第 ")
    return None


def case_no_form(value: str) -> str | None:
    """Half-width brackets and blanks."""
    if not value.startswith("（"):
        return None
    return value.replace("（", "(").replace("）", ") ")


def former_case(spot: Spot) -> Verdict | None:
    """The old 字第 form among former case numbers; other columns as `case_no_form`."""
    if spot.column.type == "list":
        if spot.value:
            return None
        spot.set(["（2014）测执字第12号"])
        return ACCEPTED
    new = case_no_form(spot.value) if isinstance(spot.value, str) else None
    if new is None:
        return None
    spot.set(new)
    return ACCEPTED
