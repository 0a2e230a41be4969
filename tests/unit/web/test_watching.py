"""The pages of those who watch: the operator's night, the supervisor's audit log."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from officers import JUDGE, NAMESAKES, OTHER_JUDGE, Enter
from scenario import PERSON_A

from core.identifiers import resident_id
from ledger import audit
from ledger.audit import Act, Entry
from profiles import query
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


def test_who_stood_in_a_list_or_its_file_is_found_under_his_name(enter: Enter, context: Context) -> None:
    officer = enter("GW3")
    officer.post("/worklists/targets/export", judge="法官甲")
    officer.post("/worklists/targets", judge="法官甲")
    officer.search("测试甲")
    enter("GW3").get("/review")
    own, other = (enter("GW5").post("/audit", debtor=name, officer="GW3").text for name in ("测试甲", "测小明"))
    told = own.split("<tbody>")[1]
    for action in ("导出文件", "查看工作清单", "查找"):
        assert f"<td>{action}</td>" in told, action
    assert re.search(r"列表所示 \d+ 名", told)
    assert "导出文件" not in other, "he stood in no file"
    assert "review_list" in {entry.act.action for entry in audit.entries(context.engine, {"officer": ["GW3"]})}


def test_a_case_number_is_found_in_any_usual_form(enter: Enter, debtor_id: str) -> None:
    enter().get(f"/debtors/{debtor_id}")
    text = enter("GW5").post("/audit", case_no="2026测0499执1号").text
    assert "查看档案" in text
    assert "（2026）测0499执1号" in text


def test_all_of_a_name_are_meant_and_one_by_his_number(
    enter: Enter, context: Context, logged: Callable[[], list[Entry]]
) -> None:
    ids = [query.debtor_id_of(context.settings, number) for number in NAMESAKES]
    for debtor_id in ids:
        enter(OTHER_JUDGE).get(f"/debtors/{debtor_id}")
    supervisor = enter("GW5")
    by_name = supervisor.post("/audit", debtor="测同名").text
    assert by_name.count("查看档案") == 2
    assert "符合 2 名被执行人" in by_name
    assert (logged()[-1].act.debtor_id, logged()[-1].act.subject) == (None, context.words_digest("测同名"))
    for debtor_id, number in zip(ids, NAMESAKES, strict=True):
        assert supervisor.post("/audit", debtor=number).text.count("查看档案") == 1
        assert logged()[-1].act.debtor_id == debtor_id


def test_who_is_published_no_more_is_found_by_number_id_and_case(enter: Enter, context: Context) -> None:
    number, case_no = resident_id("370499", date(1960, 1, 1), 1), "（2019）测0499执7号"
    debtor_id = query.debtor_id_of(context.settings, number)
    act = Act("view", officer=JUDGE, debtor_id=debtor_id, case_no=case_no, subject="那一夜")
    audit.append(context.engine, context.audit_key, act)
    supervisor = enter("GW5")
    for asked in ({"debtor": number}, {"debtor": debtor_id}, {"case_no": "2019年测0499执字第007号"}):
        assert "那一夜" in supervisor.post("/audit", **asked).text, asked


def test_whether_a_person_was_searched_for_is_told_by_typing_it_again(enter: Enter, context: Context) -> None:
    enter().search(PERSON_A)
    text = enter("GW5").post("/audit", debtor=PERSON_A).text
    assert context.words_digest(PERSON_A) in text
    everything = enter("GW5").get("/audit").text
    assert f"{context.words_digest(PERSON_A)}:1" in everything
    assert PERSON_A not in everything
