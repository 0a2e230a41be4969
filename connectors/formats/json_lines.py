"""JSON Lines: one line, one object, one case with everything that belongs to it."""

from __future__ import annotations

from connectors.formats.decoding import text_blocks
from connectors.formats.json_tables import DECODER, plan, refuse_record, take
from connectors.formats.quoted_records import LONGEST_LINE
from connectors.formats.reading import Reading

#: A case with all its arrays may be long; beyond this a line is no case.
LONGEST_CASE = 32 * LONGEST_LINE


def read(reading: Reading) -> None:
    """Stream the lines. A line that is no JSON object is an unreadable record; an empty line is none."""
    record = plan(reading)
    with reading.path.open("rb") as stream:
        for text in reading.paced(text_blocks(stream, reading.contract.format.encoding, cut=b"\n")):
            for line in text.split("\n"):
                if not line or line.isspace():
                    continue
                try:
                    item = DECODER.decode(line) if len(line) <= LONGEST_CASE else None
                except (ValueError, RecursionError):
                    item = None
                if isinstance(item, dict):
                    take(reading, record, item)
                else:
                    refuse_record(reading, record, line)
