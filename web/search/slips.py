"""What somebody may have meant who made a slip: a character wrong, missing, too many, or two swapped."""

from __future__ import annotations

import re
from itertools import pairwise
from string import ascii_uppercase, digits

_ALPHABET = digits + ascii_uppercase


def allowed(name: str) -> int:
    """Slips in a name: one; in long names one in five characters. 0: two characters are told by their sound alone."""
    return 0 if len(name) <= 2 else max(1, len(name) // 5)


def unhurt(name: str, slips: int) -> str:
    """A pattern that every text within `slips` of the name matches: as many pieces that they cannot hurt all.

    A swap may hurt two neighbours, so that one more piece than twice the slips is enough.
    """
    pieces = 2 * slips + 1
    ends = [len(name) * piece // pieces for piece in range(pieces + 1)]
    parts = [name[start:end] for start, end in pairwise(ends)]
    return "|".join(map(re.escape, dict.fromkeys(parts)))


def numbers_near(number: str) -> list[str]:
    """Every number one slip away: digits and capital letters only."""
    heads = [(number[:place], number[place:]) for place in range(len(number) + 1)]
    missing = [head + tail[1:] for head, tail in heads if tail]
    swapped = [head + tail[1] + tail[0] + tail[2:] for head, tail in heads if len(tail) > 1]
    wrong = [head + other + tail[1:] for head, tail in heads if tail for other in _ALPHABET]
    more = [head + other + tail for head, tail in heads for other in _ALPHABET]
    return list(dict.fromkeys([*missing, *swapped, *wrong, *more]))
