"""The night from delivered files to published profiles, on small demo districts, against their truth."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import cookbook
import duckdb
import notebook_page
import pyarrow.parquet as pq
import pytest
import truth
from exchange import BOXES, exchange
from published import differences

from connectors.records import read_outcome
from core.clock import now
from core.settings import Settings
from core.store import compact
from data_contracts import load
from demo import generate
from demo.replies import answer
from flows import steps
from flows.places import Places, places
from flows.summary import NightSummary
from profiles import history, schema

SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)


def run_night(place: Places, night: date) -> NightSummary:
    """Evening, the agencies' answers, and the night, without Prefect around the steps."""
    started = now()
    asked = steps.ask(place, night)
    answer(place.drops, place.store.root, night)
    outcomes = [steps.take(place, source, night) for source in steps.sources()]
    published = steps.publish(place, night, rebuild=False)
    assert steps.keep(place) == ([night.isoformat()] if published["rebuilt"] else [])
    return NightSummary.of(night, outcomes, published, started, unsent=asked.unsent, unconnected=())


@pytest.fixture(scope="module")
def two_nights(small_district: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Places, list[NightSummary]]:
    """A district without faults after Sunday and Monday."""
    folder = tmp_path_factory.mktemp("two_nights")
    drops = shutil.copytree(small_district, folder / "drops")
    place = places(Settings(), drops, folder / "store")
    summaries = []
    for night in (SUNDAY, MONDAY):
        summaries.append(run_night(place, night))
        shutil.copy(place.store.profiles, folder / f"{night}.duckdb")
    return place, summaries


@pytest.mark.parametrize("night", [SUNDAY, MONDAY])
def test_what_is_published_agrees_with_the_truth(two_nights: tuple[Places, list[NightSummary]], night: date) -> None:
    place, _ = two_nights
    con = truth.opened(place.store.root.parent / f"{night}.duckdb", place.drops, night)
    planted = con.execute(
        "SELECT count(*) FROM planted WHERE strong_id AND fault IS NULL AND tier = 'confirmed'"
    ).fetchall()
    assert planted[0][0] > 300
    assert truth.unknown_debtors(con, place.drops, night) == []
    assert truth.missing_assets(con) == []
    assert truth.foreign_assets(con) == []
    assert truth.forgotten_assets(con) == []
    assert truth.strangers_links(con, place.drops) == []


def test_a_district_without_faults_needs_no_operator(two_nights: tuple[Places, list[NightSummary]]) -> None:
    _, summaries = two_nights
    for summary in summaries:
        assert [outcome["message"] for outcome in summary.outcomes if outcome["needs_operator"]] == []
        assert sum(outcome["rows_quarantined"] or 0 for outcome in summary.outcomes) == 0
        assert not summary.must_look
        assert "各来源无需人工处理" in summary.text_zh()


def test_every_view_is_there_with_its_columns_types_comments_and_rows(
    two_nights: tuple[Places, list[NightSummary]],
) -> None:
    place, _ = two_nights
    with duckdb.connect(str(place.store.profiles), read_only=True) as con:
        for view in schema.load():
            described = con.execute(
                "SELECT column_name, data_type, comment FROM duckdb_columns()"
                " WHERE schema_name = 'main' AND table_name = $view"
                " ORDER BY column_index",
                {"view": view.name},
            ).fetchall()
            assert [(name, kind, bool(comment)) for name, kind, comment in described] == [
                (column.name, column.type, True) for column in view.columns
            ], view.name
            if view.name != "quarantine":  # no faults, nothing refused
                assert con.execute(f'SELECT count(*) FROM "{view.name}"').fetchall()[0][0] > 0, view.name


def test_the_first_night_is_a_baseline_and_the_second_tells_what_changed(
    two_nights: tuple[Places, list[NightSummary]],
) -> None:
    place, (sunday, monday) = two_nights
    assert sunday.published["is_baseline"]
    assert sunday.published["changes"] == {}
    assert not monday.published["is_baseline"]
    assert sum(monday.published["changes"].values()) > 0
    # what matching left out: leads of every night, pairs of the night that learned
    assert sunday.published["left_out"].keys() == {"leads_beyond_limit", "pairs_not_compared"}
    assert monday.published["left_out"]["pairs_not_compared"] == sunday.published["left_out"]["pairs_not_compared"]
    assert all(isinstance(count, int) for count in monday.published["left_out"].values())
    with duckdb.connect(str(place.store.profiles), read_only=True) as con:
        assert con.execute("SELECT DISTINCT run_date FROM change_event").fetchall() == [(MONDAY,)]


def test_nothing_that_a_build_worked_with_stays_behind(two_nights: tuple[Places, list[NightSummary]]) -> None:
    place, _ = two_nights
    assert not [*place.store.work.glob("build.*"), *place.store.work.glob("parties.*")]
    assert {path.name for path in place.store.links.iterdir()} == {"current.json", place_of_memory(place)}
    parts = {path.stem for path in (place.store.links / place_of_memory(place)).iterdir()}
    assert parts == {"left", "right", "answer", "beyond"}


def place_of_memory(place: Places) -> str:
    """The folder of what the last night left for the next."""
    return str(json.loads((place.store.links / "current.json").read_text(encoding="utf-8"))["folder"])


def test_the_same_night_again_changes_nothing(two_nights: tuple[Places, list[NightSummary]]) -> None:
    place, _ = two_nights
    before = place.store.profiles.read_bytes()
    again = run_night(place, MONDAY)
    assert again.nothing_changed
    assert "没有变化" in again.text_zh()
    assert not any(outcome["changed"] for outcome in again.outcomes)
    assert place.store.profiles.read_bytes() == before


#: The API's snapshot token and our own archive of the views make other bytes of the same rows.
OTHER_BYTES = {"development": ["file_sha256"], "enterprises": ["file_sha256"]}


@pytest.mark.system  # five servers and four nights
def test_a_night_over_every_transport_is_the_night_over_files(
    two_nights: tuple[Places, list[NightSummary]], tmp_path: Path
) -> None:
    of_files, summaries = two_nights
    with exchange(of_files.drops, tmp_path / "servers") as site:
        place = places(Settings(), None, tmp_path / "store")
        assert {place.sender(source).scheme for source in steps.sources()} == {
            "file", "sftp", "https", "s3", "api+https", "postgresql"
        }  # fmt: skip
        for summary in summaries:
            night = summary.business_date
            steps.ask(place, night)  # the same lists under the same numbers: the answers to the files' night fit
            for source in BOXES:
                waiting = of_files.store.outbox / source / compact(night)
                lists = {path.name: path.read_bytes() for path in waiting.iterdir() if not path.name.endswith(".sent")}
                assert lists and site.received(source, night) == lists
            site.deliver(night)
            outcomes = [steps.take(place, source, night) for source in steps.sources()]
            steps.publish(place, night, rebuild=False)
            told = ("source", "outcome", "mode", "tables", "data_as_of", "message", "verdicts", "needs_operator")
            for ours, theirs in zip(outcomes, summary.outcomes, strict=True):
                assert {key: ours[key] for key in told} == {key: theirs[key] for key in told}
            files = of_files.store.root.parent / f"{night}.duckdb"
            assert differences(place.store.profiles, files, OTHER_BYTES) == {}
        again = [steps.take(place, source, MONDAY) for source in steps.sources()]
        assert not any(outcome["changed"] for outcome in again)


def test_the_history_shows_every_night_as_it_was_published(two_nights: tuple[Places, list[NightSummary]]) -> None:
    place, _ = two_nights
    assert steps.keep(place) == []
    for night in (SUNDAY, MONDAY):
        assert history.located(place.store, night)[1] == night
        con, _ = history.as_of(place.store, night)
        with con:
            con.execute(f"ATTACH '{place.store.root.parent / f'{night}.duckdb'}' AS published (READ_ONLY)")
            for view in schema.load():
                ours, theirs = f"FROM {view.name}", f"FROM published.main.{view.name}"
                differing = con.execute(f"({ours} EXCEPT ALL {theirs}) UNION ALL ({theirs} EXCEPT ALL {ours})")
                assert differing.fetchall() == [], view.name


#: What a rebuild may say anew: it learns the model from tonight's registers, the night before had Sunday's.
LEARNED = {"asset": ["probability"], "link": ["probability", "evidence", "model_version", "decided_at"]}


def test_a_rebuild_publishes_the_same_content(two_nights: tuple[Places, list[NightSummary]], tmp_path: Path) -> None:
    place, _ = two_nights
    shutil.copy(place.store.profiles, tmp_path / "before.duckdb")
    assert steps.publish(place, MONDAY, rebuild=True)["rebuilt"]
    with duckdb.connect(str(place.store.profiles), read_only=True) as con:
        con.execute(f"ATTACH '{tmp_path / 'before.duckdb'}' AS before (READ_ONLY)")
        for view in schema.load():
            if view.name == "run":
                continue  # the run itself is new
            excluded = f" EXCLUDE ({', '.join(LEARNED[view.name])})" if view.name in LEARNED else ""
            now, before = (f'SELECT *{excluded} FROM {database}"{view.name}"' for database in ("", "before.main."))
            differing = con.execute(f"({now} EXCEPT ALL {before}) UNION ALL ({before} EXCEPT ALL {now})").fetchall()
            assert differing == [], view.name


def test_every_asset_leads_back_to_its_delivered_bytes(two_nights: tuple[Places, list[NightSummary]]) -> None:
    place, _ = two_nights
    with duckdb.connect(str(place.store.profiles), read_only=True) as con:
        for view in ("asset", "encumbrance", "seizure", "application", "liability", "provenance"):
            rows = con.execute(f'SELECT DISTINCT file, file_sha256 FROM "{view}" WHERE row_no IS NOT NULL').fetchall()
            assert rows, view
            for file, sha256 in rows:
                assert place.store.archived(sha256).exists(), (view, file)
            unnamed = con.execute(
                f'SELECT count(*) FROM "{view}" WHERE file IS NULL OR row_no IS NULL OR source IS NULL'
            ).fetchall()
            assert unnamed == [(0,)], view


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Places, list[NightSummary]]:
    """A district with every known fault planted, after two nights."""
    folder = tmp_path_factory.mktemp("faulty")
    generate(folder / "drops", debtors=120, nights=2, seed=11, faults=True)
    place = places(Settings(), folder / "drops", folder / "store")
    return place, [run_night(place, night) for night in (SUNDAY, MONDAY)]


def test_no_row_is_lost_whatever_is_wrong_with_it(faulty: tuple[Places, list[NightSummary]]) -> None:
    place, summaries = faulty
    with duckdb.connect(str(place.store.profiles), read_only=True) as con:
        status = con.execute(
            "SELECT source, rows_delivered, rows_accepted, rows_quarantined FROM source_status"
        ).fetchall()
        assert sum(row[3] or 0 for row in status) >= 10
        for source, delivered, accepted, quarantined in status:
            assert delivered is None or delivered == accepted + quarantined, source
        refused = con.execute("SELECT count(*) FROM quarantine WHERE len(reasons) = 0 OR raw IS NULL").fetchall()
        assert refused == [(0,)]
    stated = _stated_rows(place.drops)
    for summary in summaries:
        for outcome in summary.outcomes:
            if outcome["rows_delivered"] is not None and load(outcome["source"]).mode == "extract":
                expected = stated.get((outcome["source"], summary.business_date.strftime("%Y%m%d")))
                assert expected is None or outcome["rows_delivered"] == expected, outcome["source"]


def test_spoilt_files_get_the_verdict_expected(faulty: tuple[Places, list[NightSummary]]) -> None:
    place, _ = faulty
    spoilt = _spoilt_files(place.drops)
    assert {(row["source"], row["fault"]) for row in spoilt} == {
        ("mining", "duplicate_file"),
        ("development", "duplicate_file"),
    }
    for row in spoilt:
        outcome = read_outcome(place.store, row["source"], row["business_date"])
        assert outcome is not None and outcome.outcome == row["verdict"], row
        assert [(verdict.code, verdict.file) for verdict in outcome.verdicts if verdict.code in row["codes"]] == [
            (row["codes"][0], row["file"])
        ]


def test_planted_faults_do_not_make_false_links(faulty: tuple[Places, list[NightSummary]]) -> None:
    place, _ = faulty
    con = truth.opened(place.store.profiles, place.drops, MONDAY)
    assert truth.missing_assets(con) == []
    assert truth.strangers_links(con, place.drops) == []


def _spoilt_files(drops: Path) -> list[dict[str, Any]]:
    """Planted faults that concern a whole file."""
    faults: list[dict[str, Any]] = pq.read_table(drops / "truth" / "faults.parquet").to_pylist()
    return [row for row in faults if row["table_name"] is None]


def _stated_rows(drops: Path) -> dict[tuple[str, str], int]:
    """Rows that the control files of the registers state, by source and date folder; what is sent again counts not."""
    stated: dict[tuple[str, str], int] = {}
    again = {row["file"] for row in _spoilt_files(drops)}
    for control in (path for path in drops.glob("*/*/*.ok") if path.name.removesuffix(".ok") not in again):
        place = (control.parents[1].name, control.parent.name)
        stated[place] = stated.get(place, 0) + sum(json.loads(control.read_text(encoding="utf-8"))["rows"].values())
    return stated


# One bad night: each source with one thing wrong, all at once.


def _missing(drops: Path) -> None:
    shutil.rmtree(drops / "planning" / "20261123")


def _truncated(drops: Path) -> None:
    file = next((drops / "vehicles" / "20261123").glob("vehicles_base_delta_*.txt"))
    file.write_bytes(file.read_bytes()[:-40])


def _wrong_hash(drops: Path) -> None:
    control = next((drops / "housing" / "20261123").glob("*.ok"))
    document = json.loads(control.read_text(encoding="utf-8"))
    control.write_text(json.dumps({**document, "sha256": "0" * 64}), encoding="utf-8")


def _rewritten(drops: Path, pattern: str, change: Any) -> None:
    """Change the bytes of a delivered file and state them correctly: only the content is wrong."""
    import hashlib

    file = next(path for path in sorted(drops.glob(pattern)) if path.suffix != ".ok")
    data = change(file.read_bytes())
    file.write_bytes(data)
    control = file.with_name(f"{file.name}.ok")
    document = json.loads(control.read_text(encoding="utf-8"))
    document.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    control.write_text(json.dumps(document), encoding="utf-8")


def _wrong_header(data: bytes) -> bytes:
    first, _, rest = data.partition(b"\n")
    return first.replace("姓名".encode("gb18030"), "名字".encode("gb18030"), 1) + b"\n" + rest


@pytest.mark.system  # three nights
def test_a_bad_night_completes_says_what_was_wrong_and_keeps_yesterdays_state(
    small_district: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drops = shutil.copytree(small_district, tmp_path / "drops")
    place = places(Settings(), drops, tmp_path / "store")
    run_night(place, SUNDAY)
    with duckdb.connect(str(place.store.profiles), read_only=True) as con:
        before = set(con.execute("SELECT source, debtor_id, identifier FROM asset WHERE is_current").fetchall())

    steps.ask(place, MONDAY)
    answer(drops, place.store.root, MONDAY)
    _missing(drops)
    _truncated(drops)
    _wrong_hash(drops)
    _rewritten(drops, "household/20261123/household_reply_*", _wrong_header)
    _rewritten(drops, "bank_sdrcb/20261123/bank_sdrcb_accounts_*", lambda _: b"")
    _rewritten(drops, "land/20261123/land_delta_*", lambda _: b"this is no zip")
    from cli.main import main

    code = main(["nightly", "--drops", str(drops), "--store", str(place.store.root), "--date", "2026-11-23"])
    said = capsys.readouterr().out
    assert code == 1

    with duckdb.connect(str(place.store.profiles), read_only=True) as con:
        status = dict(
            con.execute("SELECT source, outcome FROM source_status WHERE business_date = DATE '2026-11-23'").fetchall()
        )
        shown = {row[0] for row in con.execute("SELECT debtor_id FROM debtor").fetchall()}
        after = set(con.execute("SELECT source, debtor_id, identifier FROM asset").fetchall())
    assert status["planning"] == "missing"
    assert status["housing"] == status["household"] == status["land"] == "rejected"
    assert status["bank_boc"] == status["court_cases"] == "loaded"
    assert main(["status", "--store", str(place.store.root)]) == 1
    trouble = said.split("需要处理：", 1)[1]
    for source in ("planning", "vehicles", "housing", "household", "bank_sdrcb", "land"):
        lines = [line for line in trouble.splitlines() if line.strip().startswith(f"{source}：")]
        assert len(lines) == 1, source
        assert len(lines[0]) > 20, source
        assert "　" not in lines[0].split("：", 1)[1][:1]
    for cause in ("缺少 姓名", "文件为空或没有表头", "不是 ZIP 格式"):
        assert cause in trouble
    kept = {row for row in before if row[0] in ("housing", "land", "planning") and row[1] in shown}
    assert len(kept) > 50
    assert kept <= after
    assert not zipfile.is_zipfile(next((drops / "land" / "20261123").glob("*.zip")))


def test_the_cookbook_shows_what_its_questions_give(two_nights: tuple[Places, list[NightSummary]]) -> None:
    page = cookbook.PAGE.read_text(encoding="utf-8")
    assert len(cookbook.questions(page)) >= 25
    assert cookbook.answered(page, two_nights[0].store.profiles) == page, "run `make docs`"


def test_the_notebook_shows_what_its_cells_give(two_nights: tuple[Places, list[NightSummary]]) -> None:
    notebook = json.loads(notebook_page.PAGE.read_text(encoding="utf-8"))
    again = notebook_page.executed(notebook, two_nights[0].store.profiles)
    assert notebook_page.texts(again) == notebook_page.texts(notebook), "run `make docs`"


def test_the_published_file_opens_in_plain_duckdb(
    two_nights: tuple[Places, list[NightSummary]], tmp_path: Path
) -> None:
    """Without our code: an isolated interpreter in another folder, every view read whole."""
    script = (
        "import duckdb, sys; con = duckdb.connect(sys.argv[1], read_only=True);"
        "views = con.execute('SELECT view_name FROM duckdb_views() WHERE NOT internal').fetchall();"
        "rows = {view: len(con.execute(f'FROM {view}').fetchall()) for (view,) in views};"
        "print(len(rows), rows['debtor'], 'core' in sys.modules)"
    )
    file = str(two_nights[0].store.profiles)
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, file], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(len(schema.load())), "60", "False"]
