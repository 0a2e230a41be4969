"""Identities that are stable and say nothing: SHA-256 over the site's key and the parts, cut to 24 hex digits.

The SQL twin is the macro ``keyed_id(prefix, text)`` that `core.duck.connect` defines; a test holds both equal.
"""

from __future__ import annotations

import hashlib

SEPARATOR = "\x1f"


def keyed_id(key: str, prefix: str, *parts: str) -> str:
    """``prefix`` + 24 hex digits. Parts are joined by U+001F, so ("a", "bc") and ("ab", "c") differ."""
    text = SEPARATOR.join((key, prefix, *parts))
    return prefix + hashlib.sha256(text.encode()).hexdigest()[:24]
