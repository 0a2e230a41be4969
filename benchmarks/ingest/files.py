"""What is read: a household reply of any size, and one delivery of every other form from a demo district."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest.household import write_household
from benchmarks.measure import ROOT

DAY = "20261122"
HOUSEHOLD = "household"
#: Source -> (its form, how the names of its files end, encoding and field delimiter for the plain reader).
SOURCES: dict[str, tuple[str, str, str, str]] = {
    HOUSEHOLD: ("csv, all quoted", "csv", "gb18030", ","),
    "bank_sdrcb": ("csv", "csv", "gb18030", ","),
    "planning": ("tab-separated", "tsv", "utf8", "\t"),
    "vehicles": ("delimited text", "txt", "gb18030", "|"),
    "land": ("zip of csv", "zip", "gb18030", ","),
    "enterprises": ("zip of csv", "zip", "utf8", ","),
    "housing": ("xml", "xml", "utf8", ""),
    "bank_ccb": ("bank message, xml", "xml", "gb18030", ""),
    "bank_psbc": ("xlsx", "xlsx", "utf8", ""),
    "mining": ("xlsx filled by hand", "xlsx", "utf8", ""),
    "court_cases": ("json lines", "jsonl", "utf8", ""),
    "development": ("json pages", "json", "utf8", ""),
}


@dataclass(frozen=True)
class Entry:
    """One delivery to be read, by us and by plain readers."""

    source: str
    form: str
    kind: str
    encoding: str
    delimiter: str
    files: tuple[Path, ...]

    @property
    def megabytes(self) -> float:
        return sum(path.stat().st_size for path in self.files) / 1e6


def make(folder: Path, rows: int, debtors: int, only: Collection[str]) -> list[Entry]:
    """The sources `only`: the household reply of `rows` rows, the others from the night of a district of `debtors`.
    What is there is used again."""
    drops = folder / f"district_{debtors}"
    if set(only) - {HOUSEHOLD} and not (drops / "done").exists():
        _deliver(drops, folder / f"store_{debtors}", debtors)
        (drops / "done").touch()
    household = folder / f"household_{rows}" / "household_reply_Q2026112301.csv"
    if HOUSEHOLD in only and not household.exists():
        household.parent.mkdir(parents=True, exist_ok=True)
        write_household(household.with_suffix(".part"), rows)
        household.with_suffix(".part").rename(household)
    entries = []
    for source in (source for source in SOURCES if source in only):
        form, kind, encoding, delimiter = SOURCES[source]
        delivered = sorted((drops / source / DAY).glob(f"*.{kind}"))
        paths = [household] if source == HOUSEHOLD else delivered
        entries.append(Entry(source, form, kind, encoding, delimiter, tuple(paths)))
    return entries


def _deliver(drops: Path, store: Path, debtors: int) -> None:
    place = ("--drops", str(drops), "--store", str(store), "--date", f"{DAY[:4]}-{DAY[4:6]}-{DAY[6:]}")
    for arguments in (
        ("demo", "--out", str(drops), "--debtors", str(debtors), "--nights", "1", "--seed", "5"),
        ("inquire", *place),
        ("demo", "answer", *place),
    ):
        subprocess.run([sys.executable, "-m", "cli.main", *arguments], check=True, cwd=ROOT, capture_output=True)
