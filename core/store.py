"""Where everything lies below the store folder. One place knows the paths; nobody else joins them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Store:
    """A store folder.

    archive/<ab>/<sha256>                          raw delivered bytes, written once
    deliveries/<source>/<YYYYMMDD>/<delivery_id>/  one delivery: record, accepted/<table>.parquet, quarantine.parquet,
                                                   and in validation.json what the contract's suite said of it
    present/<source>.json                          the layers (deliveries) that make up the present state of a source
    inquiries/<batch>.parquet                      what was asked, with the debtor behind each inquiry number
    outbox/<source>/<YYYYMMDD>/inquiry.csv         the outgoing lists
    deliveries/…/<delivery_id>.retry<n>/           orphans of it that found their parent later
    nights/<YYYYMMDD>/<source>.json                the outcome of a source for a business date
    data_docs/index.html                           what the suites said, for the operator's browser
    models/<version>/                              linkage models as they were learned
    links/<run>/                                   links of the last run and what they rest on; current.json names it
    profiles.duckdb                                the published profile database
    profiles.before.duckdb                         the one published for an earlier date, with which tonight is compared
    history/<YYYYMMDD>.duckdb                      a volume: that night whole, and what changed in the nights after it
    ledger.sqlite                                  what people wrote, unless the site keeps it in PostgreSQL
    audit.key                                      the secret under which the audit log is chained, for its owner alone
    """

    root: Path

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def deliveries(self) -> Path:
        return self.root / "deliveries"

    @property
    def present(self) -> Path:
        return self.root / "present"

    @property
    def inquiries(self) -> Path:
        return self.root / "inquiries"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox"

    @property
    def nights(self) -> Path:
        return self.root / "nights"

    @property
    def data_docs(self) -> Path:
        return self.root / "data_docs"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def links(self) -> Path:
        return self.root / "links"

    @property
    def work(self) -> Path:
        """Scratch space; anything in it may be deleted between runs."""
        return self.root / "work"

    def partial(self, source: str) -> Path:
        """Where files of `source` wait that came only in part."""
        return self.work / "partial" / source

    @property
    def profiles(self) -> Path:
        return self.root / "profiles.duckdb"

    @property
    def profiles_before(self) -> Path:
        return self.root / "profiles.before.duckdb"

    @property
    def history(self) -> Path:
        return self.root / "history"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.sqlite"

    @property
    def audit_key(self) -> Path:
        return self.root / "audit.key"

    def delivery_folder(self, source: str, business_date: date) -> Path:
        return self.deliveries / source / compact(business_date)

    def outbox_folder(self, source: str, business_date: date) -> Path:
        return self.outbox / source / compact(business_date)

    def archived(self, sha256: str) -> Path:
        return self.archive / sha256[:2] / sha256


def compact(day: date) -> str:
    """YYYYMMDD, the form of folder and file names."""
    return day.strftime("%Y%m%d")
