"""One page of a paginated reading, archived byte for byte: a page object with an array of items."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.formats.decoding import decode
from connectors.formats.json_tables import DECODER, as_text, plan, shown_keys, take
from connectors.formats.reading import Reading
from core.clock import SHANGHAI

#: A page holds at most 200 items; this is more than thirty times what they need.
LARGEST_PAGE = 8 << 20
_TIMES = ("data_as_of", "extracted_at")
_TEXTS = ("mode", "snapshot")
_NEEDED = ("mode", "page", "total_pages", "total_rows", "snapshot")


def read(reading: Reading) -> None:
    """Read one page; its facts go to the report. A page whose code is not 0 carries no rows and is refused."""
    page = _page(reading)
    names: Mapping[str, str] = reading.contract.format.options["page_object"]
    facts = {fact: page.get(key) for fact, key in names.items()}
    code = facts["code"]
    if code != "0":
        shown = code if isinstance(code, str) and code.isascii() and code.isdigit() else "no number"
        raise reading.refuse(f"the page carries code {shown} instead of 0", do="read the page again from the agency")
    items = facts["items"]
    if not isinstance(items, list):
        raise reading.refuse("the page has no array of items")
    _describe(reading, facts)
    unknown = frozenset({*names.values(), "message"})
    if not page.keys() <= unknown:
        reading.drifted("added_column", f"unknown keys in the page object: {shown_keys(page, unknown)}")
    record = plan(reading)
    for item in items:
        take(reading, record, item)


def _page(reading: Reading) -> dict[str, Any]:
    if reading.path.stat().st_size > LARGEST_PAGE:
        raise reading.refuse("the page is larger than any page can be")
    # A page is one line: where it does not decode as a whole, values are told apart by their commas.
    text = decode(reading.path.read_bytes(), reading.contract.format.encoding, cut=b",")
    try:
        page = DECODER.decode(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise reading.refuse("the page is no JSON") from None
    if not isinstance(page, dict):
        raise reading.refuse("the page is no JSON object")
    return page


def _describe(reading: Reading, facts: Mapping[str, Any]) -> None:
    """Put the page's facts into the report. Without those that tell whether a reading is complete, no page is one."""
    for fact, value in facts.items():
        known = _fact(fact, value)
        if known is not None:
            reading.head[fact] = known
    missing = [fact for fact in _NEEDED if fact not in reading.head]
    if missing:
        raise reading.refuse(f"the page does not state its {', '.join(missing)}")


def _fact(fact: str, value: Any) -> Any:
    if fact in ("code", "items") or value is None:
        return None
    if fact in _TIMES:
        return _court_time(value)
    if fact in _TEXTS:
        return as_text(value)
    if fact == "total_rows":
        counts = value.items() if isinstance(value, dict) else ()
        return {key: int(count) for key, count in counts if _is_count(count)} or None
    return int(value) if _is_count(value) else None


def _is_count(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16


def _court_time(value: Any) -> str | None:
    """Milliseconds since 1970 UTC as court time YYYY-MM-DDTHH:MM:SS."""
    if not _is_count(value):
        return None
    try:
        moment = datetime.fromtimestamp(int(value) / 1000, SHANGHAI)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S")
