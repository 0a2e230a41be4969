"""A reading in pages: complete only when pages 1 to n of one snapshot are there and their rows add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.pull import Read
from connectors.records import Verdict


@dataclass(frozen=True)
class Reading:
    """Pages to take, in order; `repeated` were sent twice. With a `verdict` nothing of the reading may be loaded:
    held when the pages contradict each other, not held when some have simply not arrived."""

    pages: tuple[Read, ...]
    repeated: tuple[tuple[Read, Verdict], ...]
    verdict: Verdict | None


def put_together(reads: Sequence[Read]) -> Reading:
    """Order the pages by what they say of themselves; the number in the file name only decides between repetitions."""
    by_page: dict[int, Read] = {}
    repeated: list[tuple[Read, Verdict]] = []
    for read in sorted(reads, key=lambda read: (read.report.head["page"] != read.part.page, read.part.page or 0)):
        page = int(read.report.head["page"])
        if page in by_page:
            repeated.append((read, Verdict("duplicate_delivery", read.part.file.name, False, {"page": page})))
        else:
            by_page[page] = read
    pages = tuple(by_page[page] for page in sorted(by_page))
    return Reading(pages, tuple(repeated), _verdict(pages) if pages else None)


def _verdict(pages: Sequence[Read]) -> Verdict | None:
    first = pages[0]
    name, head = first.part.file.name, first.report.head
    if len({(read.report.head["snapshot"], read.report.head["total_pages"]) for read in pages}) > 1:
        return Verdict("count_mismatch", name, True, {"what": "pages of several snapshots"})
    wanted = set(range(1, int(head["total_pages"]) + 1))
    missing = sorted(wanted - {int(read.report.head["page"]) for read in pages})
    if missing:
        return Verdict("count_mismatch", name, False, {"pages": "、".join(map(str, missing))})
    for table, stated in head["total_rows"].items():
        found = sum(read.rows.get(table, 0) for read in pages)
        if found != stated:
            return Verdict("count_mismatch", name, True, {"table": table, "stated": stated, "found": found})
    return None
