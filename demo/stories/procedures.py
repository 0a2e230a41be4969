"""Procedures in progress: accepted before the first night, registered or stopped on a later one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from demo.stories.tale import Row, Tale, merged


class Procedure:
    """One row of a register's `applications`, about something of a debtor."""

    def __init__(self, tale: Tale, source: str, row: Row, *, debtor_no: int, record_id: str | None) -> None:
        """Write the open procedure. `record_id` is that of the asset it is about, if any."""
        self._tale, self._source, self._row = tale, source, row
        self._about: Row = {"debtor_no": debtor_no, "record_id": record_id}
        tale.write(source, "applications", row)
        self._note(row["status"], row["stage"], 0)

    def stop(self, night: int) -> None:
        """Our court stops it that day, by a notice of one of the debtor's cases; without such a case it stays open."""
        case = self._tale.enforcing_case(self._about["debtor_no"])
        if case is None or not self._tale.happens(night):
            return
        at = self._tale.at(self._tale.evening(night), 16)
        self._write(night, at, {"status": "stopped", "stop_document": self._tale.document(case), "stopped_at": at})

    def register(self, night: int, stage: str = "certificate") -> datetime:
        """It is registered that day, too late to stop it; the time of registration."""
        at = self._tale.at(self._tale.evening(night), 15, 40)
        if self._tale.happens(night):
            self._write(night, at, {"status": "done", "stage": stage, "registered_at": at})
        return at

    def _write(self, night: int, at: datetime, change: Row) -> None:
        if self._source == "enterprises":
            change = change | {"updated_at": at}
        self._row = merged(self._row, change)
        self._tale.later(night, self._source, "applications", "U", self._row)
        self._note(self._row["status"], self._row["stage"], night)

    def _note(self, status: str, stage: str, night: int) -> None:
        facts: dict[str, Any] = {
            "source": self._source,
            "app_no": self._row["application_no"],
            "kind": self._row["kind"],
            "status": status,
            "stage": stage,
            "can_be_stopped": status == "open",
            "from_night": night,
        }
        self._tale.applications.append(facts | self._about)
