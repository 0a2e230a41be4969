"""Faults of whole files that an agreement tells of its source (`quirks`): something sent twice, on the second night.

Only what takes nothing that is due away is planted, so that everything else about the night stays true.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.files import write_json
from core.store import compact

_DUPLICATE = "duplicate_delivery"


@dataclass(frozen=True)
class SpoiltFile:
    """A file that should not be there. `verdict` is the outcome of its source that night, `codes` those of the file."""

    source: str
    fault: str
    business_date: date
    file: str
    verdict: str
    codes: tuple[str, ...]


def spoil(out: Path, nights: Sequence[date]) -> Iterable[SpoiltFile]:
    """Put the spoilt files beside those of the second night; none when there is no second night."""
    if len(nights) > 1:
        yield from _workbook_again(out / "mining", nights[0], nights[1])
        yield from _page_again(out / "development", nights[1])


def _workbook_again(folder: Path, first: date, second: date) -> Iterable[SpoiltFile]:
    """The mining office sends last week's workbook under a new name, where it has nothing new to send."""
    again = folder / compact(second) / f"mining_delta_{compact(second)}.xlsx"
    if again.parent.exists():
        return
    again.parent.mkdir(parents=True)
    shutil.copy2(folder / compact(first) / f"mining_full_{compact(first)}.xlsx", again)  # as old as it is
    yield SpoiltFile("mining", "duplicate_file", second, again.name, "unchanged", (_DUPLICATE,))


def _page_again(folder: Path, night: date) -> Iterable[SpoiltFile]:
    """The last page of a reading comes once more under the next number, when the snapshot was lost."""
    pages = sorted(path for path in (folder / compact(night)).glob("*_p*.json") if path.suffix == ".json")
    if not pages:
        return
    last = pages[-1]
    name = re.sub(r"p(\d{4})(?=\.json$)", lambda found: f"p{int(found[1]) + 1:04d}", last.name)
    again = last.with_name(name)
    shutil.copy2(last, again)
    control = json.loads(last.with_name(f"{last.name}.ok").read_text(encoding="utf-8"))
    write_json(again.with_name(f"{again.name}.ok"), {**control, "file": again.name})
    yield SpoiltFile("development", "duplicate_file", night, again.name, "loaded", (_DUPLICATE,))
