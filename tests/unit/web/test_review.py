"""Links that wait for a person: what is shown of them, who decides, and what nobody can do alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import resources

import pytest
from httpx import Response
from officers import JUDGE, OTHER_JUDGE, PASSPORT, PASSWORD, Browser, Enter
from scenario import PERSON_B

from ledger import deciding, verdicts
from ledger.audit import Entry
from matching.waterfall import STYLE, waterfall_svg
from profiles import query
from web.context import Context
from web.review.differences import Span, sides

Logged = Callable[[], list[Entry]]
ANALYST = "GW3"
WHY = "指挥中心集中核实"


@pytest.fixture(scope="module")
def links(context: Context) -> dict[str, str]:
    """large, small: the houses of 陶护照; conflict: the car that bears 测小明's number."""
    with context.publications.reading() as reader:
        reader.prepare("web.review", "prepare")
        found = query.rows(reader.con, "SELECT link_id, worth, tier FROM memory.main.review_queue ORDER BY place")
    return dict(zip(("large", "small", "conflict"), (row["link_id"] for row in found), strict=True))


@pytest.fixture(autouse=True)
def undecided(context: Context) -> Iterator[None]:
    """What a test decides is taken back behind it."""
    yield
    for proposal in deciding.waiting(context.engine):
        deciding.give_back(context.engine, proposal.proposal_id, reason="test", officer="GW9")
    while standing := verdicts.standing(context.engine):
        verdicts.withdraw(context.engine, standing[0].verdict_id, reason="test", officer="GW9")


def hidden(text: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', text)
    assert found is not None, name
    return found.group(1)


@pytest.fixture
def enter(enter: Enter, links: dict[str, str]) -> Enter:
    """Officers who have said why they review links."""

    def entered(officer: str = JUDGE) -> Browser:
        browser = enter(officer)
        browser.post("/review/purpose", link_id=links["small"], reason=WHY)
        return browser

    return entered


def decide(browser: Browser, link_id: str, answer: str, reason: str = "已核对档案") -> Response:
    path = f"/review/links/{link_id}"
    text = browser.get(path).text
    return browser.post(
        path, answer=answer, reason=reason, basis_digest=hidden(text, "basis_digest"), seen=hidden(text, "seen")
    )


def test_the_queue_puts_what_is_worth_most_first(enter: Enter, links: dict[str, str], logged: Logged) -> None:
    text = enter(ANALYST).get("/review").text
    places = [text.index(link_id) for link_id in links.values()]
    assert places == sorted(places)
    for told in ("3 条", "620,000.00", "80,000.00", "证件相符、姓名不符", "疑似"):
        assert told in text
    assert logged()[-1].act.action == "review_list"
    assert "没有待核实的关联" in enter(JUDGE).get("/review?mine=1").text
    assert links["large"] in enter(OTHER_JUDGE).get("/review?mine=1").text
    for wrong in ("show=x", "page_no=0", "page_no=x", "page_no=99999"):
        assert enter(ANALYST).get(f"/review?{wrong}").status_code == 404


def test_the_two_records_stand_side_by_side(enter: Enter, links: dict[str, str], logged: Logged, other_id: str) -> None:
    text = enter(ANALYST).get(f"/review/links/{links['conflict']}").text
    assert "测小<mark>明</mark>" in text
    assert "测小<mark>朋</mark>" in text
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in text
    assert "姓名（名称）不同" in text
    assert PERSON_B not in text
    assert "370499**********22" in text
    assert "须由另一名人员复核" in text, "nobody knows what a lead will bring"
    act = logged()[-1].act
    assert (act.action, act.subject, act.reason) == ("review", links["conflict"], WHY)
    assert act.debtor_id == other_id


def test_who_has_no_case_says_why_once_before_he_sees_or_decides(
    unknown: Callable[[], Browser], links: dict[str, str], context: Context, logged: Logged
) -> None:
    browser = unknown()
    browser.follow(browser.post("/login", officer=ANALYST, password=PASSWORD))
    path = f"/review/links/{links['conflict']}"
    for answer in (
        browser.get(path),
        browser.post(path, answer="different", reason="核实", basis_digest="0" * 64),
        browser.post(f"{path}/second", answer="give_back", reason="核实"),
        browser.post(f"{path}/withdraw", verdict_id="V", reason="核实"),
    ):
        assert "为何核实关联" in answer.text
        assert "测小" not in answer.text
    for wrong in (" ", PERSON_B):
        assert browser.post("/review/purpose", link_id=links["conflict"], reason=wrong).status_code == 422
    assert browser.post("/review/purpose", link_id="/debtors", reason=WHY).status_code == 404
    assert "review" not in [entry.act.action for entry in logged()]
    assert "两份记载" in browser.follow(browser.post("/review/purpose", link_id=links["conflict"], reason=WHY)).text
    assert "两份记载" in browser.get(f"/review/links/{links['large']}").text, "once for the session"
    acts = [(entry.act.action, entry.act.reason) for entry in logged()][-3:]
    assert acts == [("state_reason", WHY), ("review", WHY), ("review", WHY)]


def test_the_judge_of_the_case_sees_whole_numbers(enter: Enter, links: dict[str, str], logged: Logged) -> None:
    assert PERSON_B in enter(OTHER_JUDGE).get(f"/review/links/{links['conflict']}").text
    assert logged()[-1].act.case_no is not None


def test_what_a_decision_will_change_is_told_before(enter: Enter, links: dict[str, str]) -> None:
    text = enter(ANALYST).get(f"/review/links/{links['small']}").text
    assert "计入 1 件；净值 0.00 → <b>80,000.00</b>，覆盖率 0% → <b>80%</b>" in text
    assert "不再列为疑似 1 件" in text
    assert PASSPORT in text


def test_a_decision_goes_to_the_ledger_and_on_to_the_next(
    enter: Enter, links: dict[str, str], context: Context, logged: Logged
) -> None:
    browser = enter(ANALYST)
    answer = decide(browser, links["small"], "different", " 经查为 同名他人 ")
    assert answer.headers["location"] == f"/review/links/{links['conflict']}?after={links['small']}"
    (given,) = verdicts.standing(context.engine)
    assert (given.verdict, given.officer, given.reason) == ("different", ANALYST, "经查为 同名他人")
    act = next(entry.act for entry in logged() if entry.act.action == "verdict")
    assert (act.subject, act.reason, act.officer) == (f"{links['small']}:different", "经查为 同名他人", ANALYST)
    assert "已认定不属于该被执行人" in browser.follow(answer).text
    assert links["small"] not in browser.get("/review").text
    assert "经查为 同名他人" in browser.get("/review?show=decided").text
    text = browser.get(f"/review/links/{links['small']}").text
    browser.post(f"/review/links/{links['small']}/withdraw", verdict_id=hidden(text, "verdict_id"), reason="看错了")
    assert verdicts.standing(context.engine) == []
    assert links["small"] in browser.get("/review").text
    assert [entry.act.subject for entry in logged() if entry.act.action == "withdraw"] == [
        f"{links['small']}:different"
    ]


def test_of_two_officers_the_second_learns_that_it_was_decided(
    enter: Enter, links: dict[str, str], context: Context
) -> None:
    first, second = enter(ANALYST), enter(JUDGE)
    path = f"/review/links/{links['small']}"
    text = second.get(path).text
    decide(first, links["small"], "unsure")
    answer = second.post(
        path, answer="same", reason="核实", basis_digest=hidden(text, "basis_digest"), seen=hidden(text, "seen")
    )
    assert (answer.status_code, "已由 GW3 于" in answer.text) == (409, True)
    assert [verdict.verdict for verdict in verdicts.history(context.engine)][-1] == "unsure"


def test_a_record_that_changed_since_is_not_decided_blindly(enter: Enter, links: dict[str, str]) -> None:
    browser = enter(ANALYST)
    browser.get(f"/review/links/{links['small']}")
    answer = browser.post(
        f"/review/links/{links['small']}", answer="same", reason="核实", basis_digest="0" * 64, seen=""
    )
    assert (answer.status_code, "信息有变化" in answer.text) == (409, True)


@pytest.mark.parametrize(("answer", "reason"), [("", "核实"), ("withdrawn", "核实"), ("same", " "), ("same", PERSON_B)])
def test_who_says_nothing_or_too_much_is_asked_again(
    enter: Enter, links: dict[str, str], context: Context, answer: str, reason: str
) -> None:
    before = len(verdicts.history(context.engine))
    assert decide(enter(ANALYST), links["small"], answer, reason).status_code == 422
    assert len(verdicts.history(context.engine)) == before


def test_much_is_confirmed_by_two(enter: Enter, links: dict[str, str], context: Context, logged: Logged) -> None:
    first, second = enter(ANALYST), enter(JUDGE)
    path = f"/review/links/{links['large']}"
    text = first.follow(decide(first, links["large"], "same")).text
    assert "已提出确认，等待另一名人员复核" in text
    assert verdicts.standing(context.engine) == []
    assert links["large"] in second.get("/review?show=second").text
    (proposal,) = deciding.waiting(context.engine)
    own = {"proposal_id": proposal.proposal_id, "basis_digest": proposal.subject.basis_digest, "reason": "复核无误"}
    assert 'value="confirm"' not in first.get(path).text
    answer = first.post(f"{path}/second", answer="confirm", **own)
    assert (answer.status_code, "复核人不得是提出人" in answer.text) == (422, True)
    assert "确认属于该被执行人" in second.get(path).text
    assert second.post(f"{path}/second", answer="confirm", **own).status_code == 303
    (given,) = verdicts.standing(context.engine)
    assert (given.verdict, given.officer, given.reason) == ("same", ANALYST, "已核对档案（GW1 复核）")
    assert second.post(f"{path}/second", answer="confirm", **own).status_code == 409
    acts = [entry.act.action for entry in logged() if entry.act.action in ("propose", "confirm")]
    assert acts == ["propose", "confirm"]


def test_a_proposal_is_given_back(enter: Enter, links: dict[str, str], context: Context) -> None:
    first, second = enter(ANALYST), enter(JUDGE)
    path = f"/review/links/{links['large']}"
    decide(first, links["large"], "same")
    assert decide_refused(second, path).status_code == 409
    text = second.get(path).text
    second.post(f"{path}/second", answer="give_back", reason="证据不足", basis_digest=hidden(text, "basis_digest"),
                proposal_id=hidden(text, "proposal_id"))  # fmt: skip
    assert deciding.waiting(context.engine) == []
    assert links["large"] in second.get("/review").text


def decide_refused(browser: Browser, path: str) -> Response:
    digest = hidden(browser.get(path).text, "basis_digest")
    return browser.post(path, answer="different", reason="核实", basis_digest=digest, seen="")


def test_a_link_that_is_not_published_is_no_page(enter: Enter) -> None:
    for link_id in ("L" + "0" * 24, "x", "L' OR 1=1"):
        assert enter(ANALYST).get(f"/review/links/{link_id}").status_code == 404


def test_characters_that_differ_are_marked_and_the_rest_of_a_number_hidden() -> None:
    assert sides("张三丰", "张丰") == ([Span("张", False), Span("三", True), Span("丰", False)], [Span("张丰", False)])
    left, right = sides("370499198503120017", "370499198503180017", unmasked=False)
    assert left == [Span("370499*******", False), Span("2", True), Span("**17", False)]
    assert right[1] == Span("8", True)
    assert sides("测", "") == ([Span("测", False)], [])


def test_the_console_knows_the_looks_of_the_picture(context: Context) -> None:
    sheet = resources.files("web").joinpath("static", "console.css").read_text(encoding="utf-8")
    for selector in re.findall(r"(\.waterfall [^{]+)\{", STYLE):
        assert selector in sheet, selector
    evidence = [{"field": "name", "left": "a", "right": "b", "level": "exact", "weight": 1.0}]
    assert context.beyond.picture(evidence) == waterfall_svg(evidence, styled=False)
    assert "<style" not in context.beyond.picture(evidence)
