"""What reading one delivered file found, beside its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class FileWarning:
    """`code` is a file reason code of the agreements; `message` carries labels and counts, never a delivered value."""

    code: str
    message: str


@dataclass(frozen=True)
class ReadReport:
    """One file read: every count includes the rows that could not be split or decoded.

    `rows` and `defects` (table -> defect code -> rows) have one entry per table of the file declaration.
    `stated_rows` is what the file itself says about its own counts; `uncounted` names tables whose rows cannot all be
    counted because a record around them was unreadable. `head` holds facts of the file, as text, number or mapping:

    ``mode`` full or delta · ``data_as_of``, ``extracted_at``, ``generated_at`` court time as YYYY-MM-DDTHH:MM:SS ·
    ``inquiry_batch`` · ``bank_code``, ``bank_name`` · ``page``, ``total_pages``, ``total_rows``, ``size``,
    ``snapshot`` ·
    ``sheets`` names read, ``remarks`` free text below a table filled by hand (may name people: keep, never log).
    """

    file: str
    rows: Mapping[str, int]
    defects: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    head: Mapping[str, Any] = field(default_factory=dict)
    stated_rows: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[FileWarning, ...] = ()
    uncounted: tuple[str, ...] = ()
