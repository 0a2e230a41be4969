"""Land parcels and the unit numbers of what stands on them (GB/T 37346, 28 characters).

A neighbourhood gives out 5,000 parcels. Buildings carry the first nineteen characters of their parcel.
"""

from __future__ import annotations

import numpy as np

from demo import numbers
from demo.arrow import Column
from demo.neighbourhood import Ints

CHUNK_CAPACITY = 5_000
FLATS_A_PARCEL = 36
#: Where each use begins among a neighbourhood's parcels.
FLATS_FROM, HOUSES_FROM, BARE_FROM, STORIES_FROM = 0, 60, 2_000, 3_500

_PARCELS_A_ZONE = 100_000


def unit_numbers(parcel: Ints, collective: Ints, building: Ints, room: Ints) -> Column:
    """28 characters. `collective` 1 makes JC (collective land, homestead) of GB; `building` 0 means bare land."""
    count = len(parcel)
    marks = np.array([list(b"GB"), list(b"JC")], dtype=np.uint8)[collective]
    bare = building == 0
    kind = np.where(bare, ord("W"), ord("F")).astype(np.uint8)
    rest = np.where(bare, 0, building * 10_000 + room)
    return numbers.texts(
        np.hstack(
            [
                numbers.constant(numbers.REGION, count),
                numbers.digits(parcel // _PARCELS_A_ZONE, 6),
                marks,
                numbers.digits(parcel % _PARCELS_A_ZONE, 5),
                kind[:, None],
                numbers.digits(rest, 8),
            ]
        )
    )


def parcel_number(chunk: int, local: Ints) -> Ints:
    """Number in the district of the neighbourhood's parcel `local`, from 1."""
    return chunk * CHUNK_CAPACITY + local + 1
