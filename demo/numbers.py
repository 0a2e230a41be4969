"""Identity numbers of whole columns at once, with right check digits. Scalar twins stand in `core.identifiers`.

Every function takes and returns equal-length columns; characters are bytes, so a million numbers cost milliseconds.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from demo.arrow import Column, pa

REGION = "370499"  # never assigned to any county
_USCC = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", dtype=np.uint8)
_BASE36 = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)
_RESIDENT_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_RESIDENT_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_USCC_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)])
_ORG_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ORG_CHECK = np.frombuffer(b"0123456789X", dtype=np.uint8)
_VIN_WEIGHTS = np.array([8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2])
_VIN_LETTERS = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_EPOCH = np.datetime64("1970-01-01", "D")


def texts(characters: Bytes) -> Column:
    """A matrix of ASCII codes (row = value) as a string column."""
    width = characters.shape[1]
    flat = np.ascontiguousarray(characters)
    offsets = np.arange(0, flat.size + 1, width, dtype=np.int32)
    return pa.StringArray.from_buffers(
        characters.shape[0], pa.py_buffer(offsets.tobytes()), pa.py_buffer(flat.tobytes())
    )


def digits(values: Ints, width: int) -> Bytes:
    """Decimal digits with leading zeros, as ASCII codes; higher digits are cut off."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (values[:, None] // powers % 10 + 48).astype(np.uint8)


def constant(text: str, count: int) -> Bytes:
    """The same ASCII text in every row."""
    return np.tile(np.frombuffer(text.encode("ascii"), dtype=np.uint8), (count, 1))


def numbered(prefix: str, values: Ints, width: int) -> Column:
    """`prefix` followed by the zero-padded number."""
    return texts(np.hstack([constant(prefix, len(values)), digits(values, width)]))


def digits_text(values: Ints, width: int) -> Column:
    """Decimal digits with leading zeros."""
    return texts(digits(values, width))


def compact_dates(days: Ints) -> Ints:
    """YYYYMMDD as integers from days since 1970."""
    stamps = (_EPOCH + days.astype("timedelta64[D]")).astype("datetime64[D]")
    years = stamps.astype("datetime64[Y]").astype(np.int64) + 1970
    months = stamps.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (stamps - stamps.astype("datetime64[M]")).astype(np.int64) + 1
    return np.asarray(years * 10_000 + months * 100 + day, dtype=np.int64)


def resident_ids(birth_days: Ints, sequence: Ints, region: Ints | None = None) -> Column:
    """18 characters by GB 11643: region (default 370499), birth date, three-digit sequence, MOD 11-2 check."""
    count = len(birth_days)
    place = constant(REGION, count) if region is None else digits(region, 6)
    body = np.hstack([place, digits(compact_dates(birth_days), 8), digits(sequence, 3)])
    remainder = ((body - 48) * _RESIDENT_WEIGHTS).sum(axis=1) % 11
    return texts(np.hstack([body, _RESIDENT_CHECK[remainder][:, None]]))


def resident_ids_15(birth_days: Ints, sequence: Ints) -> Column:
    """The first-generation form: two-digit year, no check."""
    dates = compact_dates(birth_days) % 1_000_000
    return texts(np.hstack([constant(REGION, len(dates)), digits(dates, 6), digits(sequence, 3)]))


def organisation_bodies(prefix: str, ordinals: Ints) -> Bytes:
    """Nine characters by GB 11714: `prefix`, the ordinal in base 30 of the credit-code alphabet, check character."""
    width = 8 - len(prefix)
    powers = 30 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    body = np.hstack([constant(prefix, len(ordinals)), _USCC[ordinals[:, None] // powers % 30]])
    values = np.searchsorted(_BASE36, body)
    check = 11 - (values * _ORG_WEIGHTS).sum(axis=1) % 11
    return np.hstack([body, _ORG_CHECK[np.where(check == 11, 0, check)][:, None]])


def usccs(prefix: str, organisations: Bytes) -> Column:
    """18 characters by GB 32100: two-character class, region 370499, organisation code, check character."""
    body = np.hstack([constant(prefix + REGION, len(organisations)), organisations])
    check = (31 - (np.searchsorted(_USCC, body) * _USCC_WEIGHTS).sum(axis=1) % 31) % 31
    return texts(np.hstack([body, _USCC[check][:, None]]))


def org_codes(organisations: Bytes) -> Column:
    """The organisation code as printed: eight characters, hyphen, check."""
    return texts(np.hstack([organisations[:, :8], constant("-", len(organisations)), organisations[:, 8:]]))


def registration_numbers(ordinals: Ints) -> Column:
    """15-digit business registration number by GS 15-2006, MOD 11,10 check."""
    body = np.hstack([constant(REGION, len(ordinals)), digits(ordinals, 8)])
    product = np.full(len(ordinals), 10, dtype=np.int64)
    for column in (body - 48).astype(np.int64).T:
        total = (product + column) % 10
        product = np.where(total == 0, 10, total) * 2 % 11
    check = (1 - product) % 10
    return texts(np.hstack([body, (check + 48).astype(np.uint8)[:, None]]))


def vins(ordinals: Ints, makes: Ints) -> Column:
    """17 characters with a right position 9: synthetic maker LTS/LXD/LZC, model code, plant, serial."""
    makers = np.array([np.frombuffer(code, dtype=np.uint8) for code in (b"LTSAA000", b"LXDBB120", b"LZCEC2A0")])
    serial = digits(ordinals, 6)
    plant = digits(ordinals // 1_000_000, 1)
    count = len(ordinals)
    head = makers[makes % len(makers)]
    body = np.hstack([head, constant("0R", count), plant, serial])
    table = np.zeros(128, dtype=np.int64)
    table[48:58] = np.arange(10)
    for letter, value in _VIN_LETTERS.items():
        table[ord(letter)] = value
    check = (table[body] * _VIN_WEIGHTS).sum(axis=1) % 11
    body[:, 8] = np.where(check == 10, ord("X"), check + 48)
    return texts(body)
