"""``python -m benchmarks.console.run``: fifty officers on a large publication, alone and while it is exchanged."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import psutil

from benchmarks.console import report
from benchmarks.console.words import debtors, words
from benchmarks.measure import ROOT, python
from benchmarks.profile.run import published

REPORT = ROOT / "docs" / "benchmarks" / "console.md"


@dataclass(frozen=True)
class Loaded:
    """One spell of load: what the officers saw, seconds, processor seconds and peak megabytes of the server, and how
    often the publication was exchanged."""

    told: dict[str, Any]
    seconds: float
    processor: float
    peak: float
    exchanges: int


@dataclass(frozen=True)
class Results:
    """Two spells; `opening` is how many seconds the server took to its first answer."""

    debtors: int
    officers: int
    opening: float
    quiet: Loaded
    exchanged: Loaded


def main(arguments: list[str] | None = None) -> int:
    """0 if no target was missed, 1 otherwise; the report is written all the same."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console.run", description=__doc__)
    parser.add_argument("--debtors", type=int, default=100_000, help="of the district, as in bench-profile")
    parser.add_argument("--officers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120, help="of each spell")
    parser.add_argument("--work", type=Path, default=ROOT / "var" / "bench_profile")
    parser.add_argument("--report", type=Path, default=REPORT)
    chosen = parser.parse_args(arguments)
    database = published(chosen.work / str(chosen.debtors), chosen.debtors)
    results = measure(database, chosen.work / "console", chosen.officers, chosen.seconds)
    report.write(results, chosen.report)
    sys.stdout.write(f"{report.target_lines(results)}\nwritten: {chosen.report}\n")
    return 0 if all(target.reached for target in report.targets(results)) else 1


def measure(database: Path, store: Path, officers: int, seconds: float) -> Results:
    """A store with nothing but the publication and a ledger with the officers, served and put under load twice."""
    shutil.rmtree(store, ignore_errors=True)
    store.mkdir(parents=True)
    shutil.copy(database, store / "profiles.duckdb")
    typed = store / "words.json"
    typed.write_text(json.dumps(words(database), ensure_ascii=False), encoding="utf-8")
    password = secrets.token_urlsafe(12)
    for number in range(officers):
        add = (
            "users",
            "add",
            f"LAST{number:03d}",
            "--name",
            f"测试{number}",
            "--role",
            "analyst",
            "--by",
            "ADMIN1",
            "--store",
            store,
        )
        subprocess.run(python("cli.main", *add), input=f"{password}\n", text=True, check=True, cwd=ROOT)
    with serving(store) as (address, server, opening):
        load = python("benchmarks.console.load", address, typed, "--officers", officers, "--seconds", seconds)
        quiet = _loaded(load, password, server, None)
        exchanged = _loaded(load, password, server, Exchange(store / "profiles.duckdb", seconds))
    return Results(debtors(database), officers, opening, quiet, exchanged)


@contextmanager
def serving(store: Path) -> Iterator[tuple[str, psutil.Process, float]]:
    """The console as its command serves it: address, process, seconds to the first answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = python("cli.main", "console", "--store", store, "--port", port)
    started = time.perf_counter()
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        while not _answers(address):
            if server.poll() is not None:
                raise SystemExit("the console ended before it answered")
            time.sleep(0.05)
        yield address, psutil.Process(server.pid), time.perf_counter() - started
    finally:
        server.terminate()
        server.wait()


class Exchange(Thread):
    """Publishes the same database anew, evenly over a spell: a copy renamed over it, as a night does.

    Two copies take turns, made before the spell: ten of a gigabyte in two minutes would measure the disk, and a night
    writes one in minutes.
    """

    def __init__(self, database: Path, seconds: float) -> None:
        super().__init__(daemon=True)
        self._database, self._every = database, seconds / (report.EXCHANGES + 1)
        self._copies = [Path(shutil.copy(database, database.with_suffix(f".copy{nth}"))) for nth in range(2)]
        self._ended = Event()
        self.done = 0

    def run(self) -> None:
        beside = self._database.with_suffix(".next")
        while self.done < report.EXCHANGES and not self._ended.wait(self._every):
            beside.hardlink_to(self._copies[self.done % 2])
            beside.replace(self._database)
            self.done += 1

    def stop(self) -> None:
        """No more exchanges."""
        self._ended.set()
        self.join()


def _loaded(load: list[str], password: str, server: psutil.Process, exchange: Exchange | None) -> Loaded:
    started, before = time.perf_counter(), server.cpu_times()
    watch = _Peak(server)
    watch.start()
    if exchange is not None:
        exchange.start()
    ended = subprocess.run(load, input=f"{password}\n", text=True, check=True, cwd=ROOT, stdout=subprocess.PIPE)
    if exchange is not None:
        exchange.stop()
    watch.stop()
    after = server.cpu_times()
    processor = after.user + after.system - before.user - before.system
    seconds = time.perf_counter() - started
    return Loaded(json.loads(ended.stdout), seconds, processor, watch.peak / 1e6, exchange.done if exchange else 0)


class _Peak(Thread):
    """The highest resident memory of the server during a spell."""

    def __init__(self, server: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._server, self._ended = server, Event()
        self.peak = 0

    def run(self) -> None:
        while not self._ended.wait(0.2):
            self.peak = max(self.peak, self._server.memory_info().rss)

    def stop(self) -> None:
        """No more samples."""
        self._ended.set()
        self.join()


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/login", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    sys.exit(main())
