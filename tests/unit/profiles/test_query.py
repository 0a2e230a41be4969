"""Reading a published database: who is meant, and what is told as text."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from scenario import FIRM, PERSON_A, PERSON_A_15, PERSON_B, Published, Scenario

from core.errors import NotFoundError
from profiles import query, report_zh, status_zh
from profiles.layout_zh import WIDTH, width

OLD_NUMBER = "370499198503120025"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    s = Scenario(tmp_path_factory.mktemp("query"))
    case = s.debtor(
        "测试甲",
        PERSON_A,
        former_names=["测试旧名"],
        former_id_numbers=[OLD_NUMBER],
        consumption_limit_from="2026-04-01",
        address="测试区示例村",
    )
    s.debtor("阿卜杜·测试", PERSON_B)
    s.debtor("示例建材有限公司", FIRM)
    s.add(
        "court_cases",
        "declared_assets",
        case_no=case,
        debtor_key="P2",
        line_no=1,
        asset_kind="movable",
        description="挖掘机",
        value="150000.00",
        declared_on="2026-03-20",
    )
    s.add(
        "housing",
        "units",
        unit_id="FW1",
        unit_no="370499001001GB00001F00010001",
        location="测试区示例小区1号楼1单元101室",
        floor_area="118.50",
        planned_use="residence",
        price="620000.00",
        register_status="current",
    )
    s.add(
        "housing",
        "owners",
        unit_id="FW1",
        seq=1,
        name="测试甲",
        id_type="resident_id",
        id_number=PERSON_A,
        co_ownership="by_shares",
        share="1/2",
    )
    s.add(
        "housing",
        "mortgages",
        unit_id="FW1",
        mortgage_no="1",
        kind="mortgage",
        holder_name="示例农村商业银行",
        amount="400000.00",
        registered_at="2021-03-05 10:00:00",
    )
    s.add(
        "housing",
        "seizures",
        unit_id="FW1",
        seizure_no="1",
        kind="seizure",
        authority="测试区人民法院",
        document="（2026）测0499执90号之二",
        from_date="2026-02-01",
        to_date="2026-12-03",
        registered_at="2026-02-01 11:00:00",
    )
    s.add(
        "housing",
        "seizures",
        unit_id="FW1",
        seizure_no="2",
        kind="waiting",
        authority="示例市人民法院",
        document="（2026）示01执5号",
        wait_order=1,
        registered_at="2026-02-01 11:00:00",
    )
    s.add(
        "housing",
        "applications",
        unit_id="FW1",
        application_no="20261123000101",
        kind="transfer",
        accepted_at="2026-11-23 09:40:00",
        stage="accepted",
        counterparty_name="外人乙",
        price="500000.00",
        status="open",
    )
    s.add(
        "vehicles",
        "vehicles",
        vehicle_id="1",
        owner_name="测试甲",
        owner_id_type="resident_id",
        owner_id=PERSON_A,
        plate_type="small",
        plate_no="测D00000",
        brand="示例牌",
        status=["scrapped"],
    )
    s.add(
        "land",
        "rights",
        right_id="TD1",
        unit_no="370499001001GB00009W00000000",
        right_type="homestead",
        location="示例村",
        register_status="temporary",
        price="3",
    )
    s.add(
        "land",
        "holders",
        right_id="TD1",
        seq=1,
        name="测试甲",
        id_type="resident_id",
        id_number=PERSON_A,
        co_ownership="sole",
    )
    s.add("land", "rights", right_id="TD2", right_type="homestead", location="示例村", register_status="current")
    s.add("land", "holders", right_id="TD2", seq=1, name="测试甲")
    s.outcome("housing", rows_delivered=5, rows_accepted=4, rows_quarantined=1, age_days=0)
    s.outcome("tax", outcome="missing", mode="reply", message="本夜未到件")
    s.quarantined(
        source="housing",
        business_date=s.business_date,
        file="housing_delta",
        table_name="units",
        row_no=3,
        reasons=["missing_key"],
        severity="reject",
        raw="{}",
    )
    yield s.build()
    s.close()


@pytest.mark.parametrize(
    "asked",
    [
        "测试甲",
        " 测试 甲 ",
        "测试旧名",
        PERSON_A,
        PERSON_A_15,
        "370499 19850312 0017",
        "３７０４９９１９８５０３１２００１７",
        OLD_NUMBER,
        "（2026）测0499执1号",
        "(2026)测0499执1号",
        "2026测0499执1号",
        "〔2026〕测0499执1号之二",
    ],
)
def test_a_debtor_is_found_by_whatever_stands_in_the_file(told: Published, asked: str) -> None:
    assert [told.one("debtor", debtor_id=found)["name"] for found in query.find(told.con, asked)] == ["测试甲"]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("阿卜杜测试", ["阿卜杜·测试"]),
        ("阿卜杜•测试", ["阿卜杜·测试"]),
        ("MA3C4J5K2", ["示例建材有限公司"]),
        ("示例建材", ["示例建材有限公司"]),
        ("示例建材有限责任公司", ["示例建材有限公司"]),
        ("测试", []),
        ("", []),
        ("查无此人", []),
        ("（2026）测0499执999号", []),
        ("000000000000000000", []),
    ],
)
def test_who_is_meant_and_who_is_not(told: Published, asked: str, names: list[str]) -> None:
    assert [told.one("debtor", debtor_id=found)["name"] for found in query.find(told.con, asked)] == names


def test_the_debtor_id_itself_is_a_query(told: Published) -> None:
    (found,) = query.find(told.con, PERSON_A)
    assert query.find(told.con, found) == [found]


def first(told: Published) -> dict[str, Any]:
    return query.profile(told.con, query.find(told.con, PERSON_A)[0])


def test_a_profile_is_plain_data(told: Published) -> None:
    profile = first(told)
    assert json.loads(json.dumps(profile)) == profile
    house = next(asset for asset in profile["assets"] if asset["kind"] == "housing")
    assert (house["gross_value"], house["net_value"], house["detail"]["planned_use"]) == (
        "620000.00",
        "110000.00",
        "residence",
    )
    assert [row["holder"] for row in house["encumbrances"]] == ["示例农村商业银行"]
    assert [row["seizure_type"] for row in house["seizures"]] == ["seizure", "waiting"]
    assert [row["record_id"] for row in house["provenance"]] == ["FW1"]
    (link,) = house["links"]
    assert next(row for row in profile["links"] if row["link_id"] == link)["record_id"] == "FW1/1"
    assert profile["run"]["run_date"] == "2026-11-23"


def test_unknown_ids_say_what_to_do(told: Published) -> None:
    for ask in (query.profile, query.counts):
        with pytest.raises(NotFoundError, match="->"):
            ask(told.con, "D000000000000000000000000")


def test_counts_name_nobody(told: Published) -> None:
    (found,) = query.find(told.con, PERSON_A)
    assert {"kind": "housing", "tier": "confirmed", "assets": 1, "valued": 1} in query.counts(told.con, found)


def test_the_example_is_the_debtor_with_most_to_see(told: Published) -> None:
    assert query.example(told.con) == query.find(told.con, PERSON_A)[0]


def test_a_judge_can_read_the_profile(told: Published) -> None:
    text = report_zh.text(first(told))
    for expected in [
        PERSON_A,
        "测试旧名",
        "（2026）测0499执1号",
        "立即处理",
        "受理编号 20261123000101",
        "370499001001GB00001F00010001",
        "按份共有 50%",
        "取得价款 620,000.00 元",
        "在先权利 400,000.00 元",
        "净值 110,000.00 元",
        "示例农村商业银行",
        "剩余 10 天，即将届满",
        "轮候查封",
        "第 1 顺位",
        "可能为唯一住房",
        "曾有财产",
        "报废",
        "挖掘机",
        "待人工核实（1 件",
        "仅姓名相同",
        "税务",
        "已限制消费",
        "housing_full units 第 1 行",
    ]:
        # a line may break at a blank or between characters
        assert expected in re.sub(r"\n\s+", " ", text) or expected in re.sub(r"\n\s+", "", text), expected
    assert text.index("立即处理") < text.index("已确认的现有财产") < text.index("待人工核实（")
    assert max(width(line) for line in text.splitlines()) <= WIDTH
    assert not [word for word in ("None", "null", "confirmed", "housing_unit", "{", "by_shares") if word in text]


def test_what_is_certain_is_told_in_words_and_what_is_not_in_a_sentence(told: Published) -> None:
    profile = first(told)
    house = next(asset for asset in profile["assets"] if asset["kind"] == "housing")

    def sentence(evidence: Any) -> str:
        return f"共{len(evidence)}项证据。"

    assert "已确认（名称、证件号码相符）" in report_zh.text(profile, explain=sentence)
    house["tier"] = "probable"
    assert "疑似（共2项证据）" in report_zh.text(profile, explain=sentence)


def test_profiles_of_everybody_can_be_printed(told: Published) -> None:
    for row in told.rows("debtor"):
        assert row["name"] in report_zh.text(query.profile(told.con, row["debtor_id"]))


def test_the_operator_sees_sources_and_counts_and_no_debtor(told: Published) -> None:
    facts = status_zh.read(told.con)
    assert json.loads(json.dumps(facts)) == facts
    text = status_zh.text(facts)
    for expected in ["房屋登记", "缺件", "本夜未到件", "被执行人 3", "missing_key", "正在办理转移"]:
        assert expected in text, expected
    assert "测试甲" not in text and PERSON_A not in text
    assert max(width(line) for line in text.splitlines()) <= WIDTH
