"""矿业权, 项目, 规划: clues and rights without a delivered value (mining.yaml, development.yaml, planning.yaml)."""

import json
from decimal import Decimal
from typing import Any

from given import Given, Person, Told
from scenario import Scenario

given = Given()


def mine(s: Scenario, who: Person, **changed: Any) -> str:
    key = who.key("C", width=22)
    row = {
        "row_no": 1,
        "mine_name": "示例石灰石矿",
        "permit_no": key,
        "holder_name": who.name,
        "holder_id": who.id_number,
        "mineral": "水泥用石灰岩",
        "area": "0.3512",
        "register_status": "current",
        "right_cert_no": f"测矿权（2025）第{who.n:04d}号",
        "authority": "自然资源和规划局",
    }
    s.add("mining", "rights", **{**row, **changed})
    return str({**row, **changed}["permit_no"])


@given.firm
def miner(s: Scenario, who: Person) -> None:
    key = mine(
        s,
        who,
        fee_due="120",
        mortgagee="示例农村商业银行",
        mortgage_amount="800",
        mortgage_to="2027-06-30",
        application_kind="renewal",
        application_no=who.key("KQ"),
        accepted_at="2026-11-10",
        stage="review",
    )
    s.add(
        "mining",
        "seizures",
        permit_no=key,
        kind="waiting",
        authority="示例市人民法院",
        document="（2026）示01执123号之一",
        wait_order=1,
    )


def test_a_mining_right_is_unvalued_and_its_unpaid_fee_a_liability(told: Told) -> None:
    asset, who = told.asset(miner), told.who(miner)
    assert (asset["kind"], asset["identifier"]) == ("mining_right", who.key("C", width=22))
    assert (asset["gross_value"], asset["value_basis"], asset["net_value"]) == (None, "unknown", None)
    debt = told.one("liability", miner)
    assert (debt["kind"], debt["amount"], debt["creditor"]) == (
        "transfer_fee_due",
        Decimal("1200000.00"),
        "自然资源和规划局",
    )
    assert [(row["kind"], row["amount"]) for row in told.on("encumbrance", miner)] == [
        ("mortgage", Decimal("8000000.00"))
    ]
    assert [(row["seizure_type"], row["order_no"]) for row in told.on("seizure", miner)] == [("waiting", 1)]
    app = told.one("application", miner)
    assert (app["app_type"], app["status"], app["can_be_stopped"], app["accepted_at"].hour) == (
        "renewal",
        "open",
        True,
        0,
    )


@given
def explorer(s: Scenario, who: Person) -> None:
    mine(s, who, permit_no=who.key("T", width=22))


@given.each(("registered", None, "done"), ("review", "（2026）测0499执1号之七", "stopped"))
def mine_application(s: Scenario, who: Person, stage: str, stop_document: str | None, _: str) -> None:
    mine(s, who, application_kind="transfer", accepted_at="2026-11-10", stage=stage, stop_document=stop_document)


def test_the_permit_tells_exploration_from_mining(told: Told) -> None:
    assert told.asset(explorer)["kind"] == "exploration_right"


def test_a_mining_application_tells_its_status_by_stage_and_stop_document(told: Told) -> None:
    for who, (_, _, status) in told.each(mine_application):
        row = told.one("application", who)
        assert (row["status"], row["can_be_stopped"]) == (status, False)


def project(s: Scenario, who: Person, **changed: Any) -> str:
    key = f"2026-370499-47-03-{who.n:06d}"
    row = {
        "project_code": key,
        "project_name": "示例小区一期",
        "applicant_name": who.name,
        "applicant_id_type": "uscc",
        "applicant_id": who.id_number,
        "kind": "filing",
        "investment": "12000.5",
        "location": "测试区示例路南侧",
        "stage": "started",
        "updated_at": "2026-11-20 00:00:00",
    }
    s.add("development", "projects", **{**row, **changed})
    return key


def permit(s: Scenario, who: Person, **changed: Any) -> None:
    row = {
        "permit_id": who.key("GH"),
        "project_name": "示例小区一期",
        "permit_kind": "works",
        "permit_no": f"建字第{who.n:09d}号",
        "holder_name": who.name,
        "holder_id_type": "uscc",
        "holder_id": who.id_number,
        "area": "25600",
        "drawings": ["TZ-001", "TZ-002"],
        "issued_on": "2026-05-18",
        "withdrawn": False,
        "updated_at": "2026-11-20 16:30:00",
    }
    s.add("planning", "permits", **{**row, **changed})


def planning_application(s: Scenario, who: Person, **changed: Any) -> None:
    row = {
        "application_no": who.key("GHSL"),
        "project_name": "示例小区二期",
        "kind": "approval",
        "applicant_name": who.name,
        "applicant_id": who.id_number,
        "accepted_at": "2026-11-18 09:30:00",
        "stage": "review",
        "status": "open",
    }
    s.add("planning", "applications", **{**row, **changed})


@given.firm
def builder(s: Scenario, who: Person) -> None:
    key = project(s, who)
    s.add(
        "development",
        "documents",
        project_code=key,
        document_kind="filing",
        document_no="测发改备〔2026〕1号",
        document_on="2026-04-20",
    )
    s.add(
        "development",
        "applications",
        project_code=key,
        application_no=who.key("FG"),
        kind="change",
        accepted_at="2026-11-20 09:00:00",
        stage="review",
        status="open",
    )
    permit(s, who, project_code=key)
    planning_application(s, who, project_code=key)


def test_a_project_is_one_clue_for_review_over_development_and_planning(told: Told) -> None:
    asset = told.asset(builder)
    assert (asset["kind"], asset["identifier"], asset["source"]) == (
        "project",
        f"project:2026-370499-47-03-{told.who(builder).n:06d}",
        "development",
    )
    assert (asset["handling"], asset["gross_value"], asset["net_value"], asset["prior_claims"]) == (
        "review",
        None,
        None,
        None,
    )
    assert json.loads(asset["detail"])["documents"][0]["no"] == "测发改备〔2026〕1号"
    assert [(row["source"], row["table_name"], row["is_winner"]) for row in told.on("provenance", builder)] == [
        ("development", "projects", True),
        ("planning", "applications", False),
        ("planning", "permits", False),
    ]
    stoppable = {row["source"]: row for row in told.rows("application", builder)}
    assert [stoppable[source]["can_be_stopped"] for source in ("development", "planning")] == [True, True]
    assert {row["asset_id"] for row in stoppable.values()} == {asset["asset_id"]}
    assert (
        "第八条" in stoppable["development"]["legal_basis"],
        "第十一条" in stoppable["planning"]["legal_basis"],
    ) == (True, True)


@given.firm
def permit_alone(s: Scenario, who: Person) -> None:
    permit(s, who, withdrawn=True)


@given.firm
def application_alone(s: Scenario, who: Person) -> None:
    planning_application(s, who)


def test_without_a_project_code_the_permit_or_the_application_names_the_clue(told: Told) -> None:
    assert told.asset(permit_alone)["identifier"] == f"permit:建字第{told.who(permit_alone).n:09d}号"
    assert told.asset(permit_alone)["is_current"] is False
    assert told.asset(application_alone)["identifier"] == f"app:{told.who(application_alone).key('GHSL')}"
