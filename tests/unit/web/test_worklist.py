"""Worklists: filtered, sorted, paged, kept and exported; a judge sees his own cases alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from officers import ACCOUNT, JUDGE, OTHER_JUDGE, Browser, Enter
from scenario import PERSON_B

from ledger.audit import Entry
from profiles import query
from web.context import Context
from web.worklists import lists

Logged = Callable[[], list[Entry]]
ANALYST = "GW3"


def targets(context: Context) -> list[query.Row]:
    with context.publications.reading() as reader:
        return query.rows(
            reader.con, "SELECT * FROM target JOIN debtor USING (debtor_id) ORDER BY amount_to_control DESC NULLS LAST"
        )


def shown(text: str) -> list[str]:
    """Names in the order of the rows."""
    return re.findall(r'<a class="name"[^>]*>([^<]*)</a>', text)


@pytest.mark.parametrize("name", lists.WORKLISTS)
def test_every_worklist_is_a_page(enter: Enter, name: str, logged: Logged) -> None:
    answer = enter(ANALYST).get(f"/worklists/{name}")
    assert (answer.status_code, lists.WORKLISTS[name].told in answer.text) == (200, True)
    act = logged()[-1].act
    assert (act.action, str(act.subject).split(":")[0]) == ("worklist", name)


def test_targets_of_all_cases_the_largest_first(enter: Enter, context: Context) -> None:
    every = targets(context)
    text = enter(ANALYST).get("/worklists").text
    assert len(shown(text)) == len(every) > 1
    assert shown(text)[0] == every[0]["name"]
    assert ACCOUNT not in text
    assert "049979**********86" in text


def test_a_filter_leaves_what_it_names(enter: Enter, context: Context) -> None:
    browser = enter(ANALYST)
    text = browser.post("/worklists/targets", kind="housing", sort="owed").text
    assert '<option value="housing" selected>' in text
    assert "房屋 370499" in text
    assert "存款" not in text.split("<tbody>")[1]
    assert len(shown(browser.post("/worklists/targets", amount="999999999").text)) == 0
    own = browser.post("/worklists/targets", judge="法官甲").text
    assert len(shown(own)) == len(targets(context))
    assert shown(browser.post("/worklists/targets", judge="法官' OR 1=1 --").text) == []


@pytest.mark.parametrize(
    "form", [{"kind": "x"}, {"amount": "x"}, {"amount": "nan"}, {"amount": "-1"}, {"sort": "name; DROP"}]
)
def test_what_is_no_filter_is_said(enter: Enter, form: dict[str, str]) -> None:
    for path in ("", "/export"):
        answer = enter(ANALYST).post(f"/worklists/targets{path}", **form)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)


def test_a_judge_sees_his_own_cases_alone(enter: Enter) -> None:
    assert "测试甲" in enter(JUDGE).get("/worklists/targets").text
    text = enter(OTHER_JUDGE).post("/worklists/targets", judge="法官甲").text
    assert "测试甲" not in text
    assert 'name="judge"' not in text.split('class="tools"')[0]


def test_what_ends_and_what_can_be_stopped(enter: Enter) -> None:
    browser = enter(ANALYST)
    text = browser.post("/worklists/expiring", days="15").text
    assert shown(text) == ["测试甲"]
    assert "2026-12-03" in text
    assert shown(browser.post("/worklists/expiring", days="7").text) == []
    text = browser.get("/worklists/stoppable").text
    assert (shown(text), "20261123000101" in text) == (["测试甲"], True), "who stops it must name it"
    targets = browser.get("/worklists/targets").text
    assert (ACCOUNT in targets, f"{ACCOUNT[:6]}**********{ACCOUNT[-2:]}" in targets) == (False, True)


def test_pages_follow_each_other_without_a_row_lost(
    enter: Enter, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PER_PAGE", 1)
    browser, every = enter(ANALYST), len(targets(context))
    links = [
        re.findall(r'href="/debtors/(D\w+#A\w+)"', browser.post("/worklists/targets", page_no=str(number)).text)
        for number in range(1, every + 1)
    ]
    assert sorted(len(found) for found in links) == [1] * every
    assert len({found[0] for found in links}) == every
    assert shown(browser.post("/worklists/targets", page_no="0").text) == shown(browser.get("/worklists").text)


def test_the_export_holds_the_filtered_rows_and_is_logged(enter: Enter, logged: Logged) -> None:
    answer = enter(ANALYST).post("/worklists/targets/export", kind="housing", judge="法官甲")
    assert answer.headers["content-disposition"].startswith("attachment; filename=\"chakong.xlsx\"; filename*=UTF-8''")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cover = [cell.value for row in book["说明"] for cell in row]
    assert {"财产种类", "房屋", "业务日期"} <= set(cover)
    rows = list(book["建议措施"].iter_rows(values_only=True))
    assert rows[1][:2] == ("被执行人", "案号")
    assert all("房屋" in str(row[3]) for row in rows[2:])
    assert rows[2:]
    act = logged()[-1].act
    assert (act.action, act.subject) == ("export", f"worklist:targets:{len(rows) - 2} judge=typed kind=housing")


def kept(browser: Browser, **form: str) -> str:
    answer = browser.post("/worklists/targets/views", kind="housing", **form)
    assert answer.status_code == 303
    return answer.headers["location"]


def test_a_view_is_kept_shared_opened_and_deleted(enter: Enter) -> None:
    browser, other = enter(ANALYST), enter(JUDGE)
    own, shared = kept(browser, title="自己的房屋"), kept(browser, title="大家的房屋", shared="1")
    assert '<option value="housing" selected>' in browser.get(own).text
    assert "大家的房屋" in other.get(shared).text
    assert other.get(own).status_code == 404
    assert other.post(f"{shared}/drop").status_code == 404
    assert "自己的房屋" not in browser.follow(browser.post(f"{own}/drop")).text
    browser.post(f"{shared}/drop")
    answer = browser.post("/worklists/targets/views", title=f"查 {PERSON_B}")
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)


def test_a_worklist_that_is_none_is_no_page(enter: Enter) -> None:
    for path in ("/worklists/x", "/worklists/views/W0"):
        assert enter(ANALYST).get(path).status_code == 404
    assert enter(ANALYST).post("/worklists/shown", page_no="1").status_code == 404
