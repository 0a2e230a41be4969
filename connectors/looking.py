"""One look at a sender without taking anything: can it be reached, what was delivered last, is tonight's there?"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from connectors.concluding import LATE_DAYS
from connectors.delivery import Standing, discover
from connectors.message_zh import verdict_zh
from connectors.outcome import sender_verdict
from connectors.site import SourceSite
from connectors.transport import FolderTransport, Transport, open_folders, open_transport
from core import clock
from core.errors import SenderError, SettingsError, TransientError
from data_contracts import Contract, calendar

#: A look is for somebody who waits for it: one try, and no more than a minute.
ATTEMPTS, SECONDS = 1, 60


@dataclass(frozen=True)
class Look:
    """What one look saw. `reached` is None when nobody was asked: the source is switched off or its hours are over.

    `last` is the newest business date of the last two weeks with files; `trouble` why the sender could not be used;
    `problems` what is wrong with the delivery of the date, each in Chinese.
    """

    source: str
    scheme: str
    host: str
    due: bool
    reached: bool | None
    last: date | None = None
    complete: int = 0
    problems: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def fine(self) -> bool:
        """Nothing for anybody to do."""
        return not self.problems and not self.trouble


def look(contract: Contract, site: SourceSite, day: date) -> Look:
    """Look for the delivery of `day`. Whatever the sender does is in the result; nothing is raised for it."""
    seen = Look(contract.source, site.scheme, site.host, calendar.is_due(contract, day), None)
    if site.mode == "off":
        return seen
    if site.window and not site.window.holds(clock.now()):
        barred = SenderError("the sender may not be asked now", verdict="outside_window", where=str(site.window))
        return replace(seen, trouble=verdict_zh(sender_verdict(barred)))
    impatient = replace(site, attempts=ATTEMPTS, seconds=min(site.seconds, SECONDS))
    try:
        with TemporaryDirectory() as scratch, closing(open_transport(impatient, Path(scratch))) as transport:
            listing = transport.list(contract.source, day)
            last = _last(transport, contract.source, day)
    except (SenderError, SettingsError) as error:
        return replace(seen, reached=False, trouble=verdict_zh(sender_verdict(error)))
    except TransientError:
        return replace(seen, reached=True, problems=("文件正在变化，请稍后再看",))
    standing = discover(contract, day, listing, pull_date=day)
    return replace(
        seen,
        reached=True,
        last=day if listing else last,
        complete=len(standing.candidates),
        problems=(*_problems(contract, standing, seen.due), *_outbox_problems(impatient, day)),
    )


def _outbox_problems(site: SourceSite, day: date) -> list[str]:
    """Why our lists would not reach the addressee: the outbox that the site names is opened, not written to."""
    outbox = site.as_outbox()
    if outbox is None:
        return []
    try:
        with TemporaryDirectory() as scratch, closing(open_folders(outbox, Path(scratch))) as transport:
            transport.list(site.source, day)
    except TransientError:
        return []  # reached: somebody is taking lists away just now
    except (SenderError, SettingsError) as error:
        return [f"查询名单无法送出（{outbox.scheme} {outbox.host}）：{verdict_zh(sender_verdict(error))}"]
    return []


def _last(transport: Transport, source: str, day: date) -> date | None:
    """The newest earlier date with files; None also for senders that keep no folders."""
    if not isinstance(transport, FolderTransport):
        return None
    return max(transport.dates(source, day - timedelta(days=LATE_DAYS), day), default=None)


def _problems(contract: Contract, standing: Standing, due: bool) -> tuple[str, ...]:
    complete = {file_id for candidate in standing.candidates for file_id, _ in candidate.slots}
    missing = {declared.id for declared in contract.files} - complete if standing.candidates else set()
    return (
        *(f"缺少文件：{file_id}" for file_id in sorted(missing)),
        *(f"尚未完成（缺控制文件或仍在写入）：{name}" for name in standing.unfinished),
        *(f"文件名不符合约定：{name}" for name in standing.unexpected),
        *(["尚无完整到件"] if due and not standing.candidates else []),
    )
