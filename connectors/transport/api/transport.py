"""The signed API as a transport: a reading that is whole looks like files that an agency has put into a folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from connectors.site import SourceSite
from connectors.transport.answered import Taken, handed_over, listed
from connectors.transport.api.client import Answer, Client, NotReady
from connectors.transport.api.reading import Reading
from connectors.transport.channel import RemoteFile
from connectors.transport.guard import Guard
from core import clock
from core.errors import SettingsError
from core.store import compact
from data_contracts import calendar, load

#: Seconds to wait for an extract when the agency does not say how long.
NOT_READY_WAIT = 60.0


class ApiTransport:
    """Reads a date's extract whole before it lists a single file of it.

    The API lists no dates, so every date is asked about; the answer to page 1 tells whether anything is new.
    """

    def __init__(self, site: SourceSite, guard: Guard, work: Path, _taken: Taken) -> None:
        self._contract = load(site.source)
        if "api" not in self._contract.format.options:
            raise SettingsError("this source has no API", where=site.source, do="correct url in chakong.toml")
        self._api = self._contract.format.options["api"]
        self._client, self._guard, self._work = Client(site, self._api, guard), guard, work

    def dates(self, source: str, since: date, until: date) -> list[date]:
        """Every day of the span: the agency keeps them all. Readings of earlier days are no longer kept here."""
        for folder in self._work.glob("[0-9]*"):
            if folder.name < compact(since):
                shutil.rmtree(folder)
        return [since + timedelta(days=days) for days in range((until - since).days)]

    def list(self, source: str, business_date: date) -> list[RemoteFile]:
        """All pages with their control files, by name; empty when the agency has no extract of that date."""
        mode = "full" if business_date.weekday() == calendar.SUNDAY else "delta"
        folder = self._work / compact(business_date)

        def ask(page: int, snapshot: str | None) -> Answer:
            parameters = {"mode": mode, "business_date": compact(business_date), "page": str(page)}
            parameters["size"] = str(self._api["max_size"])
            return self._client.get(parameters | ({"snapshot": snapshot} if snapshot else {}))

        reading = Reading(self._contract, business_date, mode, folder)
        try:
            self._until_ready(business_date, lambda: reading.complete(ask))
        except NotReady:
            return []
        return listed(folder)

    def fetch(self, file: RemoteFile, to: Path) -> str:
        """Copy a page of the reading; TransientError when the reading is no longer kept."""
        return handed_over(file, to)

    def close(self) -> None:
        """End the connection, unless a step that never came back still holds it."""
        if not self._guard.stuck:
            self._client.close()

    def _until_ready(self, business_date: date, read: Callable[[], None]) -> None:
        """Ask for an extract that does not exist yet until its deadline; NotReady when that has passed, or when the
        source's time does not last until the agency wants to be asked again: a later run finds it."""
        deadline = calendar.deadline(self._contract, business_date)
        while True:
            try:
                return read()
            except NotReady as early:
                wait = early.after or NOT_READY_WAIT
                if clock.now() + timedelta(seconds=wait) > deadline or wait >= self._guard.left:
                    raise
                self._guard.pause(wait)
