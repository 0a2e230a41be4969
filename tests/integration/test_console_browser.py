"""The console in a real browser over the demo district: a judge looks a debtor up and takes a draft along, an analyst
works the list, a reviewer decides by keyboard, an operator sees the night, others are refused.

Every page that is looked at is pictured (to docs/how-to/console with CHAKONG_PICTURES=1, else to a temporary folder),
must fit the screen, and must give axe-core nothing to say under WCAG 2.1 AA.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader
from test_night import MONDAY, run_night

from cli.beyond import beyond
from connectors.data_docs.build import build
from connectors.records import Verdict, as_json, delivery_folder, read_deliveries
from core.files import write_json
from core.settings import Settings
from core.store import Store
from demo import generate
from flows.places import places
from ledger import accounts, audit, audit_key, database, verdicts
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
SHOWN = ("login", "search", "debtor", "evidence", "purpose", "worklist", "review", "link", "night", "audit")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
ANALYST = "GW3"
#: What a person can reach: one stop for each group of radio buttons.
STOPS = """
[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((one) =>
  one.type !== "hidden" && one.checkVisibility() && !one.disabled
  && !(one.type === "radio" && one !== document.querySelector(`input[name="${one.name}"]`))).length"""
#: The next tab goes to the first stop: without the focus, a browser would go on from where it was.
FROM_THE_TOP = """
document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex"); window.scrollTo(0, 0)"""
#: A debtor of very long name with two hundred assets, made of the example's.
MANY = """
SET VARIABLE many = 'D' || repeat('f', 24);
INSERT INTO data.debtor
SELECT * REPLACE (getvariable('many') AS debtor_id, repeat('测试长名', 25) || '有限责任公司' AS name)
FROM debtor WHERE debtor_id = $example;
INSERT INTO data.debtor_case SELECT * REPLACE (getvariable('many') AS debtor_id)
FROM debtor_case WHERE debtor_id = $example;
INSERT INTO data.asset SELECT * EXCLUDE (n) REPLACE (
  getvariable('many') AS debtor_id, asset_id || n AS asset_id, repeat('示例长名称', 12) AS title)
FROM asset, range(40) r(n) WHERE debtor_id = $example AND is_current
QUALIFY row_number() OVER (ORDER BY n, asset_id) <= 200;
INSERT INTO data.target SELECT t.* REPLACE (getvariable('many') AS debtor_id, a.asset_id AS asset_id, a.nth AS rank)
FROM (SELECT asset_id, row_number() OVER (ORDER BY asset_id)::INTEGER AS nth FROM asset
      WHERE debtor_id = getvariable('many')) a,
     (FROM target WHERE debtor_id = $example ORDER BY rank LIMIT 1) t;
INSERT INTO data.seizure SELECT s.* EXCLUDE (n) REPLACE (s.asset_id || n AS asset_id)
FROM (SELECT seizure.*, n FROM seizure, range(40) r(n)) s
WHERE s.asset_id || n IN (SELECT asset_id FROM asset WHERE debtor_id = getvariable('many'))"""
SCREEN = {"width": 1366, "height": 768}
#: What A4 leaves between its margins, upright and across.
UPRIGHT, ACROSS = {"width": 703, "height": 1000}, {"width": 1032, "height": 690}
TOO_WIDE = """
[document.documentElement, ...document.querySelectorAll(".wide")].some((one) => one.scrollWidth > one.clientWidth)"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A night of the demo district, and an account of every role; the judge is the example debtor's."""
    folder = tmp_path_factory.mktemp("browser")
    generate(folder / "drops", debtors=120, nights=2, seed=20261122, faults=False)
    place = places(Settings(), folder / "drops", folder / "store")
    run_night(place, MONDAY)
    build(place.store, Settings().full_volume_floor)
    hold(place.store)
    with duckdb.connect(str(place.store.profiles)) as con:
        example = query.profile(con, con.execute(EXAMPLE).fetchall()[0][0])
        for statement in MANY.split(";\n"):
            con.execute(statement, {"example": example["debtor"]["debtor_id"]} if "$example" in statement else None)
    with database.opened(database.url_of(Settings(), place.store)) as engine:
        for officer, (role, name) in OFFICERS.items():
            judge = example["cases"][0]["judge"] if officer == "GW1" else name
            accounts.add(engine, officer, name="法官无案" if officer == "GW2" else judge, role=role, password=PASSWORD)
    return place.store


def hold(store: Store) -> None:
    """A delivery that a control file contradicts, so that the operator has something to do."""
    taken = read_deliveries(store, "land")[0]
    wrong = Verdict("hash_mismatch", taken.files[0].name, held=True)
    held = replace(
        taken, delivery_id=f"d{'0' * 20}", business_date=MONDAY, night=MONDAY, state="held", verdicts=(wrong,)
    )
    write_json(delivery_folder(store, held) / "delivery.json", as_json(held))


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


def look(page: playwright.Page, name: str, folder: Path, *, whole: bool = False) -> None:
    """Keep a picture; nothing is wider than the screen or the paper, and axe-core finds nothing."""
    kept = PICTURES if name in SHOWN and os.environ.get("CHAKONG_PICTURES") else folder
    kept.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=kept / f"{name}.png", full_page=whole)
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), name
    with on_paper(page):
        assert not page.evaluate(TOO_WIDE), f"{name} is wider than the paper"
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    told = [(one["id"], node["target"], node["failureSummary"]) for one in found for node in one["nodes"]]
    assert told == [], name


@contextmanager
def on_paper(page: playwright.Page) -> Iterator[None]:
    """The page as it is printed: across where it is a wide table."""
    page.emulate_media(media="print")
    page.set_viewport_size(ACROSS if page.evaluate("getComputedStyle(document.body).page") == "wide" else UPRIGHT)
    yield
    page.emulate_media(media="screen")
    page.set_viewport_size(SCREEN)


def walk(page: playwright.Page) -> None:
    """The tab key alone reaches everything that can be used, shows where it is, and comes out at the end."""
    page.evaluate(FROM_THE_TOP)
    seen: list[str] = []
    for _ in range(page.evaluate(STOPS)):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("""() => {
                const one = document.activeElement;
                if (getComputedStyle(one).outlineStyle === "none") return "unseen " + one.outerHTML.slice(0, 80);
                one.dataset.stop = one.dataset.stop || Math.random();
                return one === document.body ? "" : one.dataset.stop;
            }""")
        )
    assert not [stop for stop in seen if stop.startswith("unseen") or not stop]
    assert len(set(seen)) == len(seen), "some place is never reached"


def test_a_judge_finds_a_mistyped_debtor_and_opens_the_evidence_of_a_figure(
    page: playwright.Page, debtor: query.Row, store: Store, tmp_path: Path
) -> None:
    page.goto("/login")
    look(page, "login", tmp_path)
    walk(page)
    enter(page, "GW1")
    name = debtor["debtor"]["name"]
    # the keyboard alone: the field has the focus already
    page.keyboard.type(_mistyped(name))
    page.keyboard.press("Enter")
    page.wait_for_selector("table.list")
    look(page, "search", tmp_path)
    walk(page)
    page.click(f"a.name >> text='{name}'")
    page.wait_for_selector("#assets")
    assert page.inner_text("h1") == name
    assert debtor["debtor"]["id_number"] in page.inner_text(".head")
    assert "依承办案件查看" in page.inner_text(".ground")
    look(page, "debtor", tmp_path)
    look(page, "debtor-whole", tmp_path, whole=True)
    walk(page)
    with page.expect_download() as handed_out:
        page.click(".draft button >> nth=0")
    said = Document(str(handed_out.value.path()))
    words = [cell.text for table in said.tables for row in table.rows for cell in row.cells]
    words += [one.text for one in (*said.paragraphs, *said.sections[0].header.paragraphs)]
    assert name in "".join(words)
    assert "草稿" in "".join(words)
    page.click("#assets td.number a.trace >> nth=0")
    page.wait_for_selector("dl.stack")
    assert "刚刚重新计算的校验值一致" in page.inner_text("main")
    look(page, "evidence", tmp_path)
    walk(page)
    with database.opened(database.url_of(Settings(), store)) as engine:
        key = audit_key.read(store.audit_key)
        assert audit.verify(engine, key) == []
        acts = [entry.act.action for entry in audit.entries(engine, {"officer": ["GW1"]}, limit=5)]
    assert acts == ["evidence", "export", "view", "search", "login"]


def test_another_judge_says_why_and_sees_numbers_after_asking(
    page: playwright.Page, debtor: query.Row, tmp_path: Path
) -> None:
    enter(page, "GW2")
    number = debtor["debtor"]["id_number"]
    page.goto(f"/debtors/{debtor['debtor']['debtor_id']}")
    look(page, "purpose", tmp_path)
    walk(page)
    page.fill("#reason", "合议庭复核")
    page.click("button.main")
    page.wait_for_selector("#assets")
    assert number not in page.content()
    page.click("text=显示完整号码")
    page.wait_for_selector("#assets")
    assert number in page.content()


@pytest.mark.parametrize(
    ("officer", "path"),
    [
        ("GW1", "/audit"),
        ("GW1", "/night"),
        ("GW1", "/data-docs/index.html"),
        ("GW4", "/review"),
        ("GW5", "/debtors/x"),
        ("GW6", "/worklists"),
    ],
)
def test_what_is_forbidden_is_refused(page: playwright.Page, officer: str, path: str, tmp_path: Path) -> None:
    enter(page, officer)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 403
    assert page.inner_text("h1") == "不允许"
    look(page, "refusal", tmp_path)
    walk(page)


@pytest.mark.parametrize(("officer", "path", "name"), [("GW4", "/night", "night"), ("GW5", "/audit", "audit")])
def test_those_who_watch_have_their_pages(
    page: playwright.Page, debtor: query.Row, tmp_path: Path, *, officer: str, path: str, name: str
) -> None:
    enter(page, officer)
    assert page.url.endswith(path)
    if name == "audit":
        page.fill("#debtor", debtor["debtor"]["name"])
        page.press("#debtor", "Enter")
        page.wait_for_selector("text=以此为查找内容的")
    look(page, name, tmp_path)
    look(page, f"{name}-whole", tmp_path, whole=True)
    walk(page)


def test_the_operator_reads_the_validation_reports(page: playwright.Page, tmp_path: Path) -> None:
    enter(page, "GW4")
    page.click("text=数据校验报告")
    look(page, "data-docs", tmp_path)
    for number, start in enumerate(("suites/", "validations/")):
        page.click(f"a[href^='{start}'] >> nth=0")
        look(page, f"data-docs-{number}", tmp_path)
        page.go_back()


def test_an_analyst_filters_keeps_and_exports(page: playwright.Page, tmp_path: Path) -> None:
    enter(page, ANALYST)
    page.click("text=工作清单")
    page.select_option("#f-kind", "housing")
    page.fill("#f-amount", "100000")
    page.click("text=筛选 >> nth=0")
    page.wait_for_selector(".rows")
    look(page, "worklist", tmp_path)
    walk(page)
    listed = page.locator(".rows tbody tr").count()
    with page.expect_download() as handed_out:
        page.click("text=导出 XLSX")
    sheet = openpyxl.load_workbook(io.BytesIO(handed_out.value.path().read_bytes()))["建议措施"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert len(rows) == listed > 1
    assert all("房屋" in str(row[3]) and float(str(row[5])) >= 100000 for row in rows)
    page.fill("#title", "十万元以上的房屋")
    page.press("#title", "Enter")
    page.wait_for_selector("text=保存的筛选")
    assert page.input_value("#f-amount") == "100000"
    for name in ("expiring", "stoppable", "requery", "new"):
        page.goto(f"/worklists/{name}")
        look(page, name, tmp_path)
        walk(page)


def test_a_reviewer_decides_by_keyboard_and_undoes(page: playwright.Page, store: Store, tmp_path: Path) -> None:
    enter(page, ANALYST)
    page.goto("/review")
    look(page, "review", tmp_path)
    walk(page)
    page.focus(".shortcuts")
    page.keyboard.press("Space")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=为何核实关联")
    look(page, "review-purpose", tmp_path)
    walk(page)
    page.focus("#reason")
    page.keyboard.type("指挥中心集中核实")
    page.keyboard.press("Enter")
    page.wait_for_selector("#decision")
    first = page.url
    look(page, "link", tmp_path)
    walk(page)
    page.keyboard.press("j")
    page.wait_for_url(lambda address: address != first)
    page.keyboard.press("k")
    page.wait_for_url(first)
    page.keyboard.press("2")
    page.keyboard.type("经查为同名他人 j 1")
    page.keyboard.press("Enter")
    page.wait_for_selector(".done")
    assert page.url != first
    assert "已认定不属于该被执行人" in page.inner_text(".done")
    with database.opened(database.url_of(Settings(), store)) as engine:
        (given,) = verdicts.standing(engine)
        assert (given.verdict, given.reason, given.officer) == ("different", "经查为同名他人 j 1", ANALYST)
        page.click(".done a")
        page.fill("#undo", "看错了")
        page.press("#undo", "Enter")
        page.wait_for_selector("text=撤回 >> nth=0")
        page.wait_for_function("!document.querySelector('#undo')")
        assert verdicts.standing(engine) == []
    look(page, "undone", tmp_path)
    for show in ("second", "decided"):
        page.goto(f"/review?show={show}")
        look(page, show, tmp_path)
        walk(page)


def test_two_hundred_assets_under_a_long_name_fit_screen_and_paper(page: playwright.Page, tmp_path: Path) -> None:
    enter(page, "GW1")
    page.goto(f"/debtors/D{'f' * 24}")
    page.wait_for_selector("#assets")
    assert page.locator("#assets tbody tr, #waiting tbody tr").count() == 200
    assert page.locator(".draft button:visible").count() == 8
    page.click("#measures summary")
    assert page.locator(".draft button:visible").count() == 200, "a draft of every measure"
    look(page, "many", tmp_path, whole=True)
    page.pdf(path=tmp_path / "many.pdf", format="A4")
    pages = PdfReader(tmp_path / "many.pdf").pages
    assert 10 < len(pages) < 80
    assert {(one.mediabox.width // 10, one.mediabox.height // 10) for one in pages} == {(59, 84)}
    assert "有限责任公司" in pages[0].extract_text()


def _mistyped(name: str) -> str:
    """Another character of the same sound in place of the first, or the last two swapped in a longer name."""
    from pypinyin import lazy_pinyin

    if len(name) > 4:
        return name[:-2] + name[-1] + name[-2]
    sound = lazy_pinyin(name[0])
    return next(chr(c) for c in range(0x4E00, 0x9FA5) if lazy_pinyin(chr(c)) == sound and chr(c) != name[0]) + name[1:]
