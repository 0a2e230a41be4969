"""What stands in ``<source>/<YYYYMMDD>/``: which files belong together, which revision holds, what is not there yet.

Only names, sizes and times are read here; nothing is opened.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from connectors.transport import RemoteFile
from core import clock
from core.store import compact
from data_contracts import Contract, FileDecl

#: A clerk's workbook is complete when nobody has touched it for five minutes.
SETTLE_SECONDS = 300

#: Nobody's name, and too few digits for an identity number.
_PLAIN = re.compile(r"(?:[0-9]{0,14}[A-Za-z_.-])*[0-9]{0,14}", re.ASCII)

#: A place in a delivery that exactly one file fills: the declared file, and its page where the delivery has pages.
Slot = tuple[str, int | None]


@dataclass(frozen=True)
class Part:
    """One complete file and, where the agreement has one, its control file."""

    business_date: date
    file: RemoteFile
    declared: FileDecl
    mode: str
    batch: str | None
    page: int | None
    revision: int
    control: RemoteFile | None

    @property
    def slot(self) -> Slot:
        return self.declared.id, self.page


@dataclass(frozen=True)
class Candidate:
    """Files that make up one delivery: an extract of one mode, or the answer to one inquiry batch.

    `slots` holds for each place the revisions that stand there, newest first: a revision replaces the whole earlier
    file, and only when the newest cannot be taken does the one before it still count.
    """

    business_date: date
    mode: str
    batch: str | None
    slots: Mapping[Slot, tuple[Part, ...]]

    def as_it_grew(self) -> list[Candidate]:
        """The delivery before its first revision, with one of each place, and so on up to itself: what nights would
        have found that looked in between. Pages are not told apart: they are whole only together."""
        if any(page is not None for _, page in self.slots):
            return [self]
        most = max(len(parts) for parts in self.slots.values())
        return [
            replace(self, slots={slot: parts[-come:] for slot, parts in self.slots.items()})
            for come in range(1, most + 1)
        ]


@dataclass(frozen=True)
class Standing:
    """A folder read once. `unfinished` files have no control file or are still being written; `unexpected` ones fit no
    pattern of the contract, or name another date than their folder. Both as an operator may read them: a name that
    somebody made up can hold a person's name or number, and is told as its place among the names of the folder."""

    candidates: tuple[Candidate, ...]
    unfinished: tuple[str, ...]
    unexpected: tuple[str, ...]


def discover(
    contract: Contract,
    business_date: date,
    listing: Sequence[RemoteFile],
    *,
    pull_date: date,
    settle_seconds: int = SETTLE_SECONDS,
    growing: Collection[str] = (),
) -> Standing:
    """Sort the files of one folder into deliveries. `pull_date` is the business date of the night that looks, `growing`
    names files that were seen to change."""
    by_name = {file.name: file for file in listing if file.name not in growing}
    told = _told(contract, [file.name for file in listing])
    groups: dict[tuple[str, str | None], dict[Slot, list[Part]]] = {}
    unfinished, unexpected = [], []
    for file in by_name.values():
        if file.name.endswith(".ok"):
            if file.name.removesuffix(".ok") not in by_name:
                unfinished.append(told[file.name])
            continue
        part = _part(contract, business_date, file, by_name.get(f"{file.name}.ok"))
        if part is None:
            unexpected.append(told[file.name])
        elif not _complete(part, business_date, pull_date, settle_seconds):
            unfinished.append(told[file.name])
        else:
            slots = groups.setdefault((part.mode, part.batch), {})
            slots.setdefault(part.slot, []).append(part)
    candidates = tuple(
        Candidate(
            business_date,
            mode,
            batch,
            {
                slot: tuple(sorted(parts, key=lambda part: -part.revision))
                for slot, parts in sorted(slots.items(), key=_order)
            },
        )
        for (mode, batch), slots in groups.items()
    )
    unfinished += [told[name] for name in sorted(growing)]
    return Standing(candidates, tuple(unfinished), tuple(unexpected))


def settled(modified: datetime, business_date: date, pull_date: date, settle_seconds: int) -> bool:
    """Whether a file that comes without a control file can be taken for complete.

    The agreement says: last modified at least five minutes before the pull. The pull of a business date is nominally at
    02:30 of the next day; a test, the demo district or an operator may run it at any other hour. So the clock of the
    pull is the later of the wall clock and that nominal moment: a run ahead of time never finds a file of the same
    evening unfinished, a run after it (a rerun of a past night) still gives a clerk who is saving right now his five
    minutes.
    A folder of an earlier business date is closed: whatever stands there is complete.
    """
    if business_date < pull_date:
        return True
    pulled_at = max(clock.now(), clock.night_run_time(business_date))
    return pulled_at - modified >= timedelta(seconds=settle_seconds)


def fingerprint(listing: Sequence[RemoteFile]) -> tuple[tuple[str, int, str], ...]:
    """The folder as a value: equal fingerprints mean that nothing there was written in between."""
    return tuple((file.name, file.bytes, file.modified.isoformat()) for file in listing)


def _told(contract: Contract, names: Sequence[str]) -> dict[str, str]:
    """Name -> how it may be repeated."""
    return {
        name: name if _PLAIN.fullmatch(name) or _declared(contract, name.removesuffix(".ok")) else f"第{place}个文件"
        for place, name in enumerate(sorted(names), start=1)
    }


def _declared(contract: Contract, name: str) -> tuple[FileDecl, re.Match[str]] | None:
    """What the contract calls `name`."""
    matches = ((declared, re.fullmatch(declared.pattern, name)) for declared in contract.files)
    return next(((declared, match) for declared, match in matches if match), None)


def _part(contract: Contract, business_date: date, file: RemoteFile, control: RemoteFile | None) -> Part | None:
    found = _declared(contract, file.name)
    if found is None:
        return None
    declared, named = found[0], found[1].groupdict()
    stated_date = named.get("date")
    if stated_date is not None and stated_date != compact(business_date):
        return None
    return Part(
        business_date=business_date,
        file=file,
        declared=declared,
        mode="reply" if contract.mode == "reply" else named.get("mode") or "full",
        batch=named.get("batch"),
        page=int(named["page"]) if named.get("page") else None,
        revision=int(named.get("rev") or 1),
        control=control,
    )


def _complete(part: Part, business_date: date, pull_date: date, settle_seconds: int) -> bool:
    if part.declared.control:
        return part.control is not None
    return settled(part.file.modified, business_date, pull_date, settle_seconds)


def _order(item: tuple[Slot, list[Part]]) -> tuple[str, int]:
    (file_id, page), _ = item
    return file_id, page or 0
