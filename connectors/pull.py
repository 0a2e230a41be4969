"""One file on its way in: fetched, archived, checked against its control file, split into tables of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from connectors import archive, control
from connectors.control import Control
from connectors.delivery import Part
from connectors.formats import ReadReport, read_file
from connectors.records import FileRecord, Verdict
from connectors.releases import let_in
from connectors.transport import RemoteFile, Transport
from core.errors import DeliveryError
from core.store import Store
from data_contracts import Contract


@dataclass(frozen=True)
class Pulled:
    """A file in the archive. `control` is null for sources without, and for a control file that cannot be read."""

    part: Part
    sha256: str
    path: Path
    control: Control | None
    verdict: Verdict | None


@dataclass(frozen=True)
class Read:
    """A file that may be taken: its tables as text Parquet below `text`, and what the reader saw."""

    part: Part
    sha256: str
    control: Control
    text: Path
    report: ReadReport
    flags: tuple[Verdict, ...] = field(default=())

    @property
    def rows(self) -> Mapping[str, int]:
        return self.report.rows

    def record(self, taken: bool = True) -> FileRecord:
        return _record(self.part, self.sha256, taken, self.rows, self.control)


def pull(store: Store, transport: Transport, part: Part, work: Path) -> Pulled:
    """Fetch and archive one file; a wrong or unreadable control file is a verdict, the bytes are kept all the same."""
    name = part.file.name
    fetched = work / "pull" / name
    sha256 = transport.fetch(part.file, fetched)
    size = fetched.stat().st_size
    path = archive.keep(store, fetched, sha256)
    if part.control is None:
        return Pulled(part, sha256, path, None, None)
    try:
        stated = control.parse(_fetch_small(transport, part.control, work), name)
    except DeliveryError as error:
        return Pulled(part, sha256, path, None, held(error, name, None, size))
    return Pulled(part, sha256, path, stated, against_control(part, stated, size, sha256))


def against_control(part: Part, stated: Control, size: int, sha256: str) -> Verdict | None:
    """What the control file says against the file; None when it bears it out."""
    try:
        control.check_bytes(stated, size, sha256)
        control.check_mode(stated, part.mode, part.batch)
    except DeliveryError as error:
        return held(error, part.file.name, stated, size)
    return None


def open_part(contract: Contract, pulled: Pulled, work: Path, *, released: bool = False) -> Read | Verdict:
    """Split an archived file into text tables, or say why it is held. The count of a full must be right to the row.

    `released`: a person has let the file in, so its control file may be wrong about it.
    """
    part, name = pulled.part, pulled.part.file.name
    against = pulled.verdict and (let_in(pulled.verdict) if released and pulled.control else pulled.verdict)
    if against and against.held:
        return against
    text = work / "text" / name
    try:
        report = read_file(contract, part.declared, pulled.path, text, name=name)
        stated = pulled.control or own_control(part, pulled.sha256, pulled.path.stat().st_size, report)
        check_head(name, report, stated)
    except DeliveryError as error:
        return held(error, name, pulled.control, pulled.path.stat().st_size)
    count = _count_verdict(part, stated, report)
    if count and released:
        count = let_in(count)
    if count and count.held:
        return count
    warned = [Verdict(warning.code, name, False, {"what": warning.message}) for warning in report.warnings]
    flags = [*warned, *(verdict for verdict in (against, count) if verdict)]
    return Read(part, pulled.sha256, stated, text, report, tuple(flags))


def _count_verdict(part: Part, stated: Control, report: ReadReport) -> Verdict | None:
    """Rows read against rows stated, by the control file and by the file itself (共N宗, CXS).

    A full that miscounts is held, a delta or reply is loaded and flagged; a file that comes without control has nothing
    but its own count and is held in any mode. Rows inside a record that cannot be read cannot be counted: no reason to
    hold all others.
    """
    name, strict = part.file.name, part.mode == "full" or not part.declared.control
    differing = control.count_differences(stated, report.rows)
    own = {table: (said, report.rows.get(table, 0)) for table, said in report.stated_rows.items()}
    found = [
        Verdict(
            "count_mismatch",
            name,
            strict and not (table in differing and table in report.uncounted),
            {"table": table, "stated": said, "found": rows},
        )
        for table, (said, rows) in [*differing.items(), *own.items()]
        if said != rows
    ]
    return max(found, key=lambda verdict: verdict.held, default=None)


def own_control(part: Part, sha256: str, size: int, report: ReadReport) -> Control:
    """The control record of a source that sends none: what the file says of itself and when it was last saved."""
    saved = part.file.modified.replace(microsecond=0)
    as_of = report.head.get("data_as_of")
    return Control(
        file=part.file.name,
        bytes=size,
        sha256=sha256,
        rows=dict(report.rows),
        mode=part.mode,
        extracted_at=saved,
        data_as_of=datetime.fromisoformat(as_of) if as_of else saved,
        inquiry_batch=None,
    )


def check_head(name: str, report: ReadReport, stated: Control) -> None:
    """What a file says of itself must agree with its control file; DeliveryError mode_mismatch."""
    batch, mode = report.head.get("inquiry_batch"), report.head.get("mode")
    if batch is not None and batch != stated.inquiry_batch:
        raise DeliveryError("the message answers another inquiry batch", verdict="mode_mismatch", where=name)
    if mode is not None and mode != stated.mode:
        raise DeliveryError(f"the content says {mode}, the name {stated.mode}", verdict="mode_mismatch", where=name)


def held(error: DeliveryError, name: str, stated: Control | None, size: int) -> Verdict:
    """A DeliveryError as a verdict that holds the file; its text is for developers and stays in `facts`."""
    facts: dict[str, object] = {"what": error.what}
    if error.verdict == "size_mismatch" and stated is not None:
        facts |= {"stated": stated.bytes, "found": size}
    return Verdict(error.verdict, name, True, facts)


def file_record(pulled: Pulled) -> FileRecord:
    """The record of a file that was not taken."""
    return _record(pulled.part, pulled.sha256, False, {}, pulled.control)


def _record(part: Part, sha256: str, taken: bool, tables: Mapping[str, int], stated: Control | None) -> FileRecord:
    return FileRecord(
        name=part.file.name,
        file_id=part.declared.id,
        bytes=part.file.bytes,
        sha256=sha256,
        modified=part.file.modified,
        taken=taken,
        tables=dict(tables),
        control=stated.as_json() if stated else None,
    )


def _fetch_small(transport: Transport, file: RemoteFile, work: Path) -> bytes:
    to = work / "pull" / file.name
    transport.fetch(file, to)
    with to.open("rb") as stream:
        content = stream.read(control.LARGEST + 1)
    to.unlink()
    return content
