"""存款: what six banks' replies become (bank_message.yaml, bank_sdrcb.yaml, bank_psbc.yaml and their differences)."""

import json
from decimal import Decimal
from typing import Any

import pytest
from asking import REPLIED_AT, asked, one, rows, staged, xml_account
from scenario import PERSON_A, PERSON_A_15, PERSON_B, Scenario

#: Accounts and products with the class that the rules give them.
ACCOUNTS = """SELECT r.* REPLACE (c.handling AS handling) FROM asset_record r
              JOIN account_class c USING (source, asset_key)"""


def deposits(scenario: Scenario) -> list[dict[str, Any]]:
    return rows(staged(scenario), "FROM asset_record ORDER BY identifier, asset_key")


def test_an_account_as_delivered(scenario: Scenario) -> None:
    inquiry_no, debtor_id = asked(scenario, "测试甲", PERSON_A)
    xml_account(
        scenario,
        "bank_boc",
        inquiry_no,
        account_no="0000 0000 0101",
        card_no="6299 9900 0000 0000 012",
        holder_name="测试甲",
        holder_id=PERSON_A,
        type_raw="长城借记卡",
        currency="156",
        balance="10000.00",
        available="-5990000.00",
        branch="示例支行",
    )
    scenario.add(
        "bank_boc",
        "measures",
        inquiry_no=inquiry_no,
        sequence=1,
        measure_no=1,
        kind="freeze",
        authority="测试区人民法院",
        document="（2026）测0499执90号之二",
        amount="6000000.00",
        to_date="2027-02-01",
    )
    con = staged(scenario)
    asset = one(con, "FROM asset_record")
    assert (asset["kind"], asset["identifier"], asset["record_id"]) == (
        "deposit",
        "bank_boc:000000000101",
        "000000000101",
    )
    assert (asset["gross_value"], asset["available"], asset["value_basis"]) == (
        Decimal("10000.00"),
        Decimal("-5990000.00"),
        "balance",
    )
    assert (asset["currency"], asset["status"], asset["is_current"]) == ("CNY", "normal", True)
    assert asset["type_text"] == ["长城借记卡", None, "测试甲"]
    party = one(con, "FROM party")
    assert (party["role"], party["only_debtor_id"], party["id_number"], party["match_basis"]) == (
        "account_holder",
        debtor_id,
        PERSON_A,
        "id_and_name",
    )
    freeze = one(con, "FROM seizure_record")
    assert (freeze["seizure_type"], freeze["case_no"], freeze["amount"]) == (
        "freeze",
        "（2026）测0499执90号",
        Decimal("6000000.00"),
    )
    assert freeze["asset_key"] == asset["asset_key"]


@pytest.mark.parametrize(
    ("basis", "holder_id", "expected"),
    [
        ("id_and_name", None, ("resident_id", PERSON_A)),
        ("id_only", None, ("resident_id", PERSON_A)),
        ("unknown", None, ("asked", PERSON_A)),
        ("name_only", None, (None, None)),
        ("unknown", PERSON_A_15, ("resident_id", PERSON_A_15)),
        ("name_only", "370499********0017", (None, "370499********0017")),
        ("id_and_name", PERSON_B, ("resident_id", PERSON_B)),
    ],
)
def test_whose_number_speaks_for_the_holder(
    scenario: Scenario, basis: str, holder_id: str | None, expected: tuple[str | None, str | None]
) -> None:
    """A bank that says the number agreed has delivered it; one that says nothing has not."""
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    scenario.add(
        "bank_abc", "inquiries", inquiry_no=inquiry_no, result="found", match_basis=basis, replied_at=REPLIED_AT
    )
    xml_account(scenario, "bank_abc", inquiry_no, holder_name="测试甲", holder_id=holder_id, balance="1.00")
    party = one(staged(scenario), "FROM party")
    assert (party["id_type"], party["id_number"]) == expected
    assert party["match_basis"] == basis


def test_of_two_forms_of_the_holders_number_the_checked_one_speaks(scenario: Scenario) -> None:
    """One account in two currencies, opened before and after the numbers grew to 18 digits."""
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    for sequence, (currency, holder_id) in enumerate([("美元", PERSON_A_15), ("人民币", PERSON_A)], 1):
        xml_account(
            scenario,
            "bank_boc",
            inquiry_no,
            sequence=sequence,
            account_no="102",
            currency=currency,
            balance="5.00",
            holder_name="测试甲",
            holder_id=holder_id,
        )
    parties = staged(scenario).execute("SELECT id_number FROM party").fetchall()
    assert parties == [(PERSON_A,), (PERSON_A,)]


def test_sub_accounts_are_contained_in_their_account(scenario: Scenario) -> None:
    """Sub-account table, 上级账户序号 of 工行 and 子账号 of 农商行: one asset each, never added up."""
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    xml_account(scenario, "bank_boc", inquiry_no, account_no="101", balance="10000.00")
    scenario.add(
        "bank_boc",
        "sub_accounts",
        inquiry_no=inquiry_no,
        sequence=1,
        sub_no=1,
        sub_account_no="00001",
        type_raw="整存整取",
        balance="5000.00",
    )
    xml_account(scenario, "bank_icbc", inquiry_no, account_no="401", balance="80000.00")
    xml_account(
        scenario,
        "bank_icbc",
        inquiry_no,
        sequence=2,
        parent_sequence=1,
        account_no="401-1",
        type_raw="03-定期存单",
        balance="50000.00",
    )
    facts = {
        "inquiry_no": inquiry_no,
        "result": "found",
        "account_no": "501",
        "replied_at": REPLIED_AT,
        "holder_name": "测试甲",
    }
    scenario.add("bank_sdrcb", "accounts", **facts, balance="1250.36")
    scenario.add("bank_sdrcb", "accounts", **facts, sub_no="00001", balance="1000.00")
    found = {row["identifier"]: row for row in deposits(scenario)}
    assert {name: str(row["gross_value"]) for name, row in found.items()} == {
        "bank_boc:101": "10000.00",
        "bank_icbc:401": "80000.00",
        "bank_sdrcb:501": "1250.36",
    }
    parts = {
        name: [part["number"] for part in json.loads(row["detail"])["sub_accounts"]] for name, row in found.items()
    }
    assert parts == {"bank_boc:101": ["00001"], "bank_icbc:401": ["401-1"], "bank_sdrcb:501": ["501-00001"]}


def test_a_sub_account_without_its_account_waits_for_a_person(scenario: Scenario) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    xml_account(
        scenario,
        "bank_icbc",
        inquiry_no,
        sequence=2,
        parent_sequence=1,
        account_no="401-1",
        type_raw="02-活期存折",
        balance="5.00",
    )
    asset = one(staged(scenario), ACCOUNTS)
    assert (asset["handling"], json.loads(asset["detail"])["parent_missing"]) == ("review", True)


def test_several_currencies_under_one_number(scenario: Scenario) -> None:
    """The identifier gets the currency; foreign money has no gross value, its amounts add up in detail."""
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    for sequence, (currency, kind, balance) in enumerate(
        [("人民币", None, "5.00"), ("美元", "remittance", "320.15"), ("840", "cash", "100.00")], 1
    ):
        xml_account(
            scenario,
            "bank_boc",
            inquiry_no,
            sequence=sequence,
            account_no="102",
            currency=currency,
            cash_kind=kind,
            balance=balance,
            available=balance,
            type_raw="外汇活期",
            holder_name="测试甲",
        )
    found = {row["identifier"]: row for row in deposits(scenario)}
    assert sorted(found) == ["bank_boc:102:CNY", "bank_boc:102:USD"]
    dollars = found["bank_boc:102:USD"]
    assert (dollars["gross_value"], dollars["available"], dollars["currency"], dollars["value_basis"]) == (
        None,
        None,
        "USD",
        "unknown",
    )
    assert json.loads(dollars["detail"])["currency_amount"] == pytest.approx(420.15)
    assert found["bank_boc:102:CNY"]["gross_value"] == Decimal("5.00")


@pytest.mark.parametrize(
    ("status", "closed_on", "current"),
    [("closed", None, False), ("normal", "2020-06-01", False), ("dormant", None, True), (None, None, True)],
)
def test_a_closed_account_is_past(scenario: Scenario, status: str | None, closed_on: str | None, current: bool) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    xml_account(scenario, "bank_boc", inquiry_no, status=status, closed_on=closed_on)
    assert one(staged(scenario), "FROM asset_record")["is_current"] is current


def test_products_pledges_and_rights(scenario: Scenario) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    xml_account(
        scenario,
        "bank_abc",
        inquiry_no,
        account_no="201",
        holder_name="测试甲",
        holder_id=PERSON_A,
        type_raw="金穗借记卡",
        balance="1.00",
    )
    product = {"inquiry_no": inquiry_no, "sequence": 1, "product_name": "示例稳健理财"}
    scenario.add(
        "bank_abc", "products", **product, product_no=1, product_code="lc000001", total="50000.00", pledgee="示例银行"
    )
    scenario.add("bank_abc", "products", **product, product_no=2, quantity="10.0000", price="1.500000")
    scenario.add(
        "bank_abc",
        "rights",
        inquiry_no=inquiry_no,
        sequence=1,
        right_no=1,
        right_kind="co_owner",
        right_holder="测试丙",
    )
    con = staged(scenario)
    found = {row["identifier"]: row for row in rows(con, "FROM asset_record WHERE kind = 'financial_product'")}
    assert sorted(found) == ["bank_abc:201:2", "bank_abc:201:LC000001"]
    assert (found["bank_abc:201:LC000001"]["gross_value"], found["bank_abc:201:LC000001"]["value_basis"]) == (
        Decimal("50000.00"),
        "balance",
    )
    assert (found["bank_abc:201:2"]["gross_value"], found["bank_abc:201:2"]["value_basis"]) == (
        Decimal("15.00"),
        "estimate",
    )
    pledge = one(con, "FROM encumbrance_record")
    assert (pledge["kind"], pledge["holder"], pledge["amount"], pledge["asset_key"]) == (
        "pledge",
        "示例银行",
        None,
        f"{inquiry_no}/1/1",
    )
    # a co-owner makes the share unknown, he is no encumbrance
    holders = rows(con, "SELECT DISTINCT co_ownership, share FROM party")
    assert holders == [{"co_ownership": "joint", "share": None}]


def test_a_waiting_freeze_has_an_order_and_no_dates(scenario: Scenario) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    scenario.add(
        "bank_sdrcb", "accounts", inquiry_no=inquiry_no, result="found", account_no="501", replied_at=REPLIED_AT
    )
    measure = {"inquiry_no": inquiry_no, "account_no": "501", "authority": "测试区人民法院"}
    scenario.add(
        "bank_sdrcb",
        "measures",
        **measure,
        measure_no=1,
        kind="freeze",
        amount="50000",
        from_date="2026-02-01",
        to_date="2027-01-31",
    )
    scenario.add(
        "bank_sdrcb", "measures", **measure, measure_no=2, kind="waiting_freeze", amount="1050000", to_date="2027-01-31"
    )
    found = rows(
        staged(scenario),
        "SELECT seizure_type, start_date::VARCHAR AS since, end_date::VARCHAR AS until FROM seizure_record"
        " ORDER BY seizure_key",
    )
    assert found == [
        {"seizure_type": "freeze", "since": "2026-02-01", "until": "2027-01-31"},
        {"seizure_type": "waiting_freeze", "since": None, "until": None},
    ]


def test_rounded_numbers_stay_apart_and_wait_for_a_person(scenario: Scenario) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    for balance in ("3.00", "4.00"):
        scenario.add(
            "bank_psbc",
            "accounts",
            inquiry_no=inquiry_no,
            asked_name="测试甲",
            account_no="601000000000000000",
            balance=balance,
            type_raw="绿卡",
            replied_at=REPLIED_AT,
            _warnings=["suspicious_rounding"],
        )
    scenario.add(
        "bank_psbc",
        "measures",
        inquiry_no=inquiry_no,
        account_no="601000000000000000",
        measure_no=1,
        kind="freeze",
        authority="某法院",
    )
    con = staged(scenario)
    found = rows(con, f"{ACCOUNTS} ORDER BY identifier")
    assert [row["identifier"] for row in found] == ["bank_psbc:601000000000000000~1", "bank_psbc:601000000000000000~2"]
    assert {row["handling"] for row in found} == {"review"}
    assert rows(con, "FROM seizure_record") == []


def test_a_rounding_warning_about_another_number_changes_nothing(scenario: Scenario) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    scenario.add(
        "bank_psbc",
        "accounts",
        inquiry_no=inquiry_no,
        asked_name="测试甲",
        account_no="000000000000000601",
        balance="3.00",
        type_raw="绿卡",
        replied_at=REPLIED_AT,
        _warnings=["suspicious_rounding"],
    )
    assert one(staged(scenario), ACCOUNTS)["handling"] == "normal"


def test_two_holders_in_one_cell_are_two_parts(scenario: Scenario) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    scenario.add(
        "bank_sdrcb",
        "accounts",
        inquiry_no=inquiry_no,
        result="found",
        match_basis="id_and_name",
        account_no="501",
        holder_name="测试甲、测试丙",
        holder_id=f"{PERSON_A} {PERSON_B}",
        replied_at=REPLIED_AT,
    )
    found = rows(
        staged(scenario), "SELECT part, name, id_number, co_ownership, share, shared_cell FROM party ORDER BY part"
    )
    assert [(row["part"], row["name"], row["id_number"]) for row in found] == [
        (1, "测试甲", PERSON_A),
        (2, "测试丙", PERSON_B),
    ]
    assert {(row["co_ownership"], row["share"], row["shared_cell"]) for row in found} == {("joint", None, True)}


def test_an_account_told_to_two_inquiries_is_one_asset_with_its_freeze_once(scenario: Scenario) -> None:
    first, debtor_id = asked(scenario, "测试甲", PERSON_A)
    second = "Q2026112301-000002"
    scenario.ask(
        second, debtor_id, "（2026）测0499执1号", ["bank_boc"], name="测试甲", id_type="resident_id", id_number=PERSON_A
    )
    for inquiry_no in (first, second):
        xml_account(scenario, "bank_boc", inquiry_no, holder_name="测试甲", balance="1.00")
        scenario.add(
            "bank_boc",
            "measures",
            inquiry_no=inquiry_no,
            sequence=1,
            measure_no=1,
            kind="freeze",
            authority="某法院",
            amount="1.00",
        )
    con = staged(scenario)
    assert [row["identifier"] for row in rows(con, "FROM asset_record")] == ["bank_boc:000000000101"] * 2
    assert len(rows(con, "FROM seizure_record")) == 1
