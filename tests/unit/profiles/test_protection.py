"""Protected accounts: the examples of the agreement, its matching rules, and what a bank marks itself."""

from typing import Any

import duckdb
import pytest
from asking import asked, one, staged, xml_account
from hypothesis import given
from hypothesis import strategies as st
from scenario import PERSON_A, Scenario

import data_contracts
from core.duck import connect, sql
from core.settings import Settings
from profiles import protection

#: From the agreement, all tables together: type text as a bank writes it, and the class it must get.
EXAMPLES = {
    "农民工工资专户": "migrant_wage",
    "代发工资户": "wage_income",
    "单位保证金（承兑汇票）": "acceptance_margin",
    "社会保险基金财政专户": "social_insurance",
    "代发养老金": "pension_income",
    "14-党费专户": "party_dues",
    "封闭贷款专户": "closed_loan",
    "公积金贷款": "housing_fund",
    "龙卡信用卡": "credit_card",
    "个人贷款": "loan_account",
    "履约保证金": None,
    "13-单位专用户": None,
    "惠农一卡通": None,
}


def classified(
    source: str, *texts: str | None, gross: str | None = "1.00", detail: str = "{}"
) -> tuple[str | None, str]:
    """Class and handling of one account with these texts (type, remark, holder)."""
    con = connect(Settings())
    con.execute(sql("profiles", "staging"))
    _put(con, source, "K", list(texts), gross=gross, detail=detail)
    protection.classify(con)
    (result,) = con.execute("SELECT protected_class, handling FROM account_class").fetchall()
    return result[0], result[1]


def _put(
    con: duckdb.DuckDBPyConnection,
    source: str,
    key: str,
    texts: list[Any],
    *,
    gross: str | None = "0.00",
    detail: str = "{}",
) -> None:
    con.execute(
        """INSERT INTO asset_record BY NAME
           SELECT $source AS source, $key AS asset_key, $key AS record_id, 'accounts' AS table_name, 'deposit' AS kind,
                  $key AS identifier, $gross::DECIMAL(18,2) AS gross_value, true AS is_current, $texts AS type_text,
                  $detail::JSON AS detail""",
        {"source": source, "key": key, "texts": texts, "gross": gross, "detail": detail},
    )


@pytest.fixture(scope="module")
def examples() -> dict[str, tuple[str | None, str]]:
    con = connect(Settings())
    con.execute(sql("profiles", "staging"))
    for text in EXAMPLES:
        _put(con, "bank_boc", text, [text, None, None])
    protection.classify(con)
    return {
        key: (name, handling)
        for key, name, handling in con.execute(
            "SELECT asset_key, protected_class, handling FROM account_class"
        ).fetchall()
    }


@pytest.mark.parametrize(("text", "expected"), EXAMPLES.items())
def test_examples_of_the_agreement(
    examples: dict[str, tuple[str | None, str]], text: str, expected: str | None
) -> None:
    handling = {rule.name: rule.handling for rule in protection.classes()}
    assert examples[text] == (expected, handling[expected] if expected else "review")


def test_every_account_type_of_the_agreements_gets_what_it_names() -> None:
    """ordinary -> normal, review -> review, a class -> that class."""
    con = connect(Settings())
    con.execute(sql("profiles", "staging"))
    expected = {}
    handling = {rule.name: rule.handling for rule in protection.classes()}
    for source in data_contracts.sources():
        for text, (_kind, named) in data_contracts.load(source).account_types.items():
            key = f"{source}/{text}"
            _put(con, source, key, [text, None, None])
            expected[key] = {"ordinary": (None, "normal"), "review": (None, "review")}.get(named) or (
                named,
                handling[named],
            )
    protection.classify(con)
    found = {
        key: (name, how)
        for key, name, how in con.execute("SELECT asset_key, protected_class, handling FROM account_class").fetchall()
    }
    assert found == expected


@pytest.mark.parametrize(
    ("source", "texts", "expected"),
    [
        # the longest keyword of a text: 公积金 against 贷款, 封闭贷款 against 贷款
        ("bank_boc", ["住房公积金贷款", None, None], ("housing_fund", "review")),
        # over several texts the stricter handling: remark block against type reserve
        ("bank_boc", ["代发工资户", "低保", None], ("subsistence", "block")),
        # an ordinary type is not ordinary when the remark names a class
        ("bank_sdrcb", ["个人活期", "代发低保", "测试甲"], ("subsistence", "block")),
        # the holder's name is read too
        ("bank_ccb", ["基本存款账户", None, "示例公司工会委员会"], ("union_fund", "block")),
        # ordinary only when compared whole, and only in the bank's own list
        ("bank_boc", ["长城借记卡附属", None, None], (None, "review")),
        ("bank_abc", ["长城借记卡", None, None], (None, "review")),
        ("bank_boc", [None, None, "测试甲"], (None, "review")),
        ("bank_boc", ["", None, None], (None, "review")),
        # NFKC, blanks, brackets and code prefixes do not matter
        ("bank_boc", ["１４－ 党　费（专户）", None, None], ("party_dues", "block")),
        # parts joined by + in any order
        ("bank_boc", ["保证金（银行承兑）", None, None], ("acceptance_margin", "freeze_only")),
        ("bank_psbc", ["绿卡", None, "测试甲"], (None, "normal")),
    ],
)
def test_matching_rules(source: str, texts: list[str | None], expected: tuple[str | None, str]) -> None:
    assert classified(source, *texts) == expected


@pytest.mark.parametrize(
    ("gross", "handling"),
    [("0.01", "review"), ("0.00", "not_an_asset"), ("-500.00", "not_an_asset"), (None, "not_an_asset")],
)
def test_a_credit_card_with_a_credit_balance_goes_to_review(gross: str | None, handling: str) -> None:
    assert classified("bank_ccb", "龙卡信用卡", None, None, gross=gross) == ("credit_card", handling)


@pytest.mark.parametrize(
    ("texts", "detail", "expected"),
    [
        (["个人活期"], '{"bank_rights": ["pledge"]}', (None, "review")),
        (["个人活期"], '{"farm_subsidy": true}', (None, "review")),
        (["个人活期"], '{"escrow_project": "示例小区一期"}', ("presale_escrow", "freeze_only")),
        (["个人活期"], '{"number_unusable": true}', (None, "review")),
        (["个人活期"], '{"sub_account_types": ["抚恤金"]}', (None, "review")),
        (["抚恤金专户"], '{"number_unusable": true}', ("subsistence", "block")),
        (["抚恤金专户"], '{"escrow_project": "示例小区一期"}', ("subsistence", "block")),
        (["贷款户"], '{"number_unusable": true}', ("loan_account", "not_an_asset")),
    ],
)
def test_what_the_bank_marks_itself_is_never_loosened(
    texts: list[str], detail: str, expected: tuple[str | None, str]
) -> None:
    assert classified("bank_sdrcb", *texts, None, None, detail=detail) == expected


def test_a_product_follows_its_account(scenario: Scenario) -> None:
    inquiry_no, _ = asked(scenario, "测试甲", PERSON_A)
    xml_account(scenario, "bank_abc", inquiry_no, account_no="201", type_raw="低保金专户", balance="1.00")
    scenario.add(
        "bank_abc",
        "products",
        inquiry_no=inquiry_no,
        sequence=1,
        product_no=1,
        product_name="示例稳健理财",
        total="5.00",
    )
    product = one(
        staged(scenario),
        "FROM account_class SEMI JOIN (FROM asset_record WHERE kind = 'financial_product') r USING (source, asset_key)",
    )
    assert (product["protected_class"], product["handling"]) == ("subsistence", "block")


@given(st.text(max_size=30))
def test_blanks_and_brackets_never_survive(text: str) -> None:
    normal = protection.normal_text(f" ({text}）\u3000")
    assert not any(sign.isspace() or sign in "()（）【】[]" for sign in normal)


@given(st.sampled_from(sorted(word for rule in protection.classes() for parts in rule.keywords for word in parts)))
def test_keywords_are_in_normal_form_already(word: str) -> None:
    assert protection.normal_text(word) == word


def test_citations_say_what_is_not_confirmed() -> None:
    sources = {rule.name: rule.legal_zh for rule in protection.classes()}
    assert sources["wage_income"] == "民事诉讼法（2023）第254条、执行规定（2020修正）第29、30条"
    assert sources["housing_fund"].endswith("（待核）")
