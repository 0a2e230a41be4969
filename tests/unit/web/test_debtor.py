"""A profile opens on a ground, shows what counts apart from what waits, and every figure opens what it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from officers import ACCOUNT, JUDGE, OTHER_JUDGE, PASSWORD, SHA256, Enter
from scenario import PERSON_A, PERSON_B

from ledger import accounts, assignments, audit
from ledger.audit import Entry
from profiles import query, standing
from web import profile_view
from web.context import Context
from web.masking import masked, number

Logged = Callable[[], list[Entry]]
CASE = "（2026）测0499执1号"


def test_the_officers_own_case_opens_the_profile(enter: Enter, debtor_id: str, logged: Logged) -> None:
    text = enter().get(f"/debtors/{debtor_id}").text
    assert f"依承办案件查看　{CASE}" in text
    assert PERSON_A in text, "a judge needs it for a measure"
    assert ACCOUNT in text
    for told in ("可以叫停", "20261123000101", "370499001001GB00001F00010001", "本院查封", "示例农村商业银行",
                 "400,000.00", "620,000.00", "220,000.00", "100,000.00", "建议措施", "时间线", "来源",
                 "测试旧名"):  # fmt: skip
        assert told in text, told
    act = logged()[-1].act
    assert (act.action, act.officer, act.debtor_id, act.case_no) == ("view", JUDGE, debtor_id, CASE)


def test_urgent_things_stand_before_everything_else(enter: Enter, debtor_id: str) -> None:
    text = enter().get(f"/debtors/{debtor_id}").text
    order = [text.index(f'id="{part}"') for part in ("urgent", "measures", "assets", "declared", "timeline", "sources")]
    assert order == sorted(order)


def test_somebody_elses_debtor_opens_for_a_reason_that_is_written_down(
    enter: Enter, other_id: str, logged: Logged, context: Context
) -> None:
    browser = enter()
    path = f"/debtors/{other_id}"
    assert "为何查看这份档案" in browser.get(path).text
    for reason in ("", "   ", f"查 {PERSON_B}"):
        answer = browser.post(f"{path}/purpose", reason=reason)
        assert (answer.status_code, "理由" in answer.text) == (422, True)
    assert "为何查看这份档案" in browser.get(path).text
    text = browser.follow(browser.post(f"{path}/purpose", reason="合议庭复核")).text
    assert "依填写的事由查看　合议庭复核" in text
    assert PERSON_B not in text
    assert "370499**********22" in text
    acts = [entry.act for entry in logged()][1:]
    assert [(act.action, act.debtor_id, act.reason) for act in acts] == [
        ("state_reason", other_id, "合议庭复核"),
        ("view", other_id, "合议庭复核"),
    ]
    browser.get(path)
    assert PERSON_B in browser.follow(browser.post(f"{path}/numbers")).text
    assert ("numbers", other_id) in [(entry.act.action, entry.act.debtor_id) for entry in logged()]
    assert "为何查看这份档案" in enter().get(path).text, "another session must say it again"
    assert audit.verify(context.engine, context.audit_key) == []


def test_of_two_judges_of_one_name_neither_has_a_case_by_it(enter: Enter, debtor_id: str, context: Context) -> None:
    path = f"/debtors/{debtor_id}"
    accounts.add(context.engine, "GW11", name="法官甲", role="judge", password=PASSWORD)
    try:
        for officer in (JUDGE, "GW11"):
            assert "为何查看这份档案" in enter(officer).get(path).text
            assert debtor_id not in enter(officer).get("/worklists").text
        assignments.give(context.engine, "GW11", CASE, given_by="ADMIN1")
        assert f"依承办案件查看　{CASE}" in enter("GW11").get(path).text
        assert debtor_id in enter("GW11").get("/worklists").text
        assert "为何查看这份档案" in enter().get(path).text
    finally:
        accounts.disable(context.engine, "GW11")
    assert f"依承办案件查看　{CASE}" in enter().get(path).text, "the other may not come in any more"


def test_a_case_given_to_an_officer_opens_as_his_own(enter: Enter, other_id: str, context: Context) -> None:
    browser = enter("GW3")
    assert "为何查看这份档案" in browser.get(f"/debtors/{other_id}").text
    assert browser.post(f"/debtors/{other_id}/purpose", case_no="（2026）测0499执2号").status_code == 403
    assignments.give(context.engine, "GW3", "（2026）测0499执2号", given_by="GW6")
    try:
        text = browser.follow(browser.post(f"/debtors/{other_id}/purpose", case_no="（2026）测0499执2号")).text
        assert "依承办案件查看　（2026）测0499执2号" in text
        assert PERSON_B not in text, "an analyst asks for full numbers"
        assert PERSON_B in browser.follow(browser.post(f"/debtors/{other_id}/numbers")).text
    finally:
        assignments.take(context.engine, "GW3", "（2026）测0499执2号")


@pytest.mark.parametrize("wrong", ["D" + "0" * 24, "x", "D", "..%2f..%2fetc", "D' OR 1=1 --"])
def test_an_unknown_debtor_is_no_page(enter: Enter, wrong: str) -> None:
    assert enter().get(f"/debtors/{wrong}").status_code == 404
    assert enter().post(f"/debtors/{wrong}/purpose", reason="x").status_code == 404


def test_full_numbers_need_a_ground_first(enter: Enter, other_id: str) -> None:
    browser = enter()
    assert "为何查看这份档案" in browser.follow(browser.post(f"/debtors/{other_id}/numbers")).text


def test_totals_hold_what_counts_and_nothing_that_waits(context: Context, debtor_id: str) -> None:
    with context.publications.reading() as reader:
        profile = query.profile(reader.con, debtor_id)
    facts = profile_view.facts(profile)
    made = facts["composition"]
    assert made.total == Decimal(profile["debtor"]["net_value"]) == sum(part.net_value for part in made.parts)
    assert made.reserve == 0
    counted = {row["asset_id"] for row in facts["counted"]}
    assert counted.isdisjoint(row["asset_id"] for row in facts["waiting"])
    assert {row["kind"] for row in facts["counted"]} == {"housing", "deposit", "vehicle"}
    doubtful = {**profile["assets"][0], "tier": "probable"}
    assert standing.is_waiting(doubtful)
    assert not standing.is_counted(doubtful)


def test_every_figure_of_an_asset_opens_the_delivered_record(enter: Enter, debtor_id: str, logged: Logged) -> None:
    browser = enter()
    text = browser.get(f"/debtors/{debtor_id}").text
    links = set(re.findall(rf'href="(/debtors/{debtor_id}/evidence/[^"]+)"', text))
    assert {link.split("/")[-2] for link in links} >= {"units", "mortgages", "seizures", "applications", "accounts"}
    answer = browser.get(f"/debtors/{debtor_id}/evidence/{SHA256}/units/1")
    for told in (SHA256, "housing_full_20261122.xml", "刚刚重新计算的校验值一致", "housing 1.0.0", "2026-11-22 23:40",
                 "370499001001GB00001F00010001", "住宅"):  # fmt: skip
        assert told in answer.text, told
    assert logged()[-1].act.action == "evidence"
    assert logged()[-1].act.subject == f"{SHA256[:16]}:units:1"
    purged = [link for link in links if "accounts" in link]
    assert "不在存储中" in browser.get(purged[0]).text


def test_evidence_is_of_ones_own_debtor_alone(enter: Enter, debtor_id: str, other_id: str) -> None:
    browser = enter(OTHER_JUDGE)
    assert browser.get(f"/debtors/{other_id}").status_code == 200
    assert browser.get(f"/debtors/{other_id}/evidence/{SHA256}/units/1").status_code == 404
    answer = browser.get(f"/debtors/{debtor_id}/evidence/{SHA256}/units/1")
    assert answer.headers["location"] == f"/debtors/{debtor_id}", "a reason first"
    own = enter()
    for wrong in (
        f"{SHA256}/units/2",
        f"{SHA256}/owners%2f..%2funits/1",
        f"{'0' * 64}/units/1",
        f"{SHA256}/units/x",
        "x/y/1",
    ):
        assert own.get(f"/debtors/{debtor_id}/evidence/{wrong}").status_code == 404


def test_numbers_in_a_record_are_hidden_until_asked_for(enter: Enter, debtor_id: str) -> None:
    browser = enter("GW3")
    browser.get(f"/debtors/{debtor_id}")
    browser.post(f"/debtors/{debtor_id}/purpose", reason="复核")
    place = f"/debtors/{debtor_id}/evidence/{SHA256}/mortgages/1"
    assert "139******01" in browser.get(place).text
    browser.post(f"/debtors/{debtor_id}/numbers")
    assert "13900000001" in browser.get(place).text


@pytest.mark.parametrize(
    ("plain", "hidden"),
    [
        (PERSON_A, "370499**********17"),
        ("37049919850312001X", "370499**********1X"),
        ("bank_ccb:049979938380935586:CNY", "bank_ccb:049979**********86:CNY"),
        ("电话13900000001，", "电话139******01，"),
        ("370499001001GB00001F00010001", None),
        ("91370499MA3C4J5K2J", None),
        ("（2026）测0499执1号", None),
        ("housing_full_20261122.xml", None),
        ("1234567890.00", None),
    ],
)
def test_what_names_a_person_is_hidden_and_what_names_a_thing_is_not(plain: str, hidden: str | None) -> None:
    assert masked({"x": [plain, 1, None], "file_sha256": PERSON_A}) == {
        "x": [hidden or plain, 1, None],
        "file_sha256": PERSON_A,
    }


def test_the_number_of_a_procedure_is_shown_to_whoever_wants_it_stopped() -> None:
    told = {"app_no": "20261123000101", "application_no": "20261123000101", "phone": "13900000001"}
    assert masked(told) == {**told, "phone": "139******01"}


def test_what_waits_for_a_person_is_counted_nowhere_else(context: Context, debtor_id: str) -> None:
    with context.publications.reading() as reader:
        profile = query.profile(reader.con, debtor_id)
    before = profile_view.facts(profile)
    assert (before["existing"], before["unvalued"]) == (len(before["counted"]), 1), "the vehicle has no known value"
    for asset in profile["assets"]:
        asset["handling"] = "review" if asset["kind"] == "vehicle" else asset["handling"]
        asset["handling"] = "not_an_asset" if asset["kind"] == "deposit" else asset["handling"]
    after = profile_view.facts(profile)
    assert (after["existing"], after["unvalued"]) == (before["existing"] - 2, 0)


def test_a_short_number_keeps_less() -> None:
    assert number("12345678901") == "123******01"


class Figures(HTMLParser):
    """Every amount on a page with the links beside it: in its table row, list item, paragraph or box."""

    BOXES = ("tr", "li", "p", "div")
    AMOUNT = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})*\.\d{2}(?![\d.])")

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.amounts: list[tuple[str, list[str]]] = []
        self._open: list[tuple[str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        self.ids.add(facts.get("id") or "")
        if tag in self.BOXES:
            self._open.append((tag, []))
        if tag == "a" and self._open:
            self._open[-1][1].append(facts.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BOXES:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.amounts += [(amount, self._open[-1][1]) for amount in self.AMOUNT.findall(data) if self._open]


def test_every_amount_leads_to_the_delivered_record_it_rests_on(enter: Enter, debtor_id: str) -> None:
    browser = enter()
    page = Figures()
    page.feed(browser.get(f"/debtors/{debtor_id}").text)
    assert len(page.amounts) > 20
    assert [amount for amount, links in page.amounts if not links] == []
    links = {link for _, links in page.amounts for link in links}
    anchors = {link[1:] for link in links if link.startswith("#")}
    assert anchors <= page.ids, "a place that is not on the page"
    records = {link for link in links if "/evidence/" in link}
    assert records and len(anchors | records) == len(links)
    for link in records:
        answer = browser.get(link)
        assert (answer.status_code, link.split("/evidence/")[1][:64] in answer.text) == (200, True), link


@pytest.mark.parametrize("what", ["债权", "查询反馈"])
def test_claims_and_replies_open_what_was_delivered(enter: Enter, debtor_id: str, what: str) -> None:
    browser = enter()
    text = browser.get(f"/debtors/{debtor_id}").text
    table = {"债权": "claims", "查询反馈": "inquiries"}[what]
    (link, *_) = re.findall(rf'href="(/debtors/[^"]+/evidence/[^"]+/{table}/\d+)"', text)
    answer = browser.get(link).text
    assert what in answer
    assert "第" in answer
