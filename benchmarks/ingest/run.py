"""``python -m benchmarks.ingest.run``: make the deliveries, read them all, write the report."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.ingest import files, report
from benchmarks.ingest.files import Entry
from benchmarks.measure import ROOT, CommandError, python, run
from benchmarks.peers.environment import peer_python

REPORT = ROOT / "docs" / "benchmarks" / "ingest.md"
PLAIN = Path(__file__).with_name("plain.py")
#: Plain readers by the end of a file's name; those that cannot read an encoding end with an error, which is told.
READERS = {
    "csv": ["pyarrow.csv"],
    "tsv": ["pyarrow.csv", "duckdb read_csv"],
    "txt": ["pyarrow.csv"],
    "zip": ["pyarrow.csv"],
    "xml": ["lxml iterparse", "expat (ElementTree)"],
    "xlsx": ["calamine"],
    "jsonl": ["orjson", "pyarrow.json"],
    "json": ["orjson, page by page"],
}


@dataclass
class Timed:
    """The fastest of several runs. `peak` is in megabytes, of the whole process; `laps` are seconds of the wall."""

    seconds: float = float("inf")
    processor: float = float("inf")
    peak: float = 0.0
    rows: int = 0
    laps: dict[str, float] = field(default_factory=dict)
    failed: str = ""

    def add(self, told: dict[str, Any], peak: float) -> None:
        """One more run."""
        if told["seconds"] < self.seconds:
            self.laps = {name: told[name] for name in ("read", "filter", "judge") if name in told}
        self.seconds = min(self.seconds, told["seconds"])
        self.processor = min(self.processor, told["processor"])
        self.peak, self.rows = max(self.peak, peak), told["rows"]


@dataclass
class Result:
    """One delivery: ours, and the plain readers by name."""

    entry: Entry
    ours: Timed
    plain: dict[str, Timed]

    @property
    def fastest(self) -> str:
        return min(self.plain, key=lambda name: self.plain[name].seconds)


def main(arguments: list[str] | None = None) -> int:
    """0 if everything was read and no target missed, 1 otherwise; the report is written all the same."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest.run", description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000, help="of the household reply")
    parser.add_argument("--debtors", type=int, default=20_000, help="of the district that delivers everything else")
    parser.add_argument("--repeat", type=int, default=3, help="runs of everybody, in turn; the fastest counts")
    parser.add_argument("--work", type=Path, default=ROOT / "var" / "bench_ingest")
    parser.add_argument("--report", type=Path, default=REPORT)
    parser.add_argument("--only", nargs="+", choices=files.SOURCES, default=list(files.SOURCES))
    chosen = parser.parse_args(arguments)
    peer = peer_python(chosen.work / "peer", Path(__file__).with_name("requirements.txt"))
    entries = files.make(chosen.work, chosen.rows, chosen.debtors, chosen.only)
    results = [measure(entry, peer, chosen.repeat) for entry in entries]
    report.write(results, chosen.rows, chosen.repeat, peer, chosen.report)
    sys.stdout.write(f"{report.target_lines(results)}\nwritten: {chosen.report}\n")
    return 0 if all(target.reached for target in report.targets(results)) else 1


def measure(entry: Entry, peer: str, repeat: int) -> Result:
    """Everybody in turn, so that a busy moment of the machine hits all."""
    result = Result(entry, Timed(), {name: Timed() for name in READERS[entry.kind]})
    paths = list(map(str, entry.files))
    mode = "full" if "_full_" in entry.files[0].name else "reply"
    for _ in range(repeat):
        told = run(python("benchmarks.ingest.ours", entry.source, mode, *paths))
        result.ours.add(json.loads(told.said), told.peak)
        for name, timed in result.plain.items():
            try:
                told = run([peer, str(PLAIN), name, entry.encoding, entry.delimiter, *paths])
            except CommandError as error:
                timed.failed = str(error).splitlines()[-1]
            else:
                timed.add(json.loads(told.said), told.peak)
    sys.stderr.write(f"{report.line(result)}\n")
    return result


if __name__ == "__main__":
    sys.exit(main())
