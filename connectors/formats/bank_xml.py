"""The banks' reply message: a head (BWT) and one record per inquiry answered.

Encoding, namespace and which elements a bank leaves out stand in its contract; the declaration at the top of the file
is not believed (one bank's says GBK above GB18030 bytes). Elements are matched by local name.
"""

from __future__ import annotations

from datetime import datetime

from connectors.formats.decoding import text_blocks
from connectors.formats.reading import Reading
from connectors.formats.xml_records import BadDocument, Document
from connectors.formats.xml_tables import RowTaker, facts, plan


def read(reading: Reading) -> None:
    """Stream the records; the head's facts go to the report and its bank code must be this bank's."""
    form = reading.contract.format
    with reading.path.open("rb") as stream:
        blocks = reading.paced(text_blocks(stream, form.encoding, cut=b">"))
        document = Document(form.root or "", form.record or "", blocks)
        try:
            document.open()
            _describe(reading, document)
            RowTaker(reading, plan(reading)).take_all(document)
        except BadDocument as problem:
            raise reading.refuse(str(problem)) from None


def _describe(reading: Reading, document: Document) -> None:
    options = reading.contract.format.options
    tag = options["head_path"].rpartition("/")[2]
    heads = [element for element in document.head if element.tag.rpartition("}")[2] == tag]
    if len(heads) != 1:
        raise reading.refuse(f"the message needs exactly one head {tag}")
    if len(document.head) > 1:
        reading.warn(f"elements beside the head {tag}")
    found = facts(heads[0], options["head"])
    stated = found.pop("inquiries", "")
    if stated.isascii() and stated.isdigit():
        reading.stated_rows["inquiries"] = int(stated)
    if "generated_at" in found:
        found["generated_at"] = _court_time(found["generated_at"], reading.contract.format.datetime)
    reading.head.update(found)
    code = reading.contract.bank_code
    if code and not found.get("bank_code", "").startswith(code):
        raise reading.refuse(f"the message's head does not name bank {code}")


def _court_time(text: str, patterns: tuple[str, ...]) -> str:
    """`text` as YYYY-MM-DDTHH:MM:SS when it has one of the bank's forms, else as delivered."""
    for pattern in patterns:
        try:
            return datetime.strptime(text, pattern).strftime("%Y-%m-%dT%H:%M:%S")
        except ValueError:
            continue
    return text
