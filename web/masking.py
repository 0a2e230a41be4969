"""Numbers of persons, accounts and telephones with their middle hidden, wherever in a value they stand.

What is hidden is told by its form, so that no column can be forgotten: eleven digits or more that belong to no longer
word. Unit numbers, permits, credit codes and hashes carry letters and stay; they name things and firms, not persons.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_SHORTEST = 11
_NUMBER = re.compile(rf"(?<![0-9A-Za-z])[0-9]{{{_SHORTEST},30}}[Xx]?(?![0-9A-Za-z])")
_FIFTEEN_AND_MORE = 15
#: What is an identity of ours, of a file, or of a procedure: whoever wants it stopped must be able to name it.
_IDENTITIES = ("_id", "_sha256", "digest", "app_no", "application_no")


def masked(value: Any) -> Any:
    """The same plain data with such numbers hidden; `value` itself is not changed."""
    if isinstance(value, str):
        if len(value) < _SHORTEST:
            return value
        return _NUMBER.sub(lambda found: number(found.group()), value)
    if isinstance(value, list):
        return [masked(entry) for entry in value]
    if isinstance(value, dict):
        return {key: entry if _is_identity(key) else masked(entry) for key, entry in value.items()}
    return value


def number(text: str) -> str:
    """One number: of fifteen and more characters the first six and last two remain, of shorter ones three and two."""
    head = 6 if len(text) >= _FIFTEEN_AND_MORE else 3
    return text[:head] + "*" * (len(text) - head - 2) + text[-2:]


@cache
def _is_identity(key: str) -> bool:
    return key != "record_id" and key.endswith(_IDENTITIES)
