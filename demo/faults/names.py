"""Faults of names."""

from __future__ import annotations

import re

from demo.faults.spot import ACCEPTED, REPAIRED, Spot, Verdict
from demo.names import MIDDLE_DOT

_DOTS = ("\u30fb", "\uff65", "\u2022", "\u2027", "\uff0e", ".", "-", " ", "")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,4}")
#: Where Windows keeps 䶮, which has no place in GBK.
_PRIVATE = {"䶮": "\ue863"}


def name_spacing(spot: Spot) -> Verdict | None:
    """张　伟 for people, blanks around the names of firms, 等3人 where several were meant."""
    name = spot.value
    if not isinstance(name, str) or len(name) < 2:
        return None
    if _HAN.fullmatch(name):
        spaced = f"{name[0]}\u3000{name[1:]}" if len(name) == 2 else f" {name} "
        spot.set(f"{name}等3人" if spot.contract.source == "court_cases" and spot.ours else spaced)
    else:
        spot.set(f" {name[:4]} {name[4:]} ")
    return ACCEPTED


def middle_dot(spot: Spot) -> Verdict | None:
    """Another sign, or nothing, for the middle dot. Strangers' names are made up where none has a dot."""
    name = spot.value
    if not isinstance(name, str) or not _is_person(spot):
        return None
    if MIDDLE_DOT not in name:
        if spot.ours or not spot.pretend:
            return None
        name = f"阿依古丽{MIDDLE_DOT}艾力"
    spot.set(name.replace(MIDDLE_DOT, spot.dice.choice(_DOTS)))
    return ACCEPTED


def rare_character(spot: Spot) -> Verdict | None:
    """A private-use code point for a character that the sender's font knows: mended by the repair table."""
    name = spot.value
    if not isinstance(name, str) or not _is_person(spot):
        return None
    rare = next((letter for letter in _PRIVATE if letter in name), None)
    if rare is None:
        if spot.ours or not spot.pretend:
            return None
        name, rare = f"{name[0]}䶮", "䶮"
    spot.set(name.replace(rare, _PRIVATE[rare]))
    return REPAIRED


def company_name_form(spot: Spot) -> Verdict | None:
    """Half-width brackets, the region left out, another word for the legal form; a project office at planning."""
    name = spot.value
    if not isinstance(name, str) or not name.endswith(("公司", "合作社", "（有限合伙）")):
        return None
    if spot.contract.source == "planning":
        spot.set(f"{name}项目部")
        return ACCEPTED
    new = name.replace("（", "(").replace("）", ")").removeprefix("测试区")
    if new == name:
        new = (
            name.replace("有限责任公司", "有限公司")
            if "有限责任公司" in name
            else name.replace("有限公司", "有限责任公司")
        )
    if new == name:
        return None
    spot.set(new)
    return ACCEPTED


def name_truncated(spot: Spot) -> Verdict | None:
    """The end of a long name is cut off."""
    name = spot.value
    if not isinstance(name, str) or len(name) < 8:
        return None
    spot.set(name[:-3])
    return ACCEPTED


def two_in_cell(spot: Spot) -> Verdict | None:
    """Two owners in one cell, with one number; in a number column, both names and both numbers."""
    value = spot.value
    if not isinstance(value, str):
        return None
    other = spot.stranger()
    if spot.column.digits or spot.column.maps_to == "party.id_number":
        name = spot.sibling("party.name")
        if name is None or not spot.is_resident(value):
            return None
        spot.row[name] = f"{spot.row[name]}、{other['name']}"
        spot.set(f"{value}、{other['id_number']}")
        return ACCEPTED
    joint = "、"
    if (
        spot.contract.source == "housing"
        and spot.number_column is not None
        and spot.is_resident(spot.row[spot.number_column])
    ):
        joint = " "
        spot.row[spot.number_column] = f"{spot.row[spot.number_column]} {other['id_number']}"
    spot.set(f"{value}{joint}{other['name']}")
    return ACCEPTED


def _is_person(spot: Spot) -> bool:
    column = spot.number_column
    return column is not None and spot.is_resident(spot.row[column])
