"""Logging in at a real identity provider, in a real browser; and what of an answer is not believed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from officers import Browser, free_port, serving
from playwright.sync_api import BrowserContext, sync_playwright

from cli.beyond import beyond
from core.errors import SettingsError
from core.settings import Settings
from core.store import Store
from ledger import accounts, audit
from web.app import create_app
from web.context import Context
from web.identity import IdentityError, Provider, provider

sys.path.insert(0, str(Path(__file__).parents[2] / "integration"))

PASSWORD = "口令 of the provider 1"


@pytest.mark.parametrize(
    ("missing", "where"),
    [("oidc_client_id", "oidc_client_id"), ("oidc_address", "oidc_address"), ("oidc_secret_file", "oidc_secret_file")],
)
def test_half_a_configuration_is_none(missing: str, where: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s", encoding="utf-8")
    whole = Settings(
        oidc_issuer="https://sso.example", oidc_client_id="chakong", oidc_address="https://chakong.example",
        oidc_secret_file=str(tmp_path / "secret"),
    )  # fmt: skip
    assert isinstance(provider(whole), Provider)
    with pytest.raises(SettingsError, match=where):
        provider(replace(whole, **{missing: None}))
    with pytest.raises(SettingsError, match="cannot be read"):
        provider(replace(whole, oidc_secret_file=str(tmp_path / "absent")))


def test_somebody_must_be_able_to_log_in() -> None:
    assert provider(Settings()) is None
    with pytest.raises(SettingsError, match="nobody could log in"):
        provider(Settings(console_passwords=False))


def test_a_provider_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s", encoding="utf-8")
    absent = Settings(
        oidc_issuer=f"http://127.0.0.1:{free_port()}", oidc_client_id="chakong", oidc_address="http://localhost",
        oidc_secret_file=str(tmp_path / "secret"),
    )  # fmt: skip
    with pytest.raises(IdentityError, match="不可用"):
        Provider(absent).begin()


@pytest.fixture(scope="module")
def site(district: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, FastAPI]]:
    from servers.provider import CLIENT, SECRET
    from servers.provider import provider as serving_provider

    folder = tmp_path_factory.mktemp("single_sign_on")
    shutil.copy(district / "profiles.duckdb", folder / "profiles.duckdb")
    (folder / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    address = f"http://127.0.0.1:{(port := free_port())}"
    with ExitStack() as stack:
        people = {"GW1": PASSWORD, "GW8": PASSWORD}
        issuer = stack.enter_context(serving_provider(folder, free_port(), f"{address}/login/oidc/back", people))
        settings = Settings(
            console_passwords=False, oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_address=address,
            oidc_secret_file=str(folder / "secret"), oidc_claim="sub",
        )  # fmt: skip
        app = create_app(settings, Store(folder), beyond(settings, Store(folder)))
        stack.enter_context(serving(app, port))
        context: Context = app.state.context
        accounts.add(context.engine, "GW1", name="法官甲", role="judge", password=None)
        yield address, app


@pytest.fixture
def browser() -> Iterator[BrowserContext]:
    chromium = shutil.which("chromium")
    assert chromium, "run tests/system_packages.sh"
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened.new_context(locale="en")
        opened.close()


def sign_on(browser: BrowserContext, address: str, name: str, before_back: Callable[[], None] = lambda: None) -> str:
    """The way of an officer from our login page through the provider's; the text of the page that it ends at."""
    page = browser.new_page()
    page.goto(f"{address}/login")
    assert page.locator("#password").count() == 0
    page.click("text=用统一认证平台登录")
    page.fill("#login", name)
    page.press("#login", "Enter")
    page.fill("input[type=password]", PASSWORD)
    before_back()
    page.press("input[type=password]", "Enter")
    page.wait_for_selector("#accept, main#main")
    if page.locator("#accept").count():  # asked once of everybody
        page.click("#accept")
    page.wait_for_url(f"{address}/**")
    page.wait_for_load_state("networkidle")
    return f"{urlsplit(page.url).path} {page.inner_text('body')}"


def last(app: FastAPI) -> tuple[str, str | None, str]:
    """The audit log's last entry."""
    act = audit.entries(app.state.context.engine, {}, limit=1)[0].act
    return act.action, act.officer, act.outcome


@pytest.mark.system
def test_an_officer_logs_in_at_the_provider(site: tuple[str, FastAPI], browser: BrowserContext) -> None:
    address, app = site
    told = sign_on(browser, address, "GW1")
    assert told.startswith("/ ")
    assert "法官甲" in told
    assert last(app) == ("login", "GW1", "done")


@pytest.mark.system
def test_who_has_no_account_here_is_let_in_by_no_provider(site: tuple[str, FastAPI], browser: BrowserContext) -> None:
    address, app = site
    assert "没有可用的查控账户" in sign_on(browser, address, "GW8")
    assert last(app) == ("login_failed", None, "refused")


@pytest.mark.system
@pytest.mark.parametrize(
    ("changed", "told"),
    [({"nonce": "of another attempt"}, "令牌不可信"), ({"state": "of another attempt"}, "与请求不符"),
     ({"verifier": "v" * 43}, "未确认登录"), ({"begun": -1e9}, "已超时")],
)  # fmt: skip
def test_an_answer_to_something_else_is_not_believed(
    site: tuple[str, FastAPI], browser: BrowserContext, changed: dict[str, Any], told: str
) -> None:
    address, app = site

    def change() -> None:
        under_way = app.state.context.provider._attempts
        under_way.update({token: replace(attempt, **changed) for token, attempt in under_way.items()})

    assert told in sign_on(browser, address, "GW1", change)
    assert last(app) == ("login_failed", None, "refused")


@pytest.mark.system
def test_a_token_for_another_client_is_not_believed(
    site: tuple[str, FastAPI], browser: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, app = site
    identity = app.state.context.provider
    believed = identity._believed

    def as_another(token: str, attempt: Any) -> dict[str, Any]:
        monkeypatch.setattr(identity, "_client", "another")
        claims: dict[str, Any] = believed(token, attempt)
        return claims

    monkeypatch.setattr(identity, "_believed", as_another)
    assert "令牌不可信" in sign_on(browser, address, "GW1")


@pytest.mark.system
def test_nothing_goes_round_the_provider(site: tuple[str, FastAPI]) -> None:
    address, _ = site
    with httpx.Client(base_url=address) as client:
        assert client.post("/login", data={"officer": "GW1", "password": PASSWORD}).status_code == 403
        back = client.get("/login/oidc/back", params={"state": "x", "code": "y"})
        assert (back.status_code, "已超时" in back.text) == (401, True)
        leaving = client.get("/login/oidc")
        asked = parse_qs(urlsplit(leaving.headers["location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert {"state", "nonce", "code_challenge"} <= set(asked)
        kept = leaving.headers["set-cookie"].lower()
        assert all(word in kept for word in ("httponly", "samesite=lax", "path=/login/oidc", "max-age=600"))


def test_without_a_provider_there_is_no_way_to_one(unknown: Callable[[], Browser]) -> None:
    browser = unknown()
    assert browser.get("/login/oidc").status_code == 404
    assert browser.get("/login/oidc/back?state=x&code=y").status_code == 404
    assert "统一认证" not in browser.get("/login").text
