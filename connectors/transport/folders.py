"""The transport of folders: ``<root>/<source>/<YYYYMMDD>/<file>`` over any channel, the same way for all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from connectors.transport.channel import Channel, RemoteFile
from connectors.transport.guard import Guard
from connectors.transport.partial import Partial, forget_old
from core.errors import TransientError
from core.store import compact

T = TypeVar("T")


class FolderTransport:
    """See `connectors.transport.Transport`. `work` is where files wait that came only in part."""

    def __init__(self, channel: Channel, guard: Guard, work: Path) -> None:
        self.channel, self.guard, self.work = channel, guard, work

    def dates(self, source: str, since: date, until: date) -> list[date]:
        """Business dates with a folder, or with files where the channel cannot list folders."""
        if not self.channel.lists_folders:
            days = (since + timedelta(days=step) for step in range((until - since).days))
            return [day for day in days if self.list(source, day)]
        names = self._call(lambda: self.channel.folders(source))
        return sorted(day for name in names if (day := _day(name)) is not None and since <= day < until)

    def list(self, source: str, business_date: date) -> list[RemoteFile]:
        """Files by name; hidden files and ``.part`` uploads are left out."""
        try:
            files = self._call(lambda: self.channel.files(f"{source}/{compact(business_date)}"))
        except FileNotFoundError:
            raise TransientError("a file went while the folder was listed", where=source, do="pull again") from None
        whole = (file for file in files if not file.name.startswith(".") and not file.name.endswith(".part"))
        return sorted(whole, key=lambda file: file.name)

    def fetch(self, file: RemoteFile, to: Path) -> str:
        """Bring the file, however often the connection is cut; a file that changes meanwhile is a TransientError."""
        partial = Partial(self.work, file)
        forget_old(self.work)
        try:
            ended = False
            while partial.size < file.bytes and not ended:
                ended = self._call(lambda: self._continue(partial, file))
            unchanged = self._call(lambda: self.channel.stat(file)) == file
        except FileNotFoundError:
            unchanged = False
        if not unchanged or partial.size != file.bytes:
            partial.discard()
            raise TransientError("the file changed while it was read", where=file.name, do="pull again")
        return partial.deliver(to)

    def put(self, content: Path, source: str, business_date: date) -> None:
        """Send one file to the folder of `source` and the date; it appears whole."""
        self._call(lambda: self.channel.put(content, f"{source}/{compact(business_date)}", content.name))

    def close(self) -> None:
        """End the connection, unless a step that never came back still holds it."""
        if not self.guard.stuck:
            self.channel.close()

    def _continue(self, partial: Partial, file: RemoteFile) -> bool:
        """Bring what the connection gives. True at the end of the file at the sender, False when there is more to come.

        A cut after some bytes is progress and no failed try: only tries that bring nothing use up their number.
        """
        before = partial.size
        try:
            with partial.open() as stream:
                for block in self.channel.read(file, before):
                    partial.append(stream, block[: file.bytes - partial.size])
                    if self.guard.over or partial.size >= file.bytes:
                        return False
        except TransientError:
            if partial.size == before:
                raise
            self.channel.close()
            return False
        return True

    def _call(self, step: Callable[[], T]) -> T:
        def once() -> T:
            try:
                return step()
            except TransientError:
                self.channel.close()
                raise

        return self.guard.call(once)


def _day(name: str) -> date | None:
    if len(name) != len("YYYYMMDD"):
        return None
    try:
        return datetime.strptime(name, "%Y%m%d").date()
    except ValueError:
        return None
