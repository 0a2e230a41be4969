"""Control files: what the sender says about a file, and whether the file bears it out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import DeliveryError

_SHA256 = re.compile(r"[0-9a-f]{64}")
#: A control file is a few lines; of a larger one no more than this is looked at.
LARGEST = 1 << 20
_MODES = ("full", "delta", "reply")


@dataclass(frozen=True)
class Control:
    """A control file. `rows` counts per table; times are court time; `inquiry_batch` is null except in mode reply."""

    file: str
    bytes: int
    sha256: str
    rows: Mapping[str, int]
    mode: str
    extracted_at: datetime
    data_as_of: datetime
    inquiry_batch: str | None

    def as_json(self) -> dict[str, Any]:
        """The control file as it is written: keys in the agreed order, times without zone."""
        return {
            "file": self.file,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "rows": dict(self.rows),
            "mode": self.mode,
            "extracted_at": self.extracted_at.strftime("%Y-%m-%dT%H:%M:%S"),
            "data_as_of": self.data_as_of.strftime("%Y-%m-%dT%H:%M:%S"),
            "inquiry_batch": self.inquiry_batch,
        }


def parse(content: bytes, name: str) -> Control:
    """Read the control file of the file `name`.

    DeliveryError with verdict missing_control when it is no control file of that name: such a file vouches for nothing.
    """
    try:
        if len(content) > LARGEST:
            raise ValueError("larger than any control file")
        document = json.loads(content.decode("utf-8-sig"))
        control = Control(
            file=_text(document["file"]),
            bytes=_count(document["bytes"]),
            sha256=_text(document["sha256"]),
            rows={table: _count(rows) for table, rows in document["rows"].items()},
            mode=_text(document["mode"]),
            extracted_at=_moment(document["extracted_at"]),
            data_as_of=_moment(document["data_as_of"]),
            inquiry_batch=document["inquiry_batch"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, UnicodeDecodeError, RecursionError) as error:
        raise DeliveryError(
            f"the control file cannot be read: {type(error).__name__}", verdict="missing_control", where=f"{name}.ok"
        ) from None
    if control.file != name or not _SHA256.fullmatch(control.sha256) or control.mode not in _MODES:
        raise DeliveryError("the control file belongs to another file", verdict="missing_control", where=f"{name}.ok")
    return control


def from_record(document: Mapping[str, Any]) -> Control:
    """The control file of an archived file, as `Control.as_json` wrote it down."""
    moments = {name: datetime.fromisoformat(document[name]) for name in ("extracted_at", "data_as_of")}
    return Control(**{**document, **moments})


def check_bytes(control: Control, size: int, sha256: str) -> None:
    """DeliveryError size_mismatch or hash_mismatch when the bytes are not those the sender wrote."""
    if size != control.bytes:
        raise DeliveryError(
            f"{size} bytes arrived, the control file states {control.bytes}",
            verdict="size_mismatch",
            where=control.file,
        )
    if sha256 != control.sha256:
        raise DeliveryError("SHA-256 differs from the control file", verdict="hash_mismatch", where=control.file)


def check_mode(control: Control, mode: str, batch: str | None) -> None:
    """DeliveryError mode_mismatch when name and control file disagree on the mode or on the inquiry batch answered."""
    if control.mode != mode:
        raise DeliveryError(
            f"the name says {mode}, the control file {control.mode}", verdict="mode_mismatch", where=control.file
        )
    if control.inquiry_batch != batch:
        raise DeliveryError(
            "name and control file name different inquiry batches", verdict="mode_mismatch", where=control.file
        )


def count_differences(control: Control, read: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Tables whose rows read differ from those stated: table -> (stated, read). Not stated counts as 0 stated."""
    stated = {table: control.rows.get(table, 0) for table in read}
    return {table: (stated[table], rows) for table, rows in read.items() if stated[table] != rows}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError
    return value


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is not None:
        raise ValueError("a zone suffix is not agreed")
    return moment
