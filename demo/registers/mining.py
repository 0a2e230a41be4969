"""Mining and exploration rights of strangers: tens in a county, so they are made one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from demo.neighbourhood import LENDERS, Neighbourhood
from demo.population import STREAM_REGISTERS

FIRST_CHUNK, LIMIT = 6, 400
_CHUNK_CAPACITY = 100
_MINERALS = ("水泥用石灰岩", "建筑用砂岩", "石膏", "煤", "铁矿", "建筑用花岗岩")
_STATUSES = ("current", "current", "current", "historic", "ended", "current")


def strangers(place: Neighbourhood) -> dict[str, list[dict[str, Any]]]:
    """Typed rows of the mining register for everybody but debtors: six in the first neighbourhood, then one each."""
    count = FIRST_CHUNK if place.number == 0 else int(place.number < LIMIT)
    draw = place.draw(STREAM_REGISTERS, 6)
    firms = place.firms.take(draw.among(place.free_firms_of("company"), count)).to_pylist()
    rights = [right(place, number, firm, _STATUSES[number % len(_STATUSES)]) for number, firm in enumerate(firms)]
    if rights:
        rights[0] |= {"mortgagee": LENDERS[0], "mortgage_amount": Decimal("800.0000"), "mortgage_to": date(2028, 6, 30)}
    return {"rights": rights, "seizures": []}


def right(place: Neighbourhood, number: int, firm: Mapping[str, Any], status: str) -> dict[str, Any]:
    """One right of `firm` (name, uscc, phone); every fourth is an exploration right, every fifth is older than 2008."""
    serial = place.number * _CHUNK_CAPACITY + number + 1
    granted = place.opening - timedelta(days=400 + serial * 97 % 2500)
    exploration, old = number % 4 == 3, number % 5 == 2
    if exploration:
        permit = f"T370499{granted:%Y%m}7{serial:09d}"
    elif old:
        granted = date(2005 + number % 2, 6, 1)
        permit = f"370499{granted:%y}{serial:05d}"
    else:
        permit = f"C370499{granted:%Y%m}7{serial:09d}"
    mineral = _MINERALS[serial % len(_MINERALS)]
    ends = granted + timedelta(days=3652)
    if old:
        status = "historic"
    elif status == "current":
        ends = max(ends, place.opening + timedelta(days=500))
    return {
        "mine_name": f"示例{mineral}{'勘查区' if exploration else '矿'}{serial}",
        "right_cert_no": None if old else f"测矿权（{granted:%Y}）第{serial:04d}号",
        "permit_no": permit,
        "holder_name": firm["name"],
        "holder_id": firm["uscc"],
        "holder_phone": firm["phone"],
        "mineral": mineral,
        "area": Decimal(int(np.int64(serial * 7919 % 9000 + 200))).scaleb(-4),
        "scale": None if exploration else f"{serial % 9 * 10 + 5}万吨/年",
        "location": "测试区示例镇",
        "grant_mode": ("tender", "auction", "listing", "agreement")[serial % 4],
        "valid_from": granted,
        "valid_to": ends,
        "fee_due": Decimal(serial % 5 * 40).scaleb(0) if serial % 5 else None,
        "authority": "自然资源和规划局",
        "register_status": status,
    }
