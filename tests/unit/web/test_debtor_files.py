"""Files about a debtor: who gets which, on what ground, with which numbers, and that the log says so."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from officers import ACCOUNT, JUDGE, OTHER_JUDGE, Browser, Enter
from scenario import PERSON_A

from ledger.audit import Entry

Logged = Callable[[], list[Entry]]
ANALYST = "GW3"
CASE = "（2026）测0499执1号"


def words(content: bytes) -> str:
    """Everything that a DOCX says."""
    made = Document(io.BytesIO(content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in made.paragraphs), *cells, made.sections[0].header.paragraphs[0].text])


def looking(browser: Browser, debtor_id: str) -> Browser:
    """The same browser, with a reason stated."""
    browser.get(f"/debtors/{debtor_id}")
    browser.post(f"/debtors/{debtor_id}/purpose", reason="合议庭复核")
    return browser


def test_the_judge_takes_the_draft_of_a_notice_along(enter: Enter, debtor_id: str, logged: Logged) -> None:
    browser = enter(JUDGE)
    text = browser.get(f"/debtors/{debtor_id}").text
    assert f'aria-label="{CASE} 第 1 项的协助执行通知书草稿"' in text
    answer = browser.post(f"/debtors/{debtor_id}/notice", case_no=CASE, rank="1")
    assert answer.status_code == 200
    said = words(answer.content)
    for told in ("草稿", "协助执行通知书", CASE, "测试甲", PERSON_A):
        assert told in said, told
    assert debtor_id in answer.headers["content-disposition"]
    assert "测试甲" not in str(answer.headers)
    act = logged()[-1].act
    assert (act.action, act.subject, act.debtor_id, act.case_no) == ("export", "notice.docx", debtor_id, CASE)


@pytest.mark.parametrize(
    ("case_no", "rank"), [(CASE, "99"), (CASE, ""), ("（2026）测0499执2号", "1"), ("", "1' OR 1=1")]
)
def test_a_target_that_is_none_is_no_notice(enter: Enter, debtor_id: str, case_no: str, rank: str) -> None:
    browser = enter(JUDGE)
    assert browser.post(f"/debtors/{debtor_id}/notice", case_no=case_no, rank=rank).status_code == 404


def test_drafts_are_for_judges_alone(enter: Enter, debtor_id: str) -> None:
    browser = looking(enter(ANALYST), debtor_id)
    assert "通知书草稿" not in browser.get(f"/debtors/{debtor_id}").text
    assert browser.post(f"/debtors/{debtor_id}/notice", case_no=CASE, rank="1").status_code == 403


@pytest.mark.parametrize("file", ["inquiry.docx", "inquiry.pdf", "profile.pdf", "profile.xlsx"])
def test_every_file_is_handed_out_and_logged(enter: Enter, debtor_id: str, file: str, logged: Logged) -> None:
    answer = enter(JUDGE).post(f"/debtors/{debtor_id}/files", file=file)
    assert answer.content[:4] == (b"%PDF" if file.endswith("pdf") else b"PK\x03\x04")
    assert re.search(
        rf"filename\*=UTF-8''\S+_{debtor_id}_20261123\.{file[-4:].lstrip('.')}", answer.headers["content-disposition"]
    )
    assert logged()[-1].act.subject == file


def test_numbers_are_as_hidden_as_on_the_page(enter: Enter, debtor_id: str, logged: Logged) -> None:
    browser = looking(enter(OTHER_JUDGE), debtor_id)
    said = words(browser.post(f"/debtors/{debtor_id}/files", file="inquiry.docx").content)
    assert PERSON_A not in said
    assert "370499**********17" in said
    assert (logged()[-1].act.subject, logged()[-1].act.reason) == ("inquiry.docx:masked", "合议庭复核")
    with zipfile.ZipFile(io.BytesIO(browser.post(f"/debtors/{debtor_id}/files", file="profile.xlsx").content)) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
    assert ACCOUNT not in strings
    assert PERSON_A not in strings
    browser.post(f"/debtors/{debtor_id}/numbers")
    assert PERSON_A in words(browser.post(f"/debtors/{debtor_id}/files", file="inquiry.docx").content)


def test_without_a_ground_there_is_no_file(enter: Enter, other_id: str, debtor_id: str) -> None:
    browser = enter(JUDGE)
    for path, form in (("files", {"file": "profile.pdf"}), ("notice", {"case_no": CASE, "rank": "1"})):
        answer = browser.post(f"/debtors/{other_id}/{path}", **form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/debtors/{other_id}")
    assert browser.post(f"/debtors/{debtor_id}/files", file="../../etc/passwd").status_code == 404
