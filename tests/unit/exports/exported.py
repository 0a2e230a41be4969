"""One small published database that all tests of exports look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from asking import asked, xml_account
from given import number_of
from scenario import Scenario

import data_contracts
from core.settings import Settings
from exports import imprint
from profiles import query

#: Three characters beyond what older fonts hold, and one that ours has not got either.
RARE = "张㛃䶮𬭎𠮷"
LONG = "示例" * 40 + "建材有限公司"
#: Texts that a program might obey: a spreadsheet, a template engine, an XML reader.
FORMULA = '=HYPERLINK("http://localhost/","点")'
TEMPLATE = "{{ 7 * 7 }}{% for x in [1] %}<w:p>&"
CARS = 200


@dataclass(frozen=True)
class Night:
    """What was published; the ids of a debtor of many kinds, of one with many assets, and their case numbers."""

    path: Path
    con: duckdb.DuckDBPyConnection
    imprint: imprint.Imprint
    person: str
    firm: str
    case_no: str

    def profile(self, debtor_id: str) -> dict[str, Any]:
        return query.profile(self.con, debtor_id)


def publish(s: Scenario) -> Night:
    """Tell the two debtors and publish them."""
    number, firm_number = number_of(1), number_of(2, organization=True)
    inquiry, person = asked(s, RARE, number, address=TEMPLATE, balance="900000.00")
    case_no = "（2026）测0499执1号"
    _accounts(s, inquiry, number)
    _house(s, number)
    s.debtor(LONG, firm_number, balance="5000000.00")
    for n in range(CARS):
        s.add(
            "vehicles", "vehicles", vehicle_id=f"{n}", owner_name=LONG, owner_id_type="uscc", owner_id=firm_number,
            plate_type="small", plate_no=f"测D{n:05d}", brand="示例牌" * 12, status=["normal"],
        )  # fmt: skip
    s.add("land", "rights", right_id="TD1", right_type="homestead", location="示例村", register_status="current")
    s.add("land", "holders", right_id="TD1", seq=1, name=RARE)
    for source in data_contracts.sources():
        s.outcome(source, outcome="missing" if source == "mining" else "loaded")
    built = s.build()
    published = imprint.read(built.con, Settings())
    return Night(built.path, built.con, published, person, s.debtor_id(firm_number), case_no)


def _accounts(s: Scenario, inquiry: str, number: str) -> None:
    facts = {"holder_name": RARE, "holder_id": number, "branch": "示例支行"}
    xml_account(s, "bank_abc", inquiry, account_no="049900000001", type_raw="金穗借记卡", balance="1234.50", **facts)
    xml_account(
        s, "bank_abc", inquiry, sequence=2, account_no="-049900000002", type_raw=FORMULA, balance="7.00", **facts
    )


def _house(s: Scenario, number: str) -> None:
    s.add(
        "housing", "units", unit_id="FW1", unit_no="370499001001GB00001F00010001", location=FORMULA,
        floor_area="118.50", planned_use="residence", price="620000.00", register_status="current",
    )  # fmt: skip
    s.add(
        "housing", "owners", unit_id="FW1", seq=1, name=RARE, id_type="resident_id", id_number=number,
        co_ownership="sole",
    )  # fmt: skip
    s.add(
        "housing", "mortgages", unit_id="FW1", mortgage_no="1", kind="mortgage", holder_name="+示例农村商业银行",
        amount="400000.00", registered_at=datetime(2021, 3, 5, 10),
    )  # fmt: skip
    s.add(
        "housing", "seizures", unit_id="FW1", seizure_no="1", kind="seizure", authority="测试区人民法院",
        document="（2026）测0499执1号之二", from_date="2026-02-01", to_date="2026-12-03",
        registered_at=datetime(2026, 2, 1, 11),
    )  # fmt: skip
    s.add(
        "housing", "applications", unit_id="FW1", application_no="20261123000101", kind="transfer",
        accepted_at="2026-11-23 09:40:00", stage="accepted", counterparty_name="@外人乙", price="500000.00",
        status="open",
    )  # fmt: skip
