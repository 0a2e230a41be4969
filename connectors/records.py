"""What intake writes down: one record per delivery, one outcome per source and date. Plain JSON, no row content."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from core.errors import StoreError
from core.store import Store, compact
from data_contracts.reasons import sender_codes

State = Literal["loaded", "held", "duplicate"]
OutcomeKind = Literal["loaded", "unchanged", "missing", "stale", "rejected"]


@dataclass(frozen=True)
class Verdict:
    """A file reason code of the agreements about one file. `held`: its rows were not taken.

    `facts` are counts, table names and dates that the message needs; never a delivered value.
    """

    code: str
    file: str
    held: bool
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FileRecord:
    """One archived file. `control` is its control file as read (our own one for sources without); None = unreadable."""

    name: str
    file_id: str
    bytes: int
    sha256: str
    modified: datetime
    taken: bool
    tables: Mapping[str, int]
    control: Mapping[str, Any] | None


@dataclass(frozen=True)
class TableCount:
    """Rows of one table of one delivery; delivered = accepted + quarantined, always."""

    delivered: int
    accepted: int
    quarantined: int


@dataclass(frozen=True)
class Release:
    """A person's decision that the held delivery `delivery_id` is to be taken all the same."""

    delivery_id: str
    officer: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True)
class DeliveryRecord:
    """One delivery, written once beside its rows.

    `batch` is null for extracts. `tables` lists exactly the tables whose rows were taken; `missing_files` names
    declared files that did not come, whose tables keep their last state. `replaces` are earlier deliveries of which
    this one is the newer whole. `night` is the business date of the run that took it: later than `business_date` means
    late. `judgement` is the verdict of the contract's suite, null where no rows were judged. `seen` is the folder
    listing it rests on (name, bytes, modified): a rerun need not read the files again. `release` is why it was taken
    although it would have been held. `replays` is the delivery whose bytes were read again for this record, by the
    `decision` that stands in the ledger: both null unless it is a replay.
    """

    delivery_id: str
    source: str
    business_date: date
    night: date
    mode: str
    batch: str | None
    state: State
    data_as_of: datetime | None
    extracted_at: datetime | None
    files: tuple[FileRecord, ...]
    missing_files: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    tables: Mapping[str, TableCount]
    reasons: Mapping[str, int]
    warnings: Mapping[str, int]
    replaces: tuple[str, ...]
    judgement: Mapping[str, Any] | None
    seen: tuple[tuple[str, int, str], ...]
    contract_version: str
    release: Release | None = None
    replays: str | None = None
    decision: str | None = None

    @property
    def holds(self) -> bool:
        """Something of it was not taken and waits for the sender or for a person."""
        return any(verdict.held for verdict in self.verdicts)

    @property
    def late(self) -> bool:
        return self.night > self.business_date


@dataclass(frozen=True)
class Retry:
    """Orphans of an older delivery that found their parent: they now count as accepted in that delivery."""

    of: str
    source: str
    business_date: date
    night: date
    number: int
    tables: Mapping[str, int]


@dataclass(frozen=True)
class Outcome:
    """What one source brought for one business date; the definitions are those of view source_status.

    `rows_*` are null when no file was taken; `rows_waived` of the quarantined ones a person has set aside. `data_as_of`
    is that of the table that is furthest behind, `age_days` counts from it to the business date. `changed`
    is false when a rerun found everything as it was; it is not stored. `needs_operator`: the operator must look
    (exit code 1). `complete` is false when a part of the delivery has not come or a batch that is due is not answered:
    nothing came, or no row that was accepted. `gap_since` is
    the first business date missing since the last full: deltas after it may be incomplete.
    """

    source: str
    business_date: date
    outcome: OutcomeKind
    mode: str | None
    rows_delivered: int | None
    rows_accepted: int | None
    rows_quarantined: int | None
    tables: Mapping[str, TableCount]
    data_as_of: datetime | None
    age_days: int | None
    message: str
    verdicts: tuple[Verdict, ...]
    reasons: Mapping[str, int]
    warnings: Mapping[str, int]
    tolerance_exceeded: bool
    complete: bool
    gap_since: date | None
    deliveries: tuple[str, ...]
    rows_waived: int = 0
    changed: bool = True

    @property
    def could_not_ask(self) -> bool:
        """The sender could not be used in this run, whatever it delivered before."""
        return any(verdict.code in sender_codes() for verdict in self.verdicts)

    @property
    def needs_operator(self) -> bool:
        barred = any(verdict.code in sender_codes() - {"outside_window"} for verdict in self.verdicts)
        lost = self.outcome in ("missing", "stale", "rejected")
        return lost or barred or self.tolerance_exceeded or not self.complete


def delivery_folder(store: Store, record: DeliveryRecord) -> Path:
    """Where the rows of a delivery lie."""
    return store.delivery_folder(record.source, record.business_date) / record.delivery_id


def retry_folder(store: Store, retry: Retry) -> Path:
    """Where the rows lie that a delivery got back later."""
    return store.delivery_folder(retry.source, retry.business_date) / f"{retry.of}.retry{retry.number}"


def outcome_path(store: Store, source: str, business_date: date) -> Path:
    """Where the outcome of a source for a business date stands."""
    return store.nights / compact(business_date) / f"{source}.json"


def as_json(record: DeliveryRecord | Retry | Outcome) -> dict[str, Any]:
    """The record as JSON takes it; dates in ISO form, `changed` left out."""
    document = asdict(record)
    document.pop("changed", None)
    if isinstance(record, Outcome):
        document["needs_operator"] = record.needs_operator
    plain: dict[str, Any] = json.loads(json.dumps(document, default=_text))
    return plain


def read_deliveries(store: Store, source: str) -> list[DeliveryRecord]:
    """All deliveries of `source` in the store, held ones too, in the order of business date and data_as_of."""
    found = [_delivery(document) for document in _documents(store, source, "delivery.json")]
    return sorted(
        found, key=lambda record: (record.business_date, record.data_as_of or datetime.min, record.delivery_id)
    )


def read_delivery(folder: Path) -> DeliveryRecord:
    """The record in the folder of a delivery."""
    return _delivery(_load(folder / "delivery.json"))


def read_retries(store: Store, source: str) -> list[Retry]:
    """All orphan retries of `source` that brought rows, oldest first."""
    found = [_retry(document) for document in _documents(store, source, "retry.json")]
    return sorted(found, key=lambda retry: (retry.of, retry.number))


def read_outcome(store: Store, source: str, business_date: date) -> Outcome | None:
    """What that night found for the source; None when it has not run for it."""
    path = outcome_path(store, source, business_date)
    return _outcome(_load(path)) if path.exists() else None


def read_outcomes(store: Store) -> list[Outcome]:
    """All outcomes of all nights, by business date and source."""
    return [_outcome(_load(path)) for path in sorted(store.nights.glob("*/*.json"))]


def _documents(store: Store, source: str, name: str) -> Iterator[dict[str, Any]]:
    for path in sorted((store.deliveries / source).glob(f"*/*/{name}")):
        yield _load(path)


def _load(path: Path) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise StoreError("a record in the store is damaged", where=str(path), do="restore it from backup") from error
    return document


def _delivery(document: dict[str, Any]) -> DeliveryRecord:
    return DeliveryRecord(
        **{
            **document,
            "business_date": date.fromisoformat(document["business_date"]),
            "night": date.fromisoformat(document["night"]),
            "data_as_of": _moment(document["data_as_of"]),
            "extracted_at": _moment(document["extracted_at"]),
            "files": tuple(
                FileRecord(**{**entry, "modified": datetime.fromisoformat(entry["modified"])})
                for entry in document["files"]
            ),
            "missing_files": tuple(document["missing_files"]),
            "verdicts": _verdicts(document),
            "tables": _tables(document),
            "replaces": tuple(document["replaces"]),
            "seen": tuple((name, size, modified) for name, size, modified in document["seen"]),
            "release": _release(document.get("release")),
        }
    )


def _release(document: dict[str, Any] | None) -> Release | None:
    if document is None:
        return None
    return Release(**{**document, "decided_at": datetime.fromisoformat(document["decided_at"])})


def _retry(document: dict[str, Any]) -> Retry:
    days = {name: date.fromisoformat(document[name]) for name in ("business_date", "night")}
    return Retry(**{**document, **days})


def _outcome(document: dict[str, Any]) -> Outcome:
    gap = document["gap_since"]
    return Outcome(
        **{
            **{key: value for key, value in document.items() if key != "needs_operator"},
            "business_date": date.fromisoformat(document["business_date"]),
            "data_as_of": _moment(document["data_as_of"]),
            "gap_since": date.fromisoformat(gap) if gap else None,
            "tables": _tables(document),
            "verdicts": _verdicts(document),
            "deliveries": tuple(document["deliveries"]),
        }
    )


def _verdicts(document: dict[str, Any]) -> tuple[Verdict, ...]:
    return tuple(Verdict(**entry) for entry in document["verdicts"])


def _tables(document: dict[str, Any]) -> dict[str, TableCount]:
    return {name: TableCount(**counts) for name, counts in document["tables"].items()}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(type(value).__name__)
