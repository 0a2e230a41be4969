"""Whom somebody may mean, however they type, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from officers import ACCOUNT, HOSTILE, JUDGE, OLD_NUMBER, OTHER_JUDGE, Enter
from scenario import FIRM, PERSON_A, PERSON_A_15, PERSON_B

from core.duck import connect, sql
from core.settings import Settings
from ledger.audit import Entry
from profiles.searching.sounds import sound, spelled
from web.context import Context
from web.search import typed
from web.search.index import Hit
from web.search.recent import Recent

WRONG_DIGIT, SWAPPED = PERSON_A[:10] + "8" + PERSON_A[11:], PERSON_A[:8] + PERSON_A[9] + PERSON_A[8] + PERSON_A[10:]


@pytest.fixture(scope="module")
def find(context: Context) -> Iterator[Callable[[str], list[Hit]]]:
    with context.publications.reading() as reader:
        yield lambda words: reader.index.find(reader.con, words)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("测试甲", "name"),
        (" 测 试 甲 ", "name"),
        ("测试旧名", "former_name"),
        ("测是甲", "sound"),
        ("ceshijia", "sound"),
        ("Ce Shi Jia", "sound"),
        ("测试申", "near"),
        ("试测甲", "near"),
        (PERSON_A, "id_number"),
        (PERSON_A_15, "id_number"),
        (f"{PERSON_A[:6]} {PERSON_A[6:14]} {PERSON_A[14:]}", "id_number"),
        ("３７０４９９１９８５０３１２００１７", "id_number"),
        (PERSON_A.replace("0", "O", 1), "id_number"),
        (OLD_NUMBER, "former_id_number"),
        (WRONG_DIGIT, "near_number"),
        (SWAPPED, "near_number"),
        ("（2026）测0499执1号", "case_no"),
        ("(2026)测0499执01号", "case_no"),
        ("2026测0499执1号", "case_no"),
        ("（2026）测0499执1号之一", "case_no"),
        ("２０２６年测0499执字第0001号", "case_no"),
        ("2026测0499执1", "case_no"),
        (ACCOUNT, "account"),
        (f"{ACCOUNT[:4]} {ACCOUNT[4:]}", "account"),
        ("测D00000", "plate"),
        ("测D·OOOOO", "plate"),
        ("d00000", "plate"),
        ("370499001001GB00001F00010001", "unit_no"),
        ("370499 001001 GB00001 F00010001", "unit_no"),
    ],
)
def test_a_debtor_is_found_and_it_is_said_why(
    find: Callable[[str], list[Hit]], debtor_id: str, words: str, kind: str
) -> None:
    assert [(hit.debtor_id, hit.kind) for hit in find(words)][:1] == [(debtor_id, kind)]


@pytest.mark.parametrize(("words", "kind"), [("示例建材", "part"), (FIRM, "id_number"), (FIRM[8:17], "org_code")])
def test_a_firm_is_found_by_a_part_of_its_name_and_of_its_code(
    find: Callable[[str], list[Hit]], words: str, kind: str
) -> None:
    assert [hit.kind for hit in find(words)] == [kind]


def test_what_waits_for_a_person_is_found_and_said_to_wait(find: Callable[[str], list[Hit]], enter: Enter) -> None:
    assert [hit.kind for hit in find("370499001001GB00001F00010002")] == ["waiting_no"]
    assert "未确认属于此人" in enter().search("370499001001GB00001F00010002").text


def test_who_bears_a_number_comes_before_who_holds_something_of_it() -> None:
    with connect(Settings()) as con:
        con.execute("CREATE TABLE numbers (key VARCHAR, kind VARCHAR, debtor_id VARCHAR)")
        told = [("company_code", "D1"), ("org_code", "D2"), ("id_number", "D9"), ("former_id_number", "D3")]
        con.executemany("INSERT INTO numbers VALUES ('X', ?, ?)", told)
        found = con.execute(sql("web.search", "by_number"), {"forms": ["X"], "most": 9}).fetchall()
    assert [debtor_id for debtor_id, _ in found] == ["D9", "D3", "D1", "D2"]


@pytest.mark.parametrize(
    "words",
    ["", "甲", "无此人啊", "' OR 1=1 --", "%", "{% raw %}", PERSON_A[:6] + "20010101" + PERSON_B[14:], "x" * 100],
)
def test_nobody_is_found_by_what_means_nobody(find: Callable[[str], list[Hit]], words: str) -> None:
    assert find(words) == []


def test_what_is_typed_takes_the_forms_of_the_macros() -> None:
    names = [
        "测 试 甲",
        "阿卜杜·测试",
        "阿卜杜.测试",
        "示例（测试）有限责任公司",
        "Ａ示例厂",
        "测试甲先生",
        "示例有限责",
        "ab公司",
    ]
    numbers = [PERSON_A_15, " 370499-19850312-0017", "３７０４９９", "91370499ma3c4j5k2j"]
    cases = [
        "（2026）测0499执1号",
        "(2026)测0499执恢007号之二",
        "（2015）测执字第0046号",
        "2026年测0499执保3号",
        "测小明",
    ]
    certificates = ["鲁(2020)测试区不动产权第00001234号"]
    with connect(Settings()) as con:
        for text in names:
            assert typed.name(text) == con.execute("SELECT name_key($t)", {"t": text}).fetchall()[0][0], text
        for text in numbers:
            assert con.execute("SELECT id_normal(NULL, $t)", {"t": text}).fetchall()[0][0] in typed.numbers(text), text
        con.execute(sql("profiles.searching", "case_key"))
        for text in cases:
            assert typed.case_key(text) == con.execute("SELECT case_key($t)", {"t": text}).fetchall()[0][0], text
        for text in certificates:
            assert con.execute("SELECT cert_normal($t)", {"t": text}).fetchall()[0][0] in typed.numbers(text), text


@pytest.mark.parametrize(
    ("one", "other"), [("张伟", "章威"), ("颜闫", "闫颜"), ("陈静", "陈进"), ("曾师", "增思"), ("王冰", "王宾")]
)
def test_what_sounds_alike_is_one(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_latin_letters_are_read_as_syllables() -> None:
    assert spelled("Zhang Wei") == sound("张伟")
    assert spelled("lingang") == sound("林刚")
    assert spelled("张伟") == ""


def test_a_page_of_results_tells_namesakes_apart_and_hides_numbers(enter: Enter) -> None:
    text = enter().search("测是甲").text
    assert "读音相同" in text
    assert "1 名被执行人" in text
    assert "370499**********17" in text
    assert PERSON_A not in text
    assert "没有找到" in enter().search("无此人啊").text


def test_what_was_typed_stands_in_no_address_and_is_the_officers_alone(
    enter: Enter, logged: Callable[[], list[Entry]], context: Context
) -> None:
    browser = enter()
    answer = browser.post("/search", words="测试甲")
    place = answer.headers["location"]
    assert "测" not in place
    assert "%" not in place
    assert 'value="测试甲"' in browser.get(place).text
    assert enter(OTHER_JUDGE).get(place).headers["location"] == "/"
    searched = [entry.act for entry in logged() if entry.act.action == "search"]
    assert [(act.officer, act.subject) for act in searched] == [(JUDGE, f"{context.words_digest('测试甲')}:1")]
    assert "测试甲" not in str(logged())
    assert [browser.get(f"{place}?page_no={no}").status_code for no in ("0", "x", "99", "1")] == [404, 404, 404, 200]


def test_what_was_typed_and_what_is_published_is_shown_and_never_run(enter: Enter) -> None:
    browser = enter()
    typed_in = browser.search('"><script>alert(2)</script>{{ 7*7 }}').text
    assert "<script>alert" not in typed_in
    assert "49" not in typed_in.split('id="words"')[1].split(">")[0]
    listed = browser.search("示例{{ 7*7 }}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in listed, HOSTILE
    assert "<script>alert" not in listed
    assert browser.post("/search", words="  ").headers["location"] == "/"


def test_recent_words_are_bounded() -> None:
    recent = Recent(most=2)
    kept = [recent.keep("GW1", word) for word in ("a", "b", "c")]
    assert [recent.words("GW1", one) for one in kept] == [None, "b", "c"]
    assert recent.words("GW2", kept[2]) is None
