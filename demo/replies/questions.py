"""The court's outgoing lists as the agencies read them: which lists are due tonight, and what each line asks."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from core.errors import StoreError
from core.store import Store
from data_contracts import Contract, calendar, load


@dataclass(frozen=True, slots=True)
class Question:
    """One line of an inquiry list: one debtor in one case. Empty cells are None."""

    inquiry_no: str
    case_no: str
    name: str
    former_names: tuple[str, ...]
    #: canonical id_type, e.g. ``resident_id``
    id_type: str
    #: None when the case file has no number
    number: str | None
    window_from: date | None
    window_to: date | None


@dataclass(frozen=True)
class InquiryList:
    """One list with its control file. `asked_at` is when the batch was put together."""

    path: Path
    batch: str
    asked_at: datetime

    def questions(self) -> Iterator[Question]:
        """The lines in their order."""
        contract = load("inquiry")
        columns = {column.name: column for column in contract.table("inquiry").columns}
        label = {name: column.label for name, column in columns.items()}
        id_types = {code: canonical for code, (canonical, _) in columns["id_type"].codes.items()}
        separator = contract.format.list_separator or "、"
        encoding = "utf-8-sig" if contract.format.bom else contract.format.encoding
        with self.path.open(encoding=encoding, newline="") as stream:
            for line in csv.DictReader(stream):
                former = line[label["former_names"]]
                yield Question(
                    inquiry_no=line[label["inquiry_no"]],
                    case_no=line[label["case_no"]],
                    name=line[label["debtor_name"]],
                    former_names=tuple(former.split(separator)) if former else (),
                    id_type=id_types[line[label["id_type"]]],
                    number=line[label["id_number"]] or None,
                    window_from=_day(line[label["window_from"]]),
                    window_to=_day(line[label["window_to"]]),
                )


def lists_due(store: Store, contract: Contract, business_date: date) -> list[InquiryList]:
    """The lists that the agency answers on that business date, oldest first.

    A working-day agency answers nothing on its days off and everything that came since on its next working day.
    """
    if not calendar.is_due(contract, business_date):
        return []
    days = [business_date]
    while calendar.next_due(contract, days[0] - timedelta(days=1)) == business_date:
        days.insert(0, days[0] - timedelta(days=1))
    pattern = re.compile(load("inquiry").file("main").pattern)
    found: list[InquiryList] = []
    for day in days:
        folder = store.outbox_folder(contract.source, day)
        if folder.is_dir():
            found += [_with_control(path) for path in sorted(folder.iterdir()) if _complete(path, pattern)]
    return found


def _complete(path: Path, pattern: re.Pattern[str]) -> bool:
    # A list without its control file does not exist yet.
    return bool(pattern.match(path.name)) and path.with_name(path.name + ".ok").exists()


def _with_control(path: Path) -> InquiryList:
    control_path = path.with_name(path.name + ".ok")
    try:
        control = json.loads(control_path.read_text(encoding="utf-8"))
        return InquiryList(path, control["inquiry_batch"], datetime.fromisoformat(control["data_as_of"]))
    except (ValueError, KeyError) as error:
        raise StoreError(
            f"control file of an inquiry list is unreadable: {type(error).__name__}",
            where=control_path.name,
            do="ask again",
        ) from error


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
