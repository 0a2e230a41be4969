"""Which reader reads which format, and the one border at which anything a file can do becomes a DeliveryError."""

from __future__ import annotations

import errno
import gc
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from connectors.formats import bank_xml, delimited, json_lines, json_pages, xlsx, xlsx_by_hand, xml, zip_of_csv
from connectors.formats.reading import Reading, unreadable
from connectors.formats.report import ReadReport
from connectors.formats.text_table import TextTable, Values
from core.errors import ChakongError, ContractError, DeliveryError, StoreError
from data_contracts import Contract, FileDecl

READERS: dict[str, Callable[[Reading], None]] = {
    "csv": delimited.read,
    "delimited_text": delimited.read,
    "zip_of_csv": zip_of_csv.read,
    "xml": xml.read,
    "bank_xml": bank_xml.read,
    "xlsx": xlsx.read,
    "xlsx_by_hand": xlsx_by_hand.read,
    "jsonl": json_lines.read,
    "json_pages": json_pages.read,
}

_COLLECT_EVERY = 250_000

#: The machine's faults, not the file's: a full disk must never look like a wrong layout.
_OURS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EACCES, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOENT}


def read_file(contract: Contract, declared: FileDecl, path: Path, out: Path, *, name: str | None = None) -> ReadReport:
    """Parse one delivered file as a stream; write ``<table>.parquet`` below `out` for each table it carries.

    `name` is the delivered name for messages (the archive knows files by hash). A table that is absent or empty gets
    a file of 0 rows. DeliveryError unexpected_layout when the file as a whole cannot be read, StoreError when the
    machine cannot. Nothing is left below `out` for a file that was refused.
    """
    reader = READERS.get(contract.format.kind)
    if reader is None:
        raise ContractError(f"no reader for format {contract.format.kind}", where=contract.source)
    if not path.is_file():
        raise StoreError("the file to read does not exist", where=str(path), do="pull the delivery again")
    out.mkdir(parents=True, exist_ok=True)
    shown = name or path.name
    try:
        with _rare_collections(), ExitStack() as stack:
            tables = {table: stack.enter_context(_open_table(contract, table, out)) for table in declared.tables}
            reading = Reading(contract, declared, path, shown, tables)
            reader(reading)
    except ChakongError:
        raise
    except OSError as error:
        if error.errno in _OURS:
            raise StoreError(
                f"reading stopped: {error.strerror}", where=shown, do="free the disk, run again"
            ) from error
        raise _refusal(shown, error) from None
    except Exception as error:
        # Library messages quote what they choke on, so neither they nor the chain may leave this place.
        raise _refusal(shown, error) from None
    return reading.report()


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Readers make millions of small objects and no cycles: looking for cycles took a third of the time (measured)."""
    thresholds = gc.get_threshold()
    gc.set_threshold(max(thresholds[0], _COLLECT_EVERY), *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


def _open_table(contract: Contract, name: str, out: Path) -> TextTable:
    form = contract.format
    extra = xlsx_by_hand.extra_columns(contract.table(name)) if form.kind == "xlsx_by_hand" else ()
    raw = _joined(form.delimiter) if form.delimiter else None
    return TextTable(out / f"{name}.parquet", contract.table(name), null_as=form.null_as, raw=raw, extra=extra)


def _joined(delimiter: str) -> Callable[[Values], str]:
    return lambda values: delimiter.join(value or "" for value in values)


def _refusal(name: str, error: Exception) -> DeliveryError:
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "formats" in Path(frame.filename).parts]
    place = f", {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    return unreadable(f"the file cannot be read: {type(error).__name__}", f"{name}{place}")
