"""The Data Docs of a small district: all that was judged is there, no delivered value, and nothing from outside."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from court import SETTINGS, SUNDAY, Court, day, holder, right

from connectors import validations
from connectors.data_docs.build import build
from connectors.records import read_deliveries, read_delivery
from core.settings import Settings
from core.store import Store
from data_contracts import load, sources
from demo.replies import answer
from flows import steps
from flows.places import places

#: People, firms, plots, houses and accounts, in four forms; the court's own cases are taken before anybody is asked.
TAKEN = ("household", "enterprises", "land", "housing", "bank_abc", "bank_psbc")
FLOOR = SETTINGS.full_volume_floor


class Page(HTMLParser):
    """What a page says, and everything it leads to or loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.led: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.said += [value or "" for _, value in attrs]
        self.led += [
            value or "" for name, value in attrs if name in ("href", "src", "srcset", "action", "data", "poster")
        ]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def pages(store: Store) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in sorted(store.data_docs.rglob("*.html"))}


def stand(store: Store) -> dict[Path, tuple[int, bytes]]:
    files = [path for path in store.data_docs.rglob("*") if path.is_file()]
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@pytest.fixture(scope="module")
def district(small_district: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A district after its first night was taken in, with its Data Docs."""
    folder = tmp_path_factory.mktemp("data_docs")
    drops = shutil.copytree(small_district, folder / "drops")
    place = places(Settings(), drops, folder / "store")
    steps.ask(place, SUNDAY)
    answer(drops, place.store.root, SUNDAY)
    for source in TAKEN:
        steps.take(place, source, SUNDAY)
    assert steps.document(place) > 0
    return place.store


def personal_values(store: Store) -> Iterator[str]:
    """Every accepted value of every column that the contracts call personal or sensitive."""
    with duckdb.connect() as con:
        for source in sources():
            for table in load(source).tables:
                files = [str(path) for path in store.deliveries.glob(f"{source}/*/*/accepted/{table.name}.parquet")]
                personal = [column.name for column in table.columns if column.pii != "none" and column.delivered]
                for name in personal if files else []:
                    query = f'SELECT DISTINCT "{name}"::VARCHAR FROM read_parquet($files) WHERE "{name}" IS NOT NULL'
                    yield from (value for (value,) in con.execute(query, {"files": files}).fetchall())


def test_every_delivery_that_was_judged_has_its_page_and_stands_in_the_index(district: Store) -> None:
    judged = [folder for source in sources() for folder in validations.judged_folders(district, source)]
    records = [record for source in sources() for record in read_deliveries(district, source)]
    assert {folder.name for folder in judged} == {record.delivery_id for record in records if record.judgement}
    assert {record.source for record in records if record.judgement} == {"court_cases", *TAKEN}
    led = set(Page((district.data_docs / "index.html").read_text(encoding="utf-8")).led)
    for folder in judged:
        record = read_delivery(folder)
        path = f"validations/{record.source}/{record.business_date:%Y%m%d}/{record.delivery_id}.html"
        assert path in led
        said = Page((district.data_docs / path).read_text(encoding="utf-8")).said
        results = validations.read(folder).runs[0].results
        assert sum(word in ("✓ 符合", "✗ 不符合") for word in said) == len(results) > 0
    assert {f"suites/{source}.html" for source in sources()} <= led


def test_nothing_comes_from_outside_and_every_asset_is_there(district: Store) -> None:
    found = pages(district)
    assert len(found) > len(sources()) + len(TAKEN)
    for path, page in found.items():
        assert "style.css" in {Path(target).name for target in page.led}
        assert not page.tags & {"script", "img", "iframe", "object", "embed", "base", "style", "form"}
        for target in page.led:
            assert not re.match(r"[a-z]+:|//", target, flags=re.I), target
            assert (path.parent / target).is_file(), f"{path} leads to {target}"
    for path in district.data_docs.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"https?:|url\(|@import|[\"'(=]\s*//", text, flags=re.I), path
    assert {path.suffix for path in district.data_docs.rglob("*") if path.is_file()} == {".html", ".css", ".json"}


def test_no_value_of_anybody_is_in_it(district: Store) -> None:
    said = {text for page in pages(district).values() for text in page.said}
    text = "\n".join([*said, (district.data_docs / "site.json").read_text(encoding="utf-8")])
    kept = "\n".join(path.read_text(encoding="utf-8") for path in district.deliveries.rglob(validations.FILE))
    agreed = "\n".join(path.read_text(encoding="utf-8") for path in Path("data_contracts").glob("*.yaml"))
    values = {value for value in personal_values(district) if len(value) > 2 and value not in agreed}
    assert len(values) > 3_000
    assert [value for value in values if value in text or value in kept] == []


def test_a_second_build_writes_nothing(district: Store) -> None:
    before = stand(district)
    assert build(district, FLOOR) == 0
    assert stand(district) == before


def test_building_needs_no_great_expectations(district: Store, tmp_path: Path) -> None:
    shutil.copytree(district.deliveries, tmp_path / "deliveries")
    code = (
        "import sys; from pathlib import Path; from core.store import Store;"
        "from connectors.data_docs.build import build;"
        "built = build(Store(Path(sys.argv[1])), 0.7);"
        "sys.exit(built == 0 or 'great_expectations' in sys.modules or 'pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0
    built = {path.relative_to(tmp_path): path for path in (tmp_path / "data_docs").rglob("*.html")}
    assert {path.relative_to(district.root) for path in pages(district)} == set(built)


def test_a_delivery_that_is_held_says_why_and_no_value(tmp_path: Path) -> None:
    court = Court(tmp_path)
    strange = [right(f"r{number}", right_type="CANARY-CODE", location="CANARY-PLACE") for number in range(60)]
    court.agency("land").zip(SUNDAY, "full", {"rights": strange, "holders": [holder("r1")]})
    court.take("land", SUNDAY)
    build(court.store, FLOOR)
    (record,) = read_deliveries(court.store, "land")
    assert record.state == "held"
    page = Page(next(court.store.data_docs.glob("validations/land/*/*.html")).read_text(encoding="utf-8"))
    assert {"扣留", "✗ 不符合", "60 / 60 行不符", "right_type 权利类型"} <= set(page.said)
    everything = [path.read_text(encoding="utf-8") for path in court.store.data_docs.rglob("*") if path.is_file()]
    assert not [text for text in everything if "CANARY" in text]


def test_only_what_is_new_is_written_and_what_is_gone_is_removed(tmp_path: Path) -> None:
    court = Court(tmp_path)
    court.agency("land").zip(SUNDAY, "full", {"rights": [right("a"), right("b")], "holders": [holder("a")]})
    court.take("land", SUNDAY)
    assert build(court.store, FLOOR) == len(sources()) + 4  # a suite each; style, delivery, index, site.json
    first = stand(court.store)
    court.agency("land").zip(day(1), "delta", {"rights": [right("c")]})
    court.take("land", day(1))
    assert build(court.store, FLOOR) == 3
    changed = {path.name for path, what in stand(court.store).items() if first.get(path) != what}
    (delta,) = [record for record in read_deliveries(court.store, "land") if record.mode == "delta"]
    assert changed == {f"{delta.delivery_id}.html", "index.html", "site.json"}

    shutil.rmtree(court.store.delivery_folder("land", SUNDAY))
    assert build(court.store, FLOOR) == 2
    left = [path.stem for path in court.store.data_docs.glob("validations/land/*/*.html")]
    assert left == [delta.delivery_id]
    listed = Page((court.store.data_docs / "index.html").read_text(encoding="utf-8")).led
    assert [Path(target).stem for target in listed if target.startswith("validations/")] == left


@pytest.mark.parametrize("broken", ["", "{", "{}"])
def test_a_site_that_cannot_be_read_is_made_anew(tmp_path: Path, broken: str) -> None:
    store = Store(tmp_path)
    build(store, FLOOR)
    fresh = {path: content for path, (_, content) in stand(store).items()}
    (store.data_docs / "site.json").write_text(broken, encoding="utf-8")
    (store.data_docs / "validations").mkdir()
    (store.data_docs / "validations" / "old.html").write_text("old", encoding="utf-8")
    assert build(store, FLOOR) > 0
    assert {path: content for path, (_, content) in stand(store).items()} == fresh
    assert build(store, 0.5) > 0, "suites say other limits"


def test_dates_are_listed_newest_first(district: Store) -> None:
    text = (district.data_docs / "index.html").read_text(encoding="utf-8")
    dates = [date.fromisoformat(found) for found in re.findall(r"<summary>(\d{4}-\d\d-\d\d)", text)]
    assert dates == sorted(dates, reverse=True) != []
