"""A night in which all is wrong that can be: nothing that it says or leaves for operators holds a delivered value.

Whether the search would find a leak is tested by leaks: a second night says values on purpose, in every way there is.
"""

from __future__ import annotations

import html
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from core.store import Store
from data_contracts import load, sources
from demo import generate
from demo.replies import answer

pytestmark = pytest.mark.system

SUNDAY = date(2026, 11, 22)
#: What a person would be found by; shorter ones (a balance of 0.00, a surname) say nothing of anybody.
SHORTEST = 3
SHORTEST_NUMBER = 9
#: Where delivered values belong: rows, profiles, the bytes as they came, the questions to agencies.
ROWS = (".parquet", ".duckdb")
DELIVERED = ("archive", "outbox", "inquiries")

COMMAND = "import sys; from cli.main import entry; entry()"
#: The same command, with steps that leak what the environment holds, each in its way.
LEAKY = """
import json, logging, os
from flows import steps
from connectors import intake
from cli.main import entry

take = steps.take

def leaky(place, source, business_date):
    from prefect import get_run_logger
    if source == "land":
        get_run_logger().info("took the row of %s", os.environ["LOGGED"])
    if source == "housing":
        logging.getLogger("connectors.intake").warning("cannot read %s", os.environ["WARNED"])
    if source == "tax":
        raise RuntimeError(f"no such row: {os.environ['RAISED']}")
    if source == "mining":
        (place.store.root / "nights" / "rows.json").write_text(json.dumps({"row": os.environ["FILED"]}))
    if source == "planning":
        return {**take(place, source, business_date), "message": os.environ["TOLD"]}
    return take(place, source, business_date)

class Night(intake._Night):
    def run(self):
        if self.contract.source == "vehicles":
            raise ValueError(f"cannot convert {os.environ['QUOTED']}")
        return super().run()

steps.take, intake._Night = leaky, Night
entry()
"""
#: Where each of these leaks goes. A failure inside intake leaves a record of its place in the code, without its words.
PLANTED: Mapping[str, set[str]] = {
    "LOGGED": {"said", "prefect"},
    "WARNED": {"said"},
    "RAISED": {"said", "prefect"},
    "TOLD": {"said"},
    "FILED": {"nights"},
    "QUOTED": set(),
}


@dataclass(frozen=True)
class Court:
    """The store, and the folder of the records of its failures."""

    drops: Path
    store: Store
    failures: Path

    def night(self, *more: str, program: str = COMMAND, **environment: str) -> str:
        """What the nightly command says."""
        place = ("--drops", str(self.drops), "--store", str(self.store.root))
        return self.says("nightly", *place, "--date", str(SUNDAY), *more, program=program, **environment)

    def says(self, *arguments: str, program: str = COMMAND, **environment: str) -> str:
        """What a command says on both of its outputs, however talkative Prefect is; it must not fail."""
        self.failures.mkdir(exist_ok=True)
        set_here = {"PREFECT_LOGGING_LEVEL": "DEBUG", "TMPDIR": str(self.failures), **environment}
        inherited = {name: value for name, value in os.environ.items() if name != "PREFECT_HOME"}
        run = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env=inherited | set_here, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.returncode in (0, 1), run.stderr[-2_000:]
        return run.stdout + run.stderr

    def left(self) -> dict[str, bytes]:
        """All that is left beside rows: outcomes, records of deliveries and failures, Data Docs, Prefect's database."""
        found = {}
        for root in (self.store.root, self.failures):
            for path in root.rglob("*"):
                place = path.relative_to(root)
                if path.is_file() and path.suffix not in ROWS and place.parts[0] not in DELIVERED:
                    found[str(place)] = path.read_bytes() + rows_of(path)
        return found


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Court:
    """Before its faulty night, with all replies there."""
    folder = tmp_path_factory.mktemp("leaks")
    made = Court(folder / "drops", Store(folder / "store"), folder / "failures")
    generate(made.drops, debtors=60, nights=1, seed=11, faults=True)
    return made


@pytest.fixture(scope="module")
def said(court: Court) -> str:
    """All that the commands around the night said."""
    at = ("--store", str(court.store.root))
    told = [court.says("inquire", "--drops", str(court.drops), *at, "--date", str(SUNDAY))]
    answer(court.drops, court.store.root, SUNDAY)
    told += [court.night(), court.night("--format", "json")]
    told += [court.says("status", *at), court.says("quarantine", "list", *at)]
    return "\n".join(told)


@pytest.fixture(scope="module")
def values(court: Court, said: str) -> set[str]:
    """What was delivered and tells of somebody."""
    assert "隔离" in said
    agreed = "\n".join(path.read_text(encoding="utf-8") for path in Path("data_contracts").glob("*.yaml"))
    return {value for value in delivered_values(court.store) if tells(value) and value not in agreed}


def test_nothing_delivered_is_said_logged_or_kept_beside_the_rows(court: Court, said: str, values: set[str]) -> None:
    left = {"what the commands said": said.encode(), **court.left()}
    assert {"prefect", "nights", "data_docs", "deliveries"} <= {place.split("/")[0] for place in left}
    assert len(values) > 2_000
    assert found(left, values) == []  # places alone: a failure must not tell the values either


def test_a_value_that_leaks_is_found_wherever_it_goes(court: Court, values: set[str], tmp_path: Path) -> None:
    copy = Court(court.drops, Store(tmp_path / "store"), tmp_path / "failures")
    shutil.copytree(court.store.root, copy.store.root)
    names = sorted(value for value in values if len(value) == SHORTEST)
    numbers = sorted(value for value in values if len(value) == 18 and value.isascii())
    leaks = dict(zip(PLANTED, zip(names, numbers, strict=False), strict=False))
    said = copy.night(program=LEAKY, **{way: " ".join(pair) for way, pair in leaks.items()})
    left = {"said": said.encode(), **copy.left()}
    for way, pair in leaks.items():
        for value in pair:
            assert {place.split("/")[0] for place in found(left, {value})} == PLANTED[way], way
    assert any(place.startswith("chakong-") for place in left)


@pytest.mark.parametrize("value", ["测试甲&<乙>", "370499198503120017"])
def test_a_value_is_found_in_every_way_of_writing(value: str) -> None:
    once = json.dumps({"message": f"row of {value}"})
    written = {"plain": f"…{value}…", "json": once, "twice": json.dumps(once), "page": html.escape(value)}
    assert found({place: text.encode() for place, text in written.items()}, {value}) == list(written)


def found(left: Mapping[str, bytes], values: Collection[str]) -> list[str]:
    """The places in which one of the values stands."""
    spelled = {spelling.encode() for value in values for spelling in spellings(value)}
    return [place for place, content in left.items() if any(spelling in content for spelling in spelled)]


def spellings(value: str) -> set[str]:
    """As it is, in JSON, in JSON within JSON, in a page."""
    once = json.dumps(value)[1:-1]
    return {value, once, json.dumps(once)[1:-1], html.escape(value)}


def rows_of(path: Path) -> bytes:
    """What stands in the tables of an SQLite database: its bytes split long texts over pages."""
    if path.suffix != ".db":
        return b""
    with closing(sqlite3.connect(path)) as con:
        return "\n".join(con.iterdump()).encode()


def delivered_values(store: Store) -> Iterator[str]:
    """Every accepted value of what the contracts call personal or sensitive, and every text of a refused row."""
    with duckdb.connect() as con:
        for source in sources():
            for table in load(source).tables:
                files = [str(path) for path in store.deliveries.glob(f"{source}/*/*/accepted/{table.name}.parquet")]
                for column in table.columns if files else ():
                    if column.pii != "none" and column.delivered:
                        query = f'SELECT DISTINCT "{column.name}"::VARCHAR FROM read_parquet($files)'
                        yield from (value for (value,) in con.execute(query, {"files": files}).fetchall() if value)
        refused = [str(path) for path in store.deliveries.rglob("quarantine.parquet")]
        for (raw,) in con.execute("SELECT DISTINCT raw FROM read_parquet($files)", {"files": refused}).fetchall():
            yield from _texts(raw)


def _texts(raw: str) -> Iterator[str]:
    """The fields of a refused row; all of it where it could not be split."""
    try:
        fields = json.loads(raw)
    except ValueError:
        fields = raw
    yield from fields.values() if isinstance(fields, dict) else (raw,)


def tells(value: str) -> bool:
    """Long enough to tell of somebody: names from three characters on, numbers from nine digits on."""
    return isinstance(value, str) and len(value) >= (SHORTEST_NUMBER if value.isascii() else SHORTEST)
