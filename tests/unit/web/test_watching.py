"""The pages of those who watch: the operator's night, the supervisor's audit log."""

from __future__ import annotations

from collections.abc import Callable

from officers import JUDGE, Enter
from scenario import PERSON_A

from ledger.audit import Entry
from web.context import Context


def test_the_night_tells_sources_and_counts_and_names_nobody(enter: Enter) -> None:
    text = enter("GW4").follow(enter("GW4").get("/")).text
    for told in ("夜间对账", "房屋登记", "2026-11-23", "正在办理转移", "没有隔离的行"):
        assert told in text, told
    assert "测试甲" not in text


def test_the_supervisor_sees_who_looked_at_whom_why_and_from_where(
    enter: Enter, other_id: str, logged: Callable[[], list[Entry]]
) -> None:
    judge = enter()
    judge.get(f"/debtors/{other_id}")
    judge.post(f"/debtors/{other_id}/purpose", reason="合议庭复核第七次")
    judge.get(f"/debtors/{other_id}")
    supervisor = enter("GW5")
    text = supervisor.follow(supervisor.get("/")).text
    assert "事由：合议庭复核第七次" in text
    assert "测小明" in text
    by_name = supervisor.post("/audit", debtor="测小明").text
    assert "合议庭复核第七次" in by_name
    assert "登录" not in by_name.split("<tbody>")[1]
    assert "合议庭复核第七次" not in supervisor.post("/audit", debtor="测试甲").text
    assert "合议庭复核第七次" in supervisor.post("/audit", officer=JUDGE).text
    assert "没有这样的记录" in supervisor.post("/audit", officer="GW99").text
    assert "没有这名被执行人" in supervisor.post("/audit", debtor="无此人啊").text
    assert "合议庭复核第七次" not in supervisor.post("/audit", debtor="测小明", before="1").text
    assert "audit" in [entry.act.action for entry in logged()], "looking into the log is logged"


def test_a_case_number_is_found_in_any_usual_form(enter: Enter, debtor_id: str) -> None:
    enter().get(f"/debtors/{debtor_id}")
    text = enter("GW5").post("/audit", case_no="2026测0499执1号").text
    assert "查看档案" in text
    assert "（2026）测0499执1号" in text


def test_whether_a_person_was_searched_for_is_told_by_typing_it_again(enter: Enter, context: Context) -> None:
    enter().search(PERSON_A)
    text = enter("GW5").post("/audit", debtor=PERSON_A).text
    assert context.words_digest(PERSON_A) in text
    everything = enter("GW5").get("/audit").text
    assert f"{context.words_digest(PERSON_A)}:1" in everything
    assert PERSON_A not in everything
