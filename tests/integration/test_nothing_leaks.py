"""A night in which all is wrong that can be: nothing that it says or leaves for operators holds a delivered value."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
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


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, str]:
    """The store after a faulty night, and all that the commands around it said."""
    folder = tmp_path_factory.mktemp("leaks")
    drops, store = folder / "drops", Store(folder / "store")
    generate(drops, debtors=60, nights=1, seed=11, faults=True)
    place = ("--drops", str(drops), "--store", str(store.root))
    said = [chakong("inquire", *place, "--date", str(SUNDAY))]
    answer(drops, store.root, SUNDAY)
    said += [chakong("nightly", *place, "--date", str(SUNDAY))]
    said += [chakong("nightly", *place, "--date", str(SUNDAY), "--format", "json")]
    said += [chakong("status", "--store", str(store.root)), chakong("quarantine", "list", "--store", str(store.root))]
    return store, "\n".join(said)


def chakong(*arguments: str) -> str:
    """What a command says on both of its outputs, however talkative Prefect is; it must not fail."""
    environment = {**os.environ, "PREFECT_LOGGING_LEVEL": "DEBUG"}
    environment.pop("PREFECT_HOME", None)
    run = subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode in (0, 1), run.stderr[-2_000:]
    return run.stdout + run.stderr


def test_nothing_delivered_is_said_logged_or_kept_beside_the_rows(night: tuple[Store, str]) -> None:
    store, said = night
    assert "隔离" in said
    left = {"what the commands said": said.encode()} | {
        str(path.relative_to(store.root)): path.read_bytes() for path in told_files(store)
    }
    assert any(place.startswith("prefect/") for place in left)
    agreed = "\n".join(path.read_text(encoding="utf-8") for path in Path("data_contracts").glob("*.yaml"))
    values = {value for value in delivered_values(store) if tells(value) and value not in agreed}
    assert len(values) > 2_000
    found = [
        place
        for value in values
        for spelled in {value, json.dumps(value)[1:-1]}
        for place, content in left.items()
        if spelled.encode() in content
    ]
    assert found == []  # places alone: a failure must not tell the values either


def told_files(store: Store) -> Iterator[Path]:
    """Prefect's database and artifacts, logs, outcomes, records of deliveries, Data Docs."""
    for path in store.root.rglob("*"):
        is_told = path.suffix in (".json", ".jsonl", ".log", ".html", ".md", ".txt") or "prefect" in path.parts
        if path.is_file() and is_told and path.parts[len(store.root.parts)] not in ("archive", "outbox", "inquiries"):
            yield path


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
