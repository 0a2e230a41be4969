"""What people set aside in the quarantine, from the ledger to intake and to the command."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import pyarrow as pa

from connectors.quarantine import rows
from core import duck
from core.errors import StoreError
from core.settings import Settings
from core.store import Store
from ledger import database, quarantine


def standing(settings: Settings, store: Store, source: str | None = None) -> pa.Table:
    """Standing waivers as `connectors.quarantine.rows.WAIVER`, of one source or of all. StoreError without a ledger."""
    url = database.url_of(settings, store)
    if not database.is_begun(url):
        return rows.WAIVER.empty_table()
    with database.opened(url) as engine:
        found = quarantine.standing(engine, source)
    return pa.Table.from_pylist(
        [
            {
                "waiver_id": waiver.decision_id,
                "row_id": waiver.subject.row_id,
                "origin": waiver.subject.delivery_id,
                "reason_code": waiver.subject.reason_code,
            }
            for waiver in found
        ],
        rows.WAIVER,
    )


def waived_rows(settings: Settings, store: Store, sources: Sequence[str]) -> dict[str, int]:
    """Delivery -> quarantined rows that are set aside. None while the ledger cannot be read: then everything alarms."""
    try:
        waivers = standing(settings, store, sources[0] if len(sources) == 1 else None)
    except StoreError:
        return {}
    if not waivers.num_rows:
        return {}
    with closing(duck.connect(settings)) as con:
        rows.attach(con, store, sources, waivers)
        return rows.waived_rows(con)
