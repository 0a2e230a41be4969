"""A reading: pages 1 to n under one snapshot, kept as files with control files until the last one is there.

The pages of an extract that has not changed are asked for once: a reading that was cut goes on where it stopped, as
long as its snapshot lives, and one that is whole is not read again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from connectors.control import Control
from connectors.transport.api.client import Answer, SnapshotLost
from core.clock import SHANGHAI
from core.errors import SenderError
from core.files import write_json, written_whole
from core.store import compact
from data_contracts import Contract

#: Times that one reading may lose its snapshot before the agency is told.
STARTS = 3
#: File names number pages with four digits.
MOST_PAGES = 9_999

#: Page number and snapshot (None on page 1) -> the answer; raises SnapshotLost.
Ask = Callable[[int, str | None], Answer]


@dataclass(frozen=True)
class Reading:
    """One reading of `contract` in `folder`, which holds nothing else and may be deleted at any time."""

    contract: Contract
    business_date: date
    mode: str
    folder: Path

    def complete(self, ask: Ask) -> None:
        """Bring every page of the extract as it is now into the folder. SenderError when its snapshot is lost again
        and again; an exception of `ask` leaves what has come for the next try."""
        for _ in range(STARTS):
            try:
                self._go_on(ask)
            except SnapshotLost:
                self._start_again()
            else:
                return
        raise SenderError(f"the snapshot was lost {STARTS} times", verdict="bad_answer", where=self.contract.source)

    def _go_on(self, ask: Ask) -> None:
        fresh = ask(1, None)
        held = self._held()
        if held is None or self._extract(held) != self._extract(fresh.page):
            self._start_again()
            self._keep(fresh, 1)
            held = fresh.page
        snapshot = self._fact(held, "snapshot", str)
        pages = self._fact(held, "total_pages", int)
        if not 1 <= pages <= MOST_PAGES:
            raise self._disagree("total_pages")
        for number in range(2, pages + 1):
            if not self._control(number).exists():
                self._keep(ask(number, snapshot), number, snapshot)

    def _held(self) -> Mapping[str, Any] | None:
        """Page 1 of the reading that waits in the folder."""
        if not self._control(1).exists():
            return None
        page: Mapping[str, Any] = json.loads(self._path(1).read_bytes())
        return page

    def _extract(self, page: Mapping[str, Any]) -> tuple[Any, ...]:
        """What stays the same as long as the agency holds the same extract; the snapshot does not."""
        facts = ("mode", "size", "total_pages", "total_rows", "data_as_of", "extracted_at")
        return tuple(page.get(self._keys[fact]) for fact in facts)

    def _keep(self, answer: Answer, number: int, snapshot: str | None = None) -> None:
        """Write the page byte for byte, then the control file that makes it count.

        Another page than the one asked for, or one of another snapshot, means that the agency has lost ours.
        """
        page = answer.page
        if self._fact(page, "page", int) != number or (snapshot and page.get(self._keys["snapshot"]) != snapshot):
            raise SnapshotLost
        path = self._path(number)
        control = Control(
            file=path.name,
            bytes=len(answer.body),
            sha256=hashlib.sha256(answer.body).hexdigest(),
            rows=self._rows(page),
            mode=self._fact(page, "mode", str),
            extracted_at=self._moment(page, "extracted_at"),
            data_as_of=self._moment(page, "data_as_of"),
            inquiry_batch=None,
        )
        with written_whole(path) as temporary:
            temporary.write_bytes(answer.body)
        write_json(self._control(number), control.as_json())

    def _rows(self, page: Mapping[str, Any]) -> dict[str, int]:
        """Rows of each table in this page; the totals that the page states are over all pages."""
        items = [item for item in self._fact(page, "items", list) if isinstance(item, dict)]
        rows = {}
        for table in self.contract.tables:
            name = table.locator[0].removesuffix("[]").rpartition(".")[2]
            nested = (item.get(name) for item in items)
            children = sum(len(rows) for rows in nested if isinstance(rows, list))
            rows[table.name] = children if table.nested else len(page[self._keys["items"]])
        return rows

    def _start_again(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{self.contract.source}_{self.mode}_{compact(self.business_date)}_p{number:04d}.json"

    def _control(self, number: int) -> Path:
        return self._path(number).with_suffix(".json.ok")

    @property
    def _keys(self) -> Mapping[str, str]:
        keys: Mapping[str, str] = self.contract.format.options["page_object"]
        return keys

    def _moment(self, page: Mapping[str, Any], fact: str) -> datetime:
        try:
            moment = datetime.fromtimestamp(self._fact(page, fact, int) / 1000, SHANGHAI)
        except (ValueError, OverflowError, OSError):
            raise self._disagree(fact) from None
        return moment.replace(tzinfo=None, microsecond=0)

    def _fact(self, page: Mapping[str, Any], fact: str, kind: type[Any]) -> Any:
        value = page.get(self._keys[fact])
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self._disagree(fact)
        return value

    def _disagree(self, fact: str) -> SenderError:
        return SenderError(
            f"the page's {self._keys[fact]} is not as agreed", verdict="bad_answer", where=self.contract.source
        )
