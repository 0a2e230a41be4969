from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from data_contracts import load
from demo.replies.cells import RowEncoder, moment_encoder


def encoded(source: str, table: str, row: dict[str, Any]) -> dict[str, Any]:
    contract = load(source)
    return RowEncoder(contract.format, contract.table(table)).encode(row)


@pytest.mark.parametrize(
    ("source", "fen", "text"),
    [
        ("bank_boc", -599_000_000, "-5990000.00"),
        ("bank_abc", -599_000_000, "-599000000"),
        ("bank_ccb", -599_000_000, "-5,990,000.00"),
        ("bank_icbc", -599_000_000, "5990000.00-"),
        ("bank_sdrcb", -4_874_964, "-48749.64"),
        ("bank_sdrcb", 5_000_000, "50000"),
        ("bank_sdrcb", 10, "0.1"),
        ("bank_boc", 5, "0.05"),
        ("bank_psbc", 386_020, 3860.2),
    ],
)
def test_money_is_written_in_the_form_of_the_bank(source: str, fen: int, text: object) -> None:
    assert encoded(source, "accounts", {"available": fen}) == {"available": text}


@pytest.mark.parametrize(
    ("source", "price", "quantity"), [("bank_abc", "1.000000", "50000.0000"), ("bank_ccb", "1.000000", "50,000.0000")]
)
def test_prices_and_quantities_keep_their_places(source: str, price: str, quantity: str) -> None:
    cells = encoded(source, "products", {"price": 1_000_000, "quantity": 500_000_000})
    assert cells == {"price": price, "quantity": quantity}


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%Y-%m-%d", "2026-02-03"),
        ("%Y%m%d", "20260203"),
        ("%Y/%m/%d", "2026/02/03"),
        ("%Y/%-m/%-d", "2026/2/3"),
        ("%Y/%-m/%-d %-H:%M:%S", "2026/2/3 4:05:06"),
        ("%Y-%m-%dT%H:%M:%S+08:00", "2026-02-03T04:05:06+08:00"),
    ],
)
def test_moments_follow_their_pattern(pattern: str, text: str) -> None:
    assert moment_encoder(pattern)(datetime(2026, 2, 3, 4, 5, 6)) == text


def test_codes_lists_flags_and_nulls() -> None:
    row = {
        "result": "found",
        "hit_no": 1,
        "former_names": ("测甲", "测乙"),
        "birth_date": date(1985, 3, 12),
        "sex": None,
    }
    assert encoded("household", "persons", row) == {
        "result": "1",
        "hit_no": "1",
        "former_names": "测甲;测乙",
        "birth_date": "19850312",
    }
    assert encoded("bank_icbc", "accounts", {"joint": False, "status": "frozen"}) == {"joint": "0", "status": "2"}
    assert encoded("bank_psbc", "accounts", {"status": "部分冻结"}) == {"status": "部分冻结"}


def test_tabs_stand_before_digits_only() -> None:
    assert encoded("bank_sdrcb", "accounts", {"account_no": "0499"}) == {"account_no": "\t0499"}
    assert encoded("bank_sdrcb", "accounts", {"account_no": "查无开户信息"}) == {"account_no": "查无开户信息"}


def test_what_the_bank_never_delivers_is_left_out() -> None:
    row = {"match_basis": "id_only", "inquiry_no": "Q2026112301-000001"}
    assert encoded("bank_abc", "inquiries", row) == {"inquiry_no": "Q2026112301-000001"}


def test_an_unknown_value_of_a_code_list_is_no_silent_null() -> None:
    with pytest.raises(KeyError):
        encoded("household", "persons", {"result": "maybe"})
