"""What the API answers: the same facts as the pages, masked, page by page, on a stated ground."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from officers import ACCOUNT, OTHER_JUDGE, PASSPORT, SHA256
from scenario import PERSON_A
from systems import CASE, Ask, System

from exports import profile_json
from ledger import audit, deciding
from ledger.audit import Entry
from profiles import stakes
from web.api.paging import Asked, Cut
from web.context import Context

Logged = Callable[[], list[Entry]]
JSON = {"Content-Type": "application/json"}
MASKED = PERSON_A[:6] + "*" * 10 + PERSON_A[-2:]


def test_a_debtor_is_found_by_words_that_stand_in_no_address(
    ask: Ask, debtor_id: str, logged: Logged, context: Context
) -> None:
    answer = ask().post("/search", words=PERSON_A)
    assert answer.status_code == 200
    (found,) = answer.json()["items"]
    assert (found["debtor_id"], found["name"], found["found_by"]) == (debtor_id, "测试甲", "id_number")
    assert found["id_number"] == MASKED
    assert re.fullmatch(r"\d+\.\d\d", found["claim_balance"])
    assert [entry.act.subject for entry in logged()] == [f"{context.words_digest(PERSON_A)}:1"]
    assert PERSON_A not in str(logged())
    assert logged()[0] in audit.entries(context.engine, {"debtor_id": [debtor_id]}), "found under whom it showed"


@pytest.mark.parametrize("words", ["", "  ", "x" * 101, "x\0", "x\ny", "\ud800", 7, None, ["x"]])
def test_words_that_are_none_are_refused_without_being_repeated(ask: Ask, words: Any) -> None:
    answer = ask().send("POST", "/api/v1/search", content=json.dumps({"words": words}), headers=JSON)
    assert answer.status_code == 422, answer.text
    assert [field["where"] for field in answer.json()["fields"]] == ["body.words"]
    assert "input" not in answer.text


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 20_000, b'{"words": %s}' % (b"9" * 5000), b"[]", b'"x"'])
def test_a_body_that_is_no_json_is_refused(ask: Ask, body: bytes) -> None:
    answer = ask().send("POST", "/api/v1/search", content=body, headers=JSON)
    assert answer.status_code == 422, answer.text


def test_a_profile_is_the_document_that_is_exported(ask: Ask, debtor_id: str, logged: Logged) -> None:
    answer = ask().get(f"/debtors/{debtor_id}")
    told = answer.json()
    jsonschema.validate(told, profile_json.json_schema())
    assert told["debtor"]["name"] == "测试甲"
    assert told["debtor"]["id_number"] == MASKED
    assert PERSON_A not in answer.text
    assert ACCOUNT not in answer.text
    (act,) = [entry.act for entry in logged()]
    assert (act.action, act.debtor_id, act.case_no, act.reason) == ("view", debtor_id, CASE, None)


def test_numbers_are_shown_in_full_by_scope_and_role_and_on_being_asked_alone(
    ask: Ask, debtor_id: str, logged: Logged, context: Context
) -> None:
    answer = ask().get(f"/debtors/{debtor_id}", numbers="full")
    assert PERSON_A in answer.text
    assert ACCOUNT in answer.text
    assert [entry.act.action for entry in logged()] == ["numbers", "view"]
    without = ask(set(context.permissions.scopes) - {"numbers"})
    for path in ("", "/targets", "/alerts", "/links"):
        assert without.get(f"/debtors/{debtor_id}{path}", numbers="full").status_code == 403
        assert without.get(f"/debtors/{debtor_id}{path}").status_code == 200
    assert logged()[-2].act.action in ("refused", "links")
    assert {entry.act.debtor_id for entry in logged() if entry.act.outcome == "refused"} == {debtor_id}


def test_a_profile_opens_under_ones_own_case_or_for_a_reason(
    ask: Ask, debtor_id: str, other_id: str, logged: Logged
) -> None:
    paths = ["", "/targets", "/alerts", "/links", "/records", "/verdicts"]
    for path in paths:
        assert ask(officer=OTHER_JUDGE).get(f"/debtors/{debtor_id}{path}").status_code == 403, path
        assert ask().get(f"/debtors/{other_id}{path}").status_code == 403, path
        assert ask().get(f"/debtors/{'D' + '0' * 24}{path}").status_code == 404, path
    refused = [entry.act for entry in logged() if entry.act.outcome == "refused"]
    assert {(act.officer, act.debtor_id) for act in refused} == {(OTHER_JUDGE, debtor_id), ("GW1", other_id)}
    for path in paths:
        answer = ask(officer=OTHER_JUDGE, reason="合议庭复核第九次").get(f"/debtors/{debtor_id}{path}")
        assert answer.status_code == 200, path
        assert logged()[-1].act.reason == "合议庭复核第九次"


def test_targets_and_alerts_of_ones_own_cases(
    ask: Ask, debtor_id: str, other_id: str, logged: Logged, context: Context
) -> None:
    under_case, for_a_reason = ask(), ask(reason="排期")
    targets = under_case.get("/targets").json()["items"]
    assert {(row["debtor_id"], row["case_no"]) for row in targets} == {(debtor_id, CASE)}
    assert targets == [row for row in for_a_reason.get("/targets").json()["items"] if row["case_no"] == CASE]
    assert targets == under_case.get(f"/debtors/{debtor_id}/targets").json()["items"]
    alerts = under_case.get("/alerts").json()["items"]
    assert [row["severity"] for row in alerts][:1] == ["urgent"]
    about = audit.entries(context.engine, {"debtor_id": [debtor_id]})
    lists = [entry for entry in logged() if entry.act.debtor_id is None]
    assert {entry.act.action for entry in lists} == {"targets", "alerts"}
    assert all(entry in about for entry in lists), "a list is found under whom it showed"
    assert under_case.get("/alerts", severity="normal").json()["items"] == [
        row for row in alerts if row["severity"] == "normal"
    ]
    others = ask(officer=OTHER_JUDGE, reason="排期")
    assert debtor_id not in others.get("/targets").text + others.get("/alerts").text
    assert ask(officer="GW3", reason="排期").get("/targets").json()["items"] == [], "an analyst without a case"


def test_pages_lead_through_the_whole_list(ask: Ask, debtor_id: str) -> None:
    for path in ("/alerts", f"/debtors/{debtor_id}/links", f"/debtors/{debtor_id}/records"):
        whole = ask().get(path).json()
        assert len(whole["items"]) > 1
        assert whole["next_cursor"] is None
        assert _walked(ask(), path, limit=1) == whole["items"]
    found = ask().post("/search", words="测", limit=1).json()
    assert found["next_cursor"] is None
    first = ask().post("/search", words="示例", limit=1).json()
    assert (
        first["next_cursor"] is None
        or ask().post("/search", words="示例", limit=1, cursor=first["next_cursor"]).json()["items"]
    )


def test_a_cursor_is_of_one_question_and_one_publication(ask: Ask, context: Context) -> None:
    cursor = ask().get("/alerts", limit=1).json()["next_cursor"]
    for path, query in (("/targets", {}), ("/alerts", {"severity": "urgent"})):
        answer = ask().get(path, cursor=cursor, **query)
        assert (answer.status_code, answer.json()["detail"][:6]) == (422, "cursor")
    for wrong in ("x", "!", cursor[:-3] + "AAA", "MTp4Onk", ""):
        assert ask().get("/alerts", limit=1, cursor=wrong).status_code == 422, wrong
    with context.publications.reading() as reader:
        newer = replace(reader, night=replace(reader.night, run={**(reader.run or {}), "run_id": "R20261124"}))
        before = Cut.at(context, newer, ("alerts", "GW1", CASE, None), Asked())._cursor(3)
    answer = ask().get("/alerts", cursor=before)
    assert answer.status_code == 409
    assert "档案库已经更新" in answer.json()["detail"]


def test_an_answer_says_what_it_rests_on_and_is_not_sent_twice(ask: Ask, debtor_id: str, logged: Logged) -> None:
    system = ask()
    for path in (f"/debtors/{debtor_id}", "/targets", f"/debtors/{debtor_id}/verdicts"):
        answer = system.get(path)
        assert answer.headers["chakong-publication"] == "R20261123"
        again = system.send("GET", f"/api/v1{path}", headers={"If-None-Match": f'"x", W/{answer.headers["etag"]}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    full = system.get(f"/debtors/{debtor_id}", numbers="full")
    assert full.headers["etag"] != system.get(f"/debtors/{debtor_id}").headers["etag"]
    assert len([entry for entry in logged() if entry.act.action == "view"]) == 4, "what is not sent again is noted too"


def test_a_figure_leads_to_the_record_that_was_delivered(ask: Ask, debtor_id: str) -> None:
    records = ask().get(f"/debtors/{debtor_id}/records").json()["items"]
    own = {(row["file_sha256"], row["table_name"]): row for row in records}
    place = own[SHA256, "units"]
    assert "财产" in place["what"]
    path = f"/debtors/{debtor_id}/records/{SHA256}/units/{place['row_no']}"
    told = ask().get(path).json()
    assert (told["original"], told["contract_version"]) == ("intact", "1.0.0")
    assert "不动产单元号" in [value["title"] for value in told["values"]]
    mortgage = ask().get(f"/debtors/{debtor_id}/records/{SHA256}/mortgages/1")
    assert "13900000001" not in mortgage.text
    assert "13900000001" in ask().get(f"/debtors/{debtor_id}/records/{SHA256}/mortgages/1", numbers="full").text
    assert ask().get(f"/debtors/{debtor_id}/records/{SHA256}/units/77").status_code == 404
    assert ask().get(f"/debtors/{debtor_id}/records/{'0' * 64}/units/1").status_code == 404
    assert ask().get(f"/debtors/{debtor_id}/records/{SHA256}/../units/1").status_code == 404


def test_a_link_is_decided_on_and_the_verdict_withdrawn(ask: Ask, debtor_id: str, logged: Logged) -> None:
    system, path = ask(), f"/debtors/{debtor_id}/verdicts"
    link = system.get(f"/debtors/{debtor_id}/links").json()["items"][0]
    decision = {"link_id": link["link_id"], "basis_digest": link["basis_digest"], "answer": "unsure", "reason": "待复"}
    given = system.post(path, **decision)
    assert given.status_code == 201, given.text
    wanted = {"link_id": link["link_id"], "verdict": "unsure", "reason": "待复", "officer": "GW1", "state": "new"}
    assert given.json().items() >= wanted.items()
    verdict_id = given.json()["verdict_id"]
    taken_back = system.post(f"{path}/{verdict_id}/withdrawal", reason="看错了")
    assert (taken_back.status_code, taken_back.json()["withdraws"]) == (201, verdict_id)
    assert system.post(f"{path}/{verdict_id}/withdrawal", reason="看错了").status_code == 409
    assert system.post(f"{path}/V{'0' * 24}/withdrawal", reason="看错了").status_code == 404
    states = {row["verdict_id"]: row["state"] for row in system.get(path).json()["items"]}
    assert (states[verdict_id], states[taken_back.json()["verdict_id"]]) == ("withdrawn", "withdrawal")
    done = [entry.act for entry in logged() if entry.act.action in ("verdict", "withdraw")]
    assert [(act.action, act.officer, act.debtor_id) for act in done] == [
        ("verdict", "GW1", debtor_id), ("withdraw", "GW1", debtor_id)]  # fmt: skip


def test_a_verdict_that_nobody_could_stand_for_is_refused(ask: Ask, debtor_id: str, other_id: str) -> None:
    system, path = ask(), f"/debtors/{debtor_id}/verdicts"
    link = system.get(f"/debtors/{debtor_id}/links").json()["items"][0]
    decision = {"link_id": link["link_id"], "basis_digest": link["basis_digest"], "answer": "same", "reason": "核实"}
    for status, wrong in (
        (409, {"basis_digest": "0" * 64}),
        (404, {"link_id": "L" + "0" * 24}),
        (422, {"answer": "maybe"}),
        (422, {"reason": " "}),
        (422, {"reason": "x\0"}),
        (422, {"reason": f"号码 {PERSON_A}"}),
        (422, {"officer": "GW2"}),
    ):
        assert system.post(path, **{**decision, **wrong}).status_code == status, wrong
    elsewhere = ask(officer=OTHER_JUDGE, reason="复核").post(f"/debtors/{other_id}/verdicts", **decision)
    assert elsewhere.status_code == 404, "the link is another debtor's"


def test_what_takes_two_officers_is_proposed_and_not_decided_over(ask: Ask, context: Context) -> None:
    system = ask(officer=OTHER_JUDGE, reason="复核")
    (found,) = system.post("/search", words=PASSPORT).json()["items"]
    path = f"/debtors/{found['debtor_id']}"
    links = {link["link_id"]: link for link in system.get(f"{path}/links").json()["items"]}
    with context.publications.reading() as reader:
        link = max((stakes.of_link(reader.con, link_id) for link_id in links), key=lambda one: one.amount or 0).link
    decision = {"link_id": link["link_id"], "basis_digest": link["basis_digest"], "reason": "核实", "seen": ""}
    stale = system.post(f"{path}/verdicts", **{**decision, "answer": "unsure", "seen": "V" + "0" * 24})
    assert stale.status_code == 409, "nobody decides over what he has not seen"
    given = system.post(f"{path}/verdicts", **decision, answer="same")
    assert (given.status_code, given.json()["state"]) == (202, "proposed"), given.text
    assert system.post(f"{path}/verdicts", **decision, answer="different").status_code == 409
    listed = system.get(f"{path}/verdicts").json()["items"]
    assert [row["verdict_id"] for row in listed if row["state"] == "proposed"] == [given.json()["verdict_id"]]
    deciding.give_back(context.engine, given.json()["verdict_id"], reason="测试完毕", officer=OTHER_JUDGE)


def test_the_description_is_open_and_complete(ask: Ask, context: Context) -> None:
    answer = ask().client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    told = answer.json()
    assert {f"{method.upper()} {path}" for path, methods in told["paths"].items() for method in methods} == set(
        context.permissions.api
    )
    for methods in told["paths"].values():
        for operation in methods.values():
            assert {"401", "403", "413", "422", "500"} <= set(operation["responses"])
            assert {"Chakong-Officer", "Chakong-Case", "Chakong-Reason"} <= {
                one["name"] for one in operation["parameters"]
            }


def _walked(system: System, path: str, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = system.get(path, **query, **({"cursor": cursor} if cursor else {})).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items
