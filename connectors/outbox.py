"""Lists on their way out: what waits in the store's outbox goes to every addressee for whom the site names one.

A list goes before its control file, and a mark beside it (``<list>.sent``) says that both have arrived. What could not
be sent waits for the next run; sending twice the same bytes under the same name does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from connectors.transport import FolderTransport
from core import clock
from core.files import write_json
from core.store import Store, compact


def addressees(store: Store) -> list[str]:
    """Sources to whom anything was ever asked."""
    return sorted(path.name for path in store.outbox.iterdir()) if store.outbox.is_dir() else []


def send_waiting(store: Store, source: str, transport: FolderTransport, since: date) -> int:
    """Send the lists of business dates from `since` on that are not marked as sent, in order; return how many."""
    sent = 0
    for path, business_date in _waiting(store, source, since):
        transport.put(path, source, business_date)
        transport.put(_control(path), source, business_date)
        write_json(_mark(path), {"sent_at": clock.now()})
        sent += 1
    return sent


def waiting(store: Store, source: str, since: date) -> list[str]:
    """Lists that are not marked as sent: ``<YYYYMMDD>/<name>``."""
    return [f"{compact(day)}/{path.name}" for path, day in _waiting(store, source, since)]


def _waiting(store: Store, source: str, since: date) -> Iterator[tuple[Path, date]]:
    for folder in sorted((store.outbox / source).glob("[0-9]" * 8)):
        business_date = datetime.strptime(folder.name, "%Y%m%d").date()
        if business_date >= since:
            lists = (path for path in sorted(folder.glob("inquiry*.csv")) if _control(path).exists())
            yield from ((path, business_date) for path in lists if not _mark(path).exists())


def _control(path: Path) -> Path:
    return path.with_name(f"{path.name}.ok")


def _mark(path: Path) -> Path:
    return path.with_name(f"{path.name}.sent")
