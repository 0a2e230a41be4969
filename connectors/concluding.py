"""Draws the outcome of a business date from what the store holds now, and files it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from connectors import layers as layering
from connectors import present
from connectors.delivery import Standing
from connectors.inquiry import Batch, asked_batches
from connectors.outcome import Evidence, conclude, due_batches
from connectors.records import (
    Outcome,
    Verdict,
    as_json,
    outcome_path,
    read_deliveries,
    read_retries,
)
from core.files import write_json
from core.store import Store
from data_contracts import Contract

#: Senders keep their files for two weeks: so long a late delivery can still be found.
LATE_DAYS = 14
#: No folder looked at.
NOTHING = Standing((), (), ())
#: No quarantined row set aside.
NONE_WAIVED: Mapping[str, int] = {}


def draw(
    store: Store,
    contract: Contract,
    day: date,
    *,
    standing: Standing,
    noted: Sequence[Verdict],
    asked: Sequence[Batch],
    waived: Mapping[str, int] = NONE_WAIVED,
) -> Outcome:
    """The outcome of a business date from what the store holds now. `waived`: see `Evidence`."""
    records = read_deliveries(store, contract.source)
    replaced = {old for record in records for old in record.replaces}
    evidence = Evidence(
        records=[record for record in records if record.business_date == day and record.delivery_id not in replaced],
        retries=read_retries(store, contract.source),
        layers=present.layers_until(layering.load(store, contract.source), day),
        standing=standing,
        noted=noted,
        due=due_batches(contract, day, asked),
        waived=waived,
    )
    return conclude(contract, day, evidence)


def asked_of(store: Store, contract: Contract, business_date: date) -> tuple[Batch, ...]:
    """Inquiry batches of the last two weeks that went to the source, as far as the store remembers them."""
    if contract.mode != "reply":
        return ()
    days = (business_date - timedelta(days=back) for back in range(LATE_DAYS, -1, -1))
    return tuple(batch for day in days for batch in asked_batches(store, day, contract.source))


def file_outcome(store: Store, outcome: Outcome) -> bool:
    """Write the outcome; False when it stands so already."""
    path = outcome_path(store, outcome.source, outcome.business_date)
    document = as_json(outcome)
    if path.exists() and json.loads(path.read_text(encoding="utf-8")) == document:
        return False
    write_json(path, document)
    return True
