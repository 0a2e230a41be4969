"""The console in a real browser over the demo district: a judge looks a debtor up, others are refused.

Pictures of each page go to docs/how-to/console with CHAKONG_PICTURES=1, else to a temporary folder.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from test_night import MONDAY, run_night

from cli.beyond import beyond
from core.settings import Settings
from core.store import Store
from demo import generate
from flows.places import places
from ledger import accounts, audit, audit_key, database
from profiles import query
from web.app import create_app

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "web"))
from officers import OFFICERS, PASSWORD, serving

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.system

CHROMIUM = shutil.which("chromium")
PICTURES = Path(__file__).parents[2] / "docs" / "how-to" / "console"
#: A person with something to stop, something waiting, and much else.
EXAMPLE = """
SELECT debtor_id FROM debtor d WHERE id_type = 'resident_id' AND confirmed_assets <= 24
ORDER BY EXISTS (FROM application a WHERE a.debtor_id = d.debtor_id AND can_be_stopped) DESC,
         waiting_review > 0 DESC, confirmed_assets DESC, debtor_id LIMIT 1"""
#: Pictures that docs/how-to/open-the-console.md shows.
SHOWN = ("login", "search", "debtor", "evidence", "purpose", "night", "audit")
SCREEN = {"width": 1366, "height": 768}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A night of the demo district, and an account of every role; the judge is the example debtor's."""
    folder = tmp_path_factory.mktemp("browser")
    generate(folder / "drops", debtors=120, nights=2, seed=20261122, faults=False)
    place = places(Settings(), folder / "drops", folder / "store")
    run_night(place, MONDAY)
    with duckdb.connect(str(place.store.profiles), read_only=True) as con:
        example = query.profile(con, con.execute(EXAMPLE).fetchall()[0][0])
    with database.opened(database.url_of(Settings(), place.store)) as engine:
        for officer, (role, name) in OFFICERS.items():
            judge = example["cases"][0]["judge"] if officer == "GW1" else name
            accounts.add(engine, officer, name="法官无案" if officer == "GW2" else judge, role=role, password=PASSWORD)
    return place.store


@pytest.fixture(scope="module")
def debtor(store: Store) -> query.Row:
    with duckdb.connect(str(store.profiles), read_only=True) as con:
        return query.profile(con, con.execute(EXAMPLE).fetchall()[0][0])


@pytest.fixture(scope="module")
def address(store: Store) -> Iterator[str]:
    with serving(create_app(Settings(), store, beyond(Settings(), store))) as served:
        yield served


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    assert CHROMIUM, "run tests/system_packages.sh"
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: playwright.Browser, address: str) -> Iterator[playwright.Page]:
    """A page of a fresh browser; what it asks of another host, or is denied by the policy, fails the test."""
    context = chromium.new_context(viewport=SCREEN, locale="zh-CN", base_url=address)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("request", lambda sent: None if sent.url.startswith(address) else wrong.append(sent.url))
    opened.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    context.close()
    assert wrong == []


def enter(page: playwright.Page, officer: str) -> None:
    page.goto("/login")
    page.fill("#officer", officer)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("form.who")


def picture(page: playwright.Page, name: str, folder: Path, *, whole: bool = False) -> None:
    kept = PICTURES if name in SHOWN and os.environ.get("CHAKONG_PICTURES") else folder
    kept.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=kept / f"{name}.png", full_page=whole)
    overflowing = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not overflowing, f"{name} is wider than the screen"


def test_a_judge_finds_a_mistyped_debtor_and_opens_the_evidence_of_a_figure(
    page: playwright.Page, debtor: query.Row, store: Store, tmp_path: Path
) -> None:
    page.goto("/login")
    picture(page, "login", tmp_path)
    enter(page, "GW1")
    name = debtor["debtor"]["name"]
    # the keyboard alone: the field has the focus already
    page.keyboard.type(_mistyped(name))
    page.keyboard.press("Enter")
    page.wait_for_selector("table.list")
    picture(page, "search", tmp_path)
    page.click(f"a.name >> text='{name}'")
    page.wait_for_selector("#assets")
    assert page.inner_text("h1") == name
    assert debtor["debtor"]["id_number"] in page.inner_text(".head")
    assert "依承办案件查看" in page.inner_text(".ground")
    picture(page, "debtor", tmp_path)
    picture(page, "debtor-whole", tmp_path, whole=True)
    page.emulate_media(media="print")
    page.pdf(path=tmp_path / "a4.pdf", format="A4")
    page.emulate_media(media="screen")
    page.click("#assets td.number a.trace >> nth=0")
    page.wait_for_selector("dl.stack")
    assert "刚刚重新计算的校验值一致" in page.inner_text("main")
    picture(page, "evidence", tmp_path)
    with database.opened(database.url_of(Settings(), store)) as engine:
        key = audit_key.read(store.audit_key)
        assert audit.verify(engine, key) == []
        acts = [entry.act.action for entry in audit.entries(engine, {"officer": "GW1"}, limit=4)]
    assert acts == ["evidence", "view", "search", "login"]


def test_another_judge_says_why_and_sees_numbers_after_asking(
    page: playwright.Page, debtor: query.Row, tmp_path: Path
) -> None:
    enter(page, "GW2")
    number = debtor["debtor"]["id_number"]
    page.goto(f"/debtors/{debtor['debtor']['debtor_id']}")
    picture(page, "purpose", tmp_path)
    page.fill("#reason", "合议庭复核")
    page.click("button.main")
    page.wait_for_selector("#assets")
    assert number not in page.content()
    page.click("text=显示完整号码")
    page.wait_for_selector("#assets")
    assert number in page.content()


@pytest.mark.parametrize(
    ("officer", "path"),
    [("GW1", "/audit"), ("GW1", "/night"), ("GW4", "/audit"), ("GW5", "/debtors/x"), ("GW6", "/audit")],
)
def test_what_is_forbidden_is_refused(page: playwright.Page, officer: str, path: str, tmp_path: Path) -> None:
    enter(page, officer)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 403
    assert page.inner_text("h1") == "不允许"
    picture(page, "refusal", tmp_path)


@pytest.mark.parametrize(("officer", "path", "name"), [("GW4", "/night", "night"), ("GW5", "/audit", "audit")])
def test_those_who_watch_have_their_pages(
    page: playwright.Page, officer: str, path: str, name: str, tmp_path: Path
) -> None:
    enter(page, officer)
    assert page.url.endswith(path)
    picture(page, name, tmp_path)


def _mistyped(name: str) -> str:
    """Another character of the same sound in place of the first, or the last two swapped in a longer name."""
    from pypinyin import lazy_pinyin

    if len(name) > 4:
        return name[:-2] + name[-1] + name[-2]
    sound = lazy_pinyin(name[0])
    return next(chr(c) for c in range(0x4E00, 0x9FA5) if lazy_pinyin(chr(c)) == sound and chr(c) != name[0]) + name[1:]
