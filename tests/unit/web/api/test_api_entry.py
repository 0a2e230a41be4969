"""Who is let in: a key of the right scope, for an officer of the right role, who says why. Nothing else opens the API,
and a key opens nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from officers import JUDGE, OFFICERS, PASSWORD, Browser, Enter
from systems import API, CASE, Ask, System, stated

from core.clock import now
from core.errors import SettingsError
from ledger import accounts, api_keys, assignments, audit
from ledger.audit import Entry
from ledger.connections import writing
from web.api.entry import NO_KEY
from web.api.problems import KINDS, MEDIA_TYPE
from web.api.rate import Rate
from web.api.strangers import Strangers
from web.app import declared, require_agreement
from web.context import COOKIE, Context
from web.permissions import Permissions, parsed

Logged = Callable[[], list[Entry]]
OF_ROLE = {role: officer for officer, (role, _) in reversed(OFFICERS.items())}
NOBODY = "D" + "0" * 24
#: What stands for the parts of a path: nothing that exists.
PARTS = {
    "{debtor_id}": NOBODY,
    "{sha256}": "0" * 64,
    "{table}": "units",
    "{row_no}": "1",
    "{verdict_id}": "V" + "0" * 24,
}
BODIES = {
    "POST /api/v1/search": {"words": "无此人啊"},
    "POST /api/v1/debtors/{debtor_id}/verdicts": {
        "link_id": "L" + "0" * 24, "basis_digest": "0" * 64, "answer": "unsure", "reason": "核实"},
    "POST /api/v1/debtors/{debtor_id}/verdicts/{verdict_id}/withdrawal": {"reason": "核实"},
}  # fmt: skip


def asked(system: System, route: str) -> httpx.Response:
    method, path = route.split()
    for part, value in PARTS.items():
        path = path.replace(part, value)
    return system.send(method, path, json=BODIES.get(route))


@pytest.mark.parametrize("role", OF_ROLE)
def test_every_route_is_open_to_its_scope_and_roles_alone(ask: Ask, table: Permissions, role: str) -> None:
    assert len(table.api) > 10
    for scope in table.scopes:
        system = ask({scope}, officer=OF_ROLE[role], reason="合议庭复核")
        for route, rule in table.api.items():
            allowed = rule.scope == scope and role in rule.roles
            assert (asked(system, route).status_code != 403) == allowed, f"{scope} {role} {route}"
    for route, rule in table.api.items():
        others = ask(set(table.scopes) - {rule.scope}, officer=OF_ROLE[role], reason="合议庭复核")
        assert asked(others, route).status_code == 403, f"all but {rule.scope}: {route}"


def test_the_bodies_of_this_test_are_those_of_the_routes(app: FastAPI, table: Permissions) -> None:
    assert set(BODIES) == {route for route in table.api if route.startswith("POST")}
    of_api = {route.path for route in app.routes if isinstance(route, APIRoute) and route.path.startswith(API)}
    assert {route.split()[1] for route in table.api} | {f"{API}/openapi.json"} == of_api


def test_a_route_that_the_table_does_not_name_is_refused_to_every_key(app: FastAPI, ask: Ask) -> None:
    before = list(app.router.routes)
    app.get("/api/v1/added")(lambda: "open")
    app.get("/api/added")(lambda: "open")
    try:
        assert "GET /api/v1/added" in declared(app.routes)
        assert [ask().send("GET", path).status_code for path in ("/api/v1/added", "/api/added")] == [403, 403]
        with pytest.raises(SettingsError, match="/api/v1/added"):
            require_agreement(app.routes, app.state.context.permissions)
    finally:
        app.router.routes[:] = before


@pytest.mark.parametrize("token", ["", "x", "chk_K000000000000_" + "A" * 43, "chk_Kxyz_" + "A" * 43, "ü" * 20])
def test_without_a_key_nothing_is_told(ask: Ask, table: Permissions, token: str) -> None:
    system = ask()
    system.headers["Authorization"] = f"Bearer {token}".strip()
    for route in [*table.api, "GET /api/v1/no/such", "DELETE /api/v1/search"]:
        answer = asked(system, route)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), route
        assert answer.headers["content-type"] == MEDIA_TYPE
        assert answer.json()["type"] == "urn:chakong:problem:unauthenticated"
    del system.headers["Authorization"]
    assert asked(system, "GET /api/v1/targets").status_code == 401
    system.headers["Authorization"] = "Basic x"
    assert asked(system, "GET /api/v1/targets").status_code == 401


def test_a_session_opens_no_api_and_a_key_no_page(
    enter: Enter, ask: Ask, key: Callable[[], str], table: Permissions, unknown: Callable[[], Browser]
) -> None:
    browser = enter()
    for route in table.api:
        method, path = route.split()
        assert browser.client.request(method, path, data={"csrf": browser.csrf}).status_code == 401, route
    keyed = {**stated(key()), "Cookie": ""}
    for route in table.routes:
        method, path = route.split()
        answer = unknown().client.request(method, path, headers=keyed)
        assert (answer.status_code, answer.headers.get("location")) == (303, "/login"), route
    with_both = httpx.Client(base_url=browser.client.base_url, cookies={COOKIE: browser.client.cookies[COOKIE]})
    assert with_both.get(f"{API}/targets", headers=stated(key())).status_code == 200
    assert with_both.get(f"{API}/targets", headers=stated("chk_x")).status_code == 401


@pytest.mark.parametrize(
    ("officer", "case", "reason", "status"),
    [
        (None, CASE, None, 422),
        ("", CASE, None, 422),
        ("法官甲", CASE, None, 422),
        ("GW404", CASE, None, 403),
        (JUDGE, None, None, 422),
        (JUDGE, CASE, "合议庭复核", 422),
        (JUDGE, "", None, 422),
        (JUDGE, "执" * 101, None, 422),
        (JUDGE, "x\ny", None, 422),
        (JUDGE, None, " ", 422),
        (JUDGE, None, "查 370499198503120017", 422),
        (JUDGE, None, "x\0y", 422),
        (JUDGE, None, "x" * 1001, 422),
        (JUDGE, "（2026）测0499执99999号", None, 403),
        ("GW2", CASE, None, 403),
        (JUDGE, CASE, None, 200),
        (JUDGE, "(2026)测0499执01号", None, 200),
        ("GW2", None, "合议庭复核", 200),
    ],
)
def test_for_whom_and_why_must_be_stated(
    ask: Ask, key: Callable[[], str], *, officer: str | None, case: str | None, reason: str | None, status: int
) -> None:
    answer = System(ask().client, stated(key(), officer, case, reason)).send("GET", "/api/v1/targets")
    assert answer.status_code == status, answer.text
    if status != 200:
        assert answer.headers["content-type"] == MEDIA_TYPE
        assert answer.json()["title"] == KINDS[status][1]


def test_who_is_refused_before_it_is_known_for_whom_he_asks_is_noted(ask: Ask, logged: Logged) -> None:
    system = ask()
    key_id = system.headers["Authorization"].split("_")[1]
    for wrong in ({"Chakong-Officer": "法官甲"}, {"Chakong-Officer": "GW404"}, {"Chakong-Reason": "x"}):
        before = len(logged())
        assert system.send("GET", "/api/v1/targets", headers=wrong).status_code in (403, 422)
        (act,) = [entry.act for entry in logged()[before:]]
        assert (act.action, act.outcome) == ("refused", "refused")
        assert (act.key_id or str(act.subject).split()[0], str(act.subject).split()[-1]) == (key_id, "/api/v1/targets")


def test_who_shows_no_known_key_is_noted_once_in_a_while(
    ask: Ask, context: Context, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    # so that it does not matter who was refused before
    monkeypatch.setattr(context.strangers, "_noted", {})
    system = ask()
    system.headers["Authorization"] = "Bearer x"
    for _ in range(3):
        assert system.send("GET", "/api/v1/targets").status_code == 401
    acts = [(entry.act.subject, entry.act.officer, entry.act.address) for entry in logged()]
    assert acts == [(f"{NO_KEY} GET /api/v1/targets", None, "127.0.0.1")]


def test_strangers_are_news_once_each_and_never_more_than_so_many() -> None:
    strangers = Strangers(seconds=60, most=2)
    assert [strangers.is_news(address) for address in ("a", "a", "b", "c", "b")] == [True, False, True, False, False]
    forgetful = Strangers(seconds=0)
    assert forgetful.is_news("a")
    assert forgetful.is_news("a")


def test_a_key_that_asks_too_often_is_told_when_to_ask_again(
    ask: Ask, app: FastAPI, context: Context, logged: Logged
) -> None:
    hasty, before = ask({"search"}, reason="批量核对"), len(logged())
    other = ask()
    app.state.context = replace(context, rate=Rate(per_minute=12))
    try:
        answers = [hasty.post("/search", words="测试甲") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 429, 429, 429]
        assert other.get("/targets").status_code == 200
    finally:
        app.state.context = context
    refused = answers[-1]
    assert refused.headers["content-type"] == MEDIA_TYPE
    assert refused.json()["type"] == "urn:chakong:problem:too-many"
    assert 1 <= int(refused.headers["retry-after"]) <= 5
    noted = [(entry.act.action, entry.act.outcome) for entry in logged()[before:]]
    assert noted.count(("search", "done")) == 2
    assert noted.count(("refused", "refused")) == 1


def test_a_bucket_fills_evenly_and_holds_ten_seconds() -> None:
    moment = 0.0
    rate = Rate(per_minute=60, clock=lambda: moment)
    assert [rate.wait("K1") for _ in range(11)] == [0.0] * 10 + [1.0]
    assert rate.wait("K2") == 0
    moment = 0.5
    assert rate.wait("K1") == 0.5
    moment = 1.0
    assert [rate.wait("K1"), rate.wait("K1")] == [0.0, 1.0]
    moment = 1_000.0
    assert [rate.wait("K1") for _ in range(11)] == [0.0] * 10 + [1.0]
    assert Rate(per_minute=1, clock=lambda: moment).wait("K1") == 0
    with pytest.raises(SettingsError, match="no key could ask"):
        Rate(per_minute=0)


@pytest.mark.parametrize("value", ["%ff%fe", "%ED%A0%80", "case with \xfc"])
def test_a_case_that_is_no_text_is_refused(ask: Ask, value: str) -> None:
    assert ask().send("GET", "/api/v1/targets", headers={"Chakong-Case": value}).status_code == 422


def test_an_officer_whose_account_is_disabled_is_asked_for_no_more(ask: Ask, context: Context) -> None:
    accounts.add(context.engine, "GW8", name="法官辛", role="judge", password=PASSWORD)
    assignments.give(context.engine, "GW8", CASE, given_by="GW6")
    assert ask(officer="GW8").get("/targets").status_code == 200
    accounts.disable(context.engine, "GW8")
    assert ask(officer="GW8").get("/targets").status_code == 403


def test_a_key_that_is_over_is_refused_and_noted(ask: Ask, context: Context, logged: Logged) -> None:
    accounts.add(context.engine, "GW10", name="系统管理员", role="administrator", password=PASSWORD)
    made, token = api_keys.add(
        context.engine, "旧系统", officer="GW10", scopes={"targets"}, valid=timedelta(days=1), made_by="GW6"
    )
    system = System(ask().client, stated(token))
    assert system.get("/targets").status_code == 200
    own = api_keys.key_table.c.key_id == made.key_id
    for change in ({"expires_at": now()}, {"expires_at": made.expires_at, "revoked_at": now()}):
        with writing(context.engine) as connection:
            connection.execute(api_keys.key_table.update().where(own).values(**change))
        assert system.get("/targets").status_code == 401
    with writing(context.engine) as connection:
        connection.execute(api_keys.key_table.update().where(own).values(revoked_at=None))
    assert system.get("/targets").status_code == 200
    accounts.disable(context.engine, "GW10")
    assert system.get("/targets").status_code == 401
    refused = [entry.act for entry in logged() if entry.act.outcome == "refused"]
    assert [act.subject for act in refused] == [f"{made.key_id} GET /api/v1/targets"] * 3
    assert token not in str(logged())


def test_addresses_and_methods_that_are_none(ask: Ask) -> None:
    system = ask()
    assert system.send("GET", "/api/v1/no/such").json()["type"] == "urn:chakong:problem:not-found"
    answer = system.send("DELETE", "/api/v1/search")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert system.send("OPTIONS", "/api/v1/search").status_code == 405
    assert "access-control-allow-origin" not in answer.headers


def test_a_body_too_large_is_refused(ask: Ask) -> None:
    answer = ask().post("/search", words="x" * 70_000)
    assert (answer.status_code, answer.json()["title"]) == (413, "请求过长")


def test_every_request_stands_in_the_chained_log(
    ask: Ask, table: Permissions, context: Context, logged: Logged
) -> None:
    for route in table.api:
        before = len(logged())
        asked(ask(reason="合议庭复核第八次"), route)
        noted = [entry.act for entry in logged()[before:]]
        assert len(noted) == 1, route
        assert (noted[0].officer, noted[0].role, noted[0].key_id is not None) == (JUDGE, "judge", True), route
    assert audit.verify(context.engine, context.audit_key) == []


def test_the_supervisor_sees_by_which_system(ask: Ask, enter: Enter, debtor_id: str, logged: Logged) -> None:
    ask().get(f"/debtors/{debtor_id}")
    key_id = logged()[-1].act.key_id
    assert f"接口 {key_id}" in enter("GW5").get("/audit").text


def test_pages_and_api_are_not_mixed_in_the_table() -> None:
    table = {"roles": {"judge": "x"}, "public": [], "routes": {}, "numbers": {"under_own_case": [], "on_request": []},
             "scopes": {"search": "x"}, "api": {}}  # fmt: skip
    for wrong in (
        {"routes": {"GET /api/x": ["judge"]}},
        {"api": {"GET /x": {"scope": "search", "roles": ["judge"]}}},
        {"api": {"GET /api/x": {"scope": "serach", "roles": ["judge"]}}},
        {"api": {"GET /api/x": {"scope": "search", "roles": ["jugde"]}}},
    ):
        with pytest.raises(SettingsError):
            parsed({**table, **wrong})


def test_a_failure_inside_is_told_as_a_problem(
    ask: Ask, debtor_id: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from web.api import debtors

    monkeypatch.setattr(debtors, "about", lambda *_: 1 / 0)
    answer = ask().get(f"/debtors/{debtor_id}")
    assert (answer.status_code, answer.headers["content-type"]) == (500, MEDIA_TYPE)
    assert debtor_id not in answer.text
    assert caplog.text == ""
