"""The signature of requests and answers: HMAC-SHA256 over timestamp + request target + body, joined without separator.

Source of the rule: agreement `development`, api.signature.
"""

from __future__ import annotations

import hmac


def signature(key: str, timestamp: str, target: str, body: bytes = b"") -> str:
    """64 lower-case hex digits.

    `timestamp` is epoch milliseconds as decimal digits; `target` is the request target exactly as sent, query and
    percent-escapes included, without scheme and host.
    """
    return hmac.new(key.encode(), timestamp.encode() + target.encode("ascii") + body, "sha256").hexdigest()


def is_signed(key: str, timestamp: str, target: str, body: bytes, signed: str) -> bool:
    """Whether `signed` is the signature of these, compared in constant time."""
    return hmac.compare_digest(signature(key, timestamp, target, body).encode(), signed.encode())
