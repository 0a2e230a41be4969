"""What people let in, from the ledger to intake."""

from __future__ import annotations

from connectors.records import Release
from core.errors import StoreError
from flows.places import Places
from ledger import database, releases


def released(place: Places, source: str) -> list[Release]:
    """Releases of held deliveries of `source`.

    None while the ledger cannot be read: what is held stays so, and publishing tells the operator of the ledger.
    """
    url = database.url_of(place.settings, place.store)
    if not database.is_begun(url):
        return []
    try:
        with database.opened(url) as engine:
            given = releases.given(engine, source)
    except StoreError:
        return []
    return [Release(one.delivery_id, one.officer, one.reason, one.decided_at) for one in given]
