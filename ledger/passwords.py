"""Passwords: argon2id with the library's parameters (RFC 9106, 64 MiB each), two at a time so that memory stays
bounded."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from core.errors import UsageError

SHORTEST, LONGEST = 10, 200
_hasher = PasswordHasher()
_turns = BoundedSemaphore(2)
#: Of nobody's password: who does not exist costs as much time as who does.
NOBODY = _hasher.hash("nobody")
#: Kept of an account without a password: no password agrees with it.
NONE = "none"


def hashed(password: str, officer: str) -> str:
    """What is kept of a password. UsageError if it is too short, too long or names the officer."""
    if not SHORTEST <= len(password) <= LONGEST or officer.lower() in password.lower():
        raise UsageError("口令不合要求", where="password", do=f"{SHORTEST} 至 {LONGEST} 个字符，且不得含工号")
    with _turns:
        return _hasher.hash(password)


def agrees(kept: str, password: str) -> bool:
    """Whether `password` is the one kept."""
    if len(password) > LONGEST:
        return False
    with _turns:
        try:
            return _hasher.verify(kept, password)
        except (Argon2Error, InvalidHashError):
            return False
