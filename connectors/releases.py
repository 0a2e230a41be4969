"""Deliveries that are held, and what it means that a person releases one.

A release names one delivery: these bytes, under these names, with these control files. It is taken again under an id of
its own, as leniently as its contract allows: what differs is noted and holds nothing. What cannot be read at all, or
answers other questions than were asked, stays held.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from connectors.records import DeliveryRecord, Verdict
from data_contracts import Contract
from data_contracts.drift import unfrozen

#: What a control file says can be wrong about a file that is right.
_RELEASABLE = {"size_mismatch", "hash_mismatch", "mode_mismatch", "count_mismatch"}

#: Facts of verdicts on rows: those that the suite judged, those that drift.
_READ = {"means", "rows"}


def held(records: Iterable[DeliveryRecord]) -> list[DeliveryRecord]:
    """Deliveries of which something is held and that nothing newer replaced."""
    known = list(records)
    replaced = {old for record in known for old in record.replaces}
    return [record for record in known if record.holds and record.delivery_id not in replaced]


def releasable(record: DeliveryRecord) -> bool:
    """Whether a release would let in something that is held: it was read, or its control file is wrong about it."""
    held_back = [verdict for verdict in record.verdicts if verdict.held]
    return any(verdict.code in _RELEASABLE or _READ & verdict.facts.keys() for verdict in held_back)


def released_id(delivery_id: str) -> str:
    """The id under which a held delivery is taken after its release."""
    return f"d{hashlib.sha256(f'{delivery_id} released'.encode()).hexdigest()[:20]}"


def lenient(contract: Contract) -> Contract:
    """The contract by which a released delivery is read."""
    return replace(contract, drift=unfrozen(contract.drift))


def let_in(verdict: Verdict) -> Verdict:
    """The verdict on a released file: no longer held, if a person can say that the file is right all the same."""
    return replace(verdict, held=False) if verdict.code in _RELEASABLE else verdict
