"""What the contract's suite said of a delivery, kept beside its record: every expectation and its counts, no row.

A delivery is judged once, or once more for each time that files of it were held and the rest was judged without them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.files import write_json
from core.store import Store
from data_contracts.suite import Finding, SuiteVerdict

FILE = "validation.json"


@dataclass(frozen=True)
class Run:
    """One judgement: whether all expectations were met, whether it held files, and what each expectation found."""

    success: bool
    held: bool
    results: tuple[Finding, ...]


@dataclass(frozen=True)
class Validation:
    """All judgements of a delivery, the first of them over everything that could be read, by `engine`."""

    engine: str
    runs: tuple[Run, ...]


def write(folder: Path, judged: Sequence[SuiteVerdict]) -> None:
    """Put the results into the folder of their delivery; nothing when nothing was judged."""
    if judged:
        runs = tuple(Run(verdict.success, verdict.held, verdict.results) for verdict in judged)
        validation = Validation(f"Great Expectations {version('great-expectations')}", runs)
        write_json(folder / FILE, asdict(validation))


def read(folder: Path) -> Validation:
    """What stands in the folder of a delivery that was judged."""
    document: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return Validation(document["engine"], tuple(_run(run) for run in document["runs"]))


def judged_folders(store: Store, source: str) -> Iterator[Path]:
    """The folders of all deliveries of `source` that were judged."""
    for path in (store.deliveries / source).glob(f"*/*/{FILE}"):
        yield path.parent


def _run(document: dict[str, Any]) -> Run:
    return Run(**{**document, "results": tuple(Finding(**result) for result in document["results"])})
