"""Who may do what: the table is all there is, and what it does not name nobody may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from officers import JUDGE, OFFICERS, PASSWORD, Browser, Enter, serving

from core.clock import now
from core.errors import SettingsError
from core.settings import Settings
from core.store import Store
from ledger import accounts, sessions
from ledger.audit import Entry
from ledger.connections import writing
from web import headers
from web.app import create_app, declared, require_agreement
from web.context import COOKIE, Context
from web.permissions import Permissions, parsed

Logged = Callable[[], list[Entry]]
OF_ROLE = {role: officer for officer, (role, _) in reversed(OFFICERS.items())}
#: What stands for the parts of a path: nothing that exists.
PARTS = {"{search_id}": "x", "{debtor_id}": "D" + "0" * 24, "{sha256}": "0" * 64, "{table}": "units", "{row_no}": "1",
         "{link_id}": "L" + "0" * 24, "{name}": "x", "{view_id}": "W0", "{path:path}": "x"}  # fmt: skip


def asked(browser: Browser, route: str) -> int:
    method, path = route.split()
    for part, value in PARTS.items():
        path = path.replace(part, value)
    answer = browser.get(path) if method == "GET" else browser.post(path)
    return answer.status_code


@pytest.mark.parametrize("role", OF_ROLE)
def test_every_route_is_open_to_the_roles_of_the_table_alone(
    enter: Enter, app: FastAPI, table: Permissions, role: str
) -> None:
    browser = enter(OF_ROLE[role])
    routes = sorted(declared(app.routes) - table.public - set(table.api) - {"POST /logout"})
    assert len(routes) > 8
    for route in [*routes, "POST /logout"]:
        allowed = role in table.routes[route]
        assert (asked(browser, route) != 403) == allowed, f"{role} {route}"


def test_nobody_unknown_sees_anything(unknown: Callable[[], Browser], table: Permissions) -> None:
    for route in table.routes:
        browser = unknown()
        assert asked(browser, route) == 303, route
        answer = browser.get("/no/such/page")
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("added", ["route", "mount"])
def test_a_route_that_the_table_does_not_name_is_refused_to_everybody(app: FastAPI, enter: Enter, added: str) -> None:
    before = list(app.router.routes)
    if added == "route":
        app.get("/added")(lambda: "open")
    else:
        app.mount("/added", app=lambda scope, receive, send: None)
    try:
        for officer in OFFICERS:
            assert enter(officer).get("/added" if added == "route" else "/added/x").status_code == 403
        with pytest.raises(SettingsError, match="GET /added"):
            require_agreement(app.routes, app.state.context.permissions)
    finally:
        app.router.routes[:] = before


def test_a_table_that_names_an_unknown_role_is_refused() -> None:
    with pytest.raises(SettingsError, match="jugde"):
        parsed({"roles": {"judge": "x"}, "public": [], "routes": {"GET /": ["jugde"]},
                "numbers": {"under_own_case": [], "on_request": []}, "scopes": {}, "api": {}})  # fmt: skip


def test_a_refusal_is_told_and_logged(enter: Enter, logged: Logged) -> None:
    answer = enter(JUDGE).get("/audit")
    assert (answer.status_code, "不允许" in answer.text) == (403, True)
    act = logged()[-1].act
    assert (act.action, act.outcome, act.officer, act.subject) == ("refused", "refused", JUDGE, "GET /audit")


def test_a_change_needs_the_token_of_ones_own_page(enter: Enter) -> None:
    browser = enter()
    for csrf in ("", "x", enter().csrf):
        assert browser.client.post("/search", data={"csrf": csrf, "words": "x"}).status_code == 403
    assert browser.post("/search", words="x").status_code == 303


@pytest.mark.parametrize(
    "header", [{"Origin": "http://elsewhere"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
)
def test_a_change_from_another_site_is_refused(
    enter: Enter, unknown: Callable[[], Browser], header: dict[str, str]
) -> None:
    browser = enter()
    sent = {"csrf": browser.csrf, "words": "x"}
    assert browser.client.post("/search", data=sent, headers=header).status_code == 403
    login = {"officer": JUDGE, "password": PASSWORD}
    assert unknown().client.post("/login", data=login, headers=header).status_code == 403


def test_a_body_too_large_or_no_form_is_refused(enter: Enter) -> None:
    browser = enter()
    assert browser.post("/search", words="x" * 70_000).status_code == 413
    assert browser.client.post("/search", content=b"\xff\xfe").status_code == 413
    assert browser.client.post("/search", content="&".join(f"a{n}=1" for n in range(60))).status_code == 413


def test_every_answer_carries_the_headers(enter: Enter, unknown: Callable[[], Browser]) -> None:
    for answer in (enter().get("/"), unknown().get("/"), unknown().get("/login"), enter().get("/audit"),
                   unknown().get("/static/console.css")):  # fmt: skip
        for name, value in headers.ALWAYS.items():
            assert answer.headers[name] == value
    assert enter().get("/").headers["Cache-Control"] == "no-store"
    assert "unsafe" not in headers.POLICY
    assert "Strict-Transport-Security" not in unknown().get("/login").headers


def test_pages_load_nothing_from_elsewhere_and_hold_no_script(enter: Enter, debtor_id: str) -> None:
    for path in ("/", f"/debtors/{debtor_id}", "/worklists", "/review"):
        text = enter().get(path).text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text
        assert " style=" not in text
        assert " on" + "click" not in text
        assert "<script>" not in text


def test_the_cookie_is_for_the_server_alone(unknown: Callable[[], Browser]) -> None:
    cookie = unknown().post("/login", officer=JUDGE, password=PASSWORD).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie


def test_behind_tls_the_cookie_never_goes_in_the_clear(context: Context) -> None:
    behind = create_app(Settings(console_proxy="127.0.0.1"), Store(context.store.root), context.beyond)
    with serving(behind) as address:
        answer = httpx.post(f"{address}/login", data={"officer": JUDGE, "password": PASSWORD})
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["Strict-Transport-Security"] == headers.A_YEAR


def test_leaving_ends_the_session_in_the_ledger(enter: Enter) -> None:
    browser = enter()
    token = browser.client.cookies[COOKIE]
    assert browser.post("/logout").headers["location"] == "/login"
    browser.client.cookies.set(COOKIE, token)
    assert browser.get("/").status_code == 303


def test_an_idle_session_is_over(enter: Enter, context: Context) -> None:
    browser = enter()
    token = browser.client.cookies[COOKIE]
    session = sessions.found(context.engine, token, context.idle)
    assert session is not None
    mine = sessions.session_table.c.token_digest == session.digest
    with writing(context.engine) as connection:
        idle = now() - context.idle - timedelta(seconds=1)
        connection.execute(sessions.session_table.update().where(mine).values(seen_at=idle))
    assert browser.get("/").headers["location"] == "/login"


def test_failures_are_counted_logged_without_words_and_lock(
    unknown: Callable[[], Browser], context: Context, logged: Logged
) -> None:
    accounts.add(context.engine, "GW7", name="法官丁", role="judge", password=PASSWORD)
    for _ in range(accounts.FAILURES_ALLOWED):
        assert unknown().post("/login", officer="GW7", password="wrong").status_code == 401
    answer = unknown().post("/login", officer="GW7", password=PASSWORD)
    assert (answer.status_code, "锁定" in answer.text) == (401, True)
    entries = logged()
    assert [entry.act.action for entry in entries] == ["login_failed"] * 6
    assert all("GW7" not in str(entry) for entry in entries)
    assert unknown().post("/login", officer="nobody", password="x").status_code == 401


def test_a_failure_inside_is_told_without_what_it_failed_on(
    enter: Enter, context: Context, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    browser = enter()
    with writing(context.engine) as connection:
        connection.execute(sa.text("ALTER TABLE access_purpose RENAME TO gone"))
    try:
        answer = browser.search("测试甲")
        assert answer.status_code == 200
        debtor = answer.text.split('href="/debtors/')[1].split('"')[0]
        assert browser.get(f"/debtors/{debtor}").status_code == 500
    finally:
        with writing(context.engine) as connection:
            connection.execute(sa.text("ALTER TABLE gone RENAME TO access_purpose"))
    assert caplog.text == ""
    assert debtor not in "".join(capfd.readouterr())
