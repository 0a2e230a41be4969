"""A ZIP with one CSV per table: exactly the agreed entries, no folders."""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO, cast

from connectors.formats import delimited
from connectors.formats.reading import Reading
from connectors.formats.zip_archive import BadArchive, open_archive


def read(reading: Reading) -> None:
    """Read every entry as a delimited stream, straight out of the archive."""
    expected = {reading.contract.table(name).locator[0]: name for name in reading.tables}
    try:
        with open_archive(reading.path) as archive:
            delivered = Counter(entry.filename for entry in archive.infolist())
            _check_entries(reading, delivered, set(expected))
            for entry, name in expected.items():
                with archive.open(entry) as stream:
                    delimited.read_stream(reading, reading.tables[name], cast(BinaryIO, stream), entry)
    except BadArchive as problem:
        raise reading.refuse(f"the archive {problem}") from None


def _check_entries(reading: Reading, delivered: Counter[str], expected: set[str]) -> None:
    missing = sorted(expected - set(delivered))
    if missing:
        raise reading.refuse(f"entries missing: {', '.join(missing)}")
    further = sum(delivered.values()) - len(expected)
    if further:
        raise reading.refuse(f"{further} entries beside the agreed ones (folders count as entries)")
