"""Financial products held through an account: wealth management, funds, treasury bonds, insurance, gold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from zlib import crc32

from demo.replies.draws import Draws, moves_until
from demo.replies.parties import Holder

#: (name, type, own or agency, unit, unit price in millionths of a yuan, price moves)
_SHELF = (
    ("示例稳健理财", "理财产品", "own", "份", 1_000_000, False),
    ("示例添利开放式理财", "理财产品", "own", "份", 1_023_400, True),
    ("示例成长混合基金", "基金", "agency", "份", 1_356_700, True),
    ("储蓄国债（电子式）", "国债", "agency", "份", 100_000_000, False),
    ("示例年金保险", "保险", "agency", "份", 1_000_000_000, False),
    ("积存金", "贵金属", "own", "克", 612_300_000, True),
)
_HOLDERS = 0.05


@dataclass(slots=True)
class Product:
    """One product. `quantity` in ten-thousandths, `price` in millionths of a yuan, `total` in fen."""

    name: str
    type_text: str
    channel: str
    code: str | None
    manager: str
    custodian: str
    beneficiary: str
    tradable: bool
    restriction: str | None
    restriction_to: date | None
    pledgee: str | None
    unit: str
    quantity: int
    controllable: int
    price: int
    total: int


class _Place(NamedTuple):
    """The account a product is held through, and which of the shelf it is."""

    account_no: str
    shelf: int


def products(draws: Draws, holder: Holder, account_no: str, first_night: date, business_date: date) -> list[Product]:
    """What is held through `account_no`: mostly nothing."""
    if not draws.chance(_HOLDERS):
        return []
    return [
        _product(draws, holder.name, _Place(account_no, shelf), first_night, business_date)
        for shelf in draws.sample(range(len(_SHELF)), draws.randint(1, 2))
    ]


def _product(draws: Draws, beneficiary: str, held: _Place, first_night: date, business_date: date) -> Product:
    account_no, place = held
    name, type_text, channel, unit, price, price_moves = _SHELF[place]
    code = None if draws.chance(0.05) else f"LC{place + 1:02d}{draws.digits(4)}"
    value = draws.fen(30_000, 1.0, 800_000)
    quantity = max(1, value * 10_000 // price) * 10_000
    closed_until = first_night + timedelta(days=draws.randint(20, 500)) if draws.chance(0.3) else None
    pledged = draws.chance(0.04)
    if price_moves:
        moves = moves_until(business_date, crc32(f"{account_no}|{place}".encode()) % 50)
        price += price * (crc32(f"{account_no}|{place}|{moves}".encode()) % 601 - 300) // 10_000
    return Product(
        name=name,
        type_text=type_text,
        channel=channel,
        code=code,
        manager="示例理财有限公司" if channel == "own" else "示例基金管理有限公司",
        custodian="示例银行",
        beneficiary=beneficiary,
        tradable=channel == "own",
        restriction="封闭期" if closed_until else None,
        restriction_to=closed_until,
        pledgee="示例银行" if pledged else None,
        unit=unit,
        quantity=quantity,
        controllable=0 if pledged else quantity,
        price=price,
        total=quantity * price // 100_000_000,
    )
