"""The views of a register as a transport: the last night, read in one snapshot, looks like a file of its date."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from psycopg import sql

from connectors.control import Control
from connectors.site import SourceSite
from connectors.transport.answered import Taken, handed_over, listed
from connectors.transport.channel import RemoteFile
from connectors.transport.guard import Guard
from connectors.transport.postgresql.extract import Extract
from connectors.transport.postgresql.nights import Night, last_night
from connectors.transport.postgresql.session import Cursor, query, snapshot
from core.errors import SettingsError
from core.files import sha256_of, write_json, written_whole
from core.store import compact
from data_contracts import load


class PostgresTransport:
    """`taken` tells what we hold: a delta begins where the last delivery taken ended."""

    def __init__(self, site: SourceSite, guard: Guard, work: Path, taken: Taken) -> None:
        self._contract = load(site.source)
        if "postgresql" not in self._contract.format.options:
            raise SettingsError("this source has no views", where=site.source, do="correct url in chakong.toml")
        self._form: Mapping[str, str] = self._contract.format.options["postgresql"]
        self._site, self._guard, self._work, self._taken = site, guard, work, taken

    def dates(self, source: str, since: date, until: date) -> list[date]:
        """The last finished night, if it lies in the span: of an earlier one nothing can be read any more."""
        night = self._guard.call(self._last_night)
        return [night.business_date] if night and since <= night.business_date < until else []

    def list(self, source: str, business_date: date) -> list[RemoteFile]:
        """The archive and its control file; empty when the last finished night is another one."""
        folder = self._guard.call(lambda: self._read(business_date))
        return listed(folder) if folder else []

    def fetch(self, file: RemoteFile, to: Path) -> str:
        """Copy the archive or its control file."""
        return handed_over(file, to)

    def close(self) -> None:
        """Nothing to end: every reading has a connection of its own."""

    def _last_night(self) -> Night | None:
        with snapshot(self._site) as connection, connection.cursor() as cursor:
            return self._delivered(cursor)

    def _delivered(self, cursor: Cursor) -> Night | None:
        view = sql.Identifier(self._form["schema"], self._form["control_view"])
        return last_night(self._contract, cursor.execute(query("delivered", delivery=view)))

    def _read(self, business_date: date) -> Path | None:
        """The folder that holds the night's extract, read now unless it was before."""
        with snapshot(self._site) as connection, connection.cursor() as cursor:
            night = self._delivered(cursor)
            if night is None or night.business_date != business_date:
                return None
            since = night.since(self._taken(business_date))
            folder = self._work / f"{compact(business_date)}_{_seconds(night.extracted_at)}_{_seconds(since)}"
            name = f"{self._contract.source}_{'delta' if since else 'full'}_{compact(business_date)}.zip"
            if not (folder / f"{name}.ok").exists():
                shutil.rmtree(self._work, ignore_errors=True)
                self._write(Extract(cursor, self._contract, self._form["schema"], since), night, folder / name)
        return folder

    def _write(self, extract: Extract, night: Night, to: Path) -> None:
        """The archive, and then the control file that makes it count."""
        with written_whole(to) as temporary:
            rows = extract.write(temporary, night.extracted_at)
        mode = "delta" if extract.since else "full"
        control = Control(
            file=to.name,
            bytes=to.stat().st_size,
            sha256=sha256_of(to),
            rows={name: self._stated(extract, night, name, mode, count) for name, count in rows.items()},
            mode=mode,
            extracted_at=night.extracted_at,
            data_as_of=night.data_as_of,
            inquiry_batch=None,
        )
        write_json(to.with_name(f"{to.name}.ok"), control.as_json())

    def _stated(self, extract: Extract, night: Night, name: str, mode: str, rows: int) -> int:
        """What the agency states, where it states it for what we read: the count is compared like that of a file.

        The agency may count deleted rows that it still shows among those of a full; they are not in the register.
        """
        stated = night.stated(name, mode, extract.since)
        if stated is None or stated == rows:
            return rows
        deleted = extract.deleted(self._contract.table(name)) if mode == "full" else 0
        return rows if stated == rows + deleted else stated


def _seconds(moment: datetime | None) -> Any:
    return f"{moment:%Y%m%d%H%M%S}" if moment else "whole"
