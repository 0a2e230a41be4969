"""A register as XML: a root whose attributes describe the extract, one record per thing, nested containers."""

from __future__ import annotations

from connectors.formats.decoding import text_blocks
from connectors.formats.reading import Reading
from connectors.formats.xml_records import BadDocument, Document
from connectors.formats.xml_tables import RowTaker, plan


def read(reading: Reading) -> None:
    """Stream the records. The root's attributes go to the report: mode, time of the data, stated count."""
    form = reading.contract.format
    with reading.path.open("rb") as stream:
        blocks = reading.paced(text_blocks(stream, form.encoding, cut=b">"))
        document = Document(form.root or "", form.record or "", blocks)
        try:
            document.open()
            _describe(reading, document.attributes)
            RowTaker(reading, plan(reading)).take_all(document)
            if document.head:
                reading.warn("elements before the first record")
        except BadDocument as problem:
            raise reading.refuse(str(problem)) from None


def _describe(reading: Reading, attributes: dict[str, str]) -> None:
    """Read `root_attributes` (attribute -> fact); a fact with a table's name is that table's stated count."""
    for attribute, fact in reading.contract.format.options.get("root_attributes", {}).items():
        value = attributes.get(attribute, "").strip()
        if fact in reading.tables:
            if value.isascii() and value.isdigit():
                reading.stated_rows[fact] = int(value)
            else:
                reading.warn(f"the root attribute {attribute} is missing or no number")
        elif value:
            reading.head[fact] = value
        else:
            reading.warn(f"the root attribute {attribute} is missing")
