"""Identity numbers in bulk, all with county code 370499, which was never assigned: no person or firm has one."""

from __future__ import annotations

import numpy as np

from benchmarks.glyphs import Points, Texts, Whole, code_points, texts_of

REGION = "370499"
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECKS = code_points("10X98765432")
_USCC_LETTERS = code_points("0123456789ABCDEFGHJKLMNPQRTUWXY")
_USCC_WEIGHTS = np.array([pow(3, power, 31) for power in range(17)])
_ORG_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_ORG_CHECKS = code_points("0X987654321")
_EPOCH = np.datetime64("1900-01-01")


def birth_text(day: Whole) -> Texts:
    """ISO dates of days since 1900-01-01."""
    dates = (_EPOCH + day.astype("timedelta64[D]")).astype("datetime64[D]")
    return np.datetime_as_string(dates).astype(object)


def resident_ids(day: Whole, seq: Whole) -> Texts:
    """18 characters from the birth day (days since 1900-01-01) and the sequence number (odd = male)."""
    digits = np.concatenate([_region(len(day)), _date_digits(day), _digits(seq, 3)], axis=1)
    checks = _ID_CHECKS[(digits * _ID_WEIGHTS).sum(axis=1) % 11]
    return texts_of(np.column_stack([_ascii(digits), checks]).astype(np.uint32))


def old_form(numbers: Texts) -> Texts:
    """The 15-digit form of 18-digit numbers."""
    grid = numbers.astype("U18").view(np.uint32).reshape(len(numbers), 18)
    return texts_of(np.concatenate([grid[:, :6], grid[:, 8:17]], axis=1))


def org_codes(index: Whole) -> Texts:
    """Nine characters without hyphen: MA and six that never repeat for different indexes below 31**6."""
    mixed = (index * 387_420_489 + 104_729) % 31**6
    body = np.stack([mixed // 31**place % 31 for place in range(6)], axis=1)
    letters = np.column_stack([np.tile(code_points("MA"), (len(index), 1)), _USCC_LETTERS[body]])
    values = np.where(letters >= ord("A"), letters.astype(np.int64) - 55, letters.astype(np.int64) - 48)
    checks = _ORG_CHECKS[(values * _ORG_WEIGHTS).sum(axis=1) % 11]
    return texts_of(np.column_stack([letters, checks]).astype(np.uint32))


def usccs(kind: Texts, codes: Texts) -> Texts:
    """Two characters of kind (91, 92, 93), the region, the organisation code, the check character."""
    first17 = kind + REGION + codes
    grid = first17.astype("U17").view(np.uint32).reshape(len(codes), 17)
    place = np.zeros(128, dtype=np.int64)
    place[_USCC_LETTERS] = np.arange(31)
    checks = _USCC_LETTERS[-(place[grid] * _USCC_WEIGHTS).sum(axis=1) % 31]
    return texts_of(np.column_stack([grid, checks]).astype(np.uint32))


def reg_nos(index: Whole) -> Texts:
    """15 digits, MOD 11,10, never the same for different indexes below 10**8."""
    digits = np.concatenate([_region(len(index)), _digits((index * 48_271 + 7) % 10**8, 8)], axis=1)
    check = np.full(len(index), 5)
    for column in range(14):
        check = (np.where(check == 0, 10, check) * 2 % 11 + digits[:, column]) % 10
    last = (1 - np.where(check == 0, 10, check) * 2 % 11) % 10
    return texts_of(_ascii(np.column_stack([digits, last])))


def serials(prefix: str, index: Whole, width: int) -> Texts:
    """A prefix and so many digits: passports, travel permits, telephones; unique below 10**width."""
    mixed = (index * 7_368_787 + 1_299_709) % 10**width
    numbered: Texts = prefix + texts_of(_ascii(_digits(mixed, width)))
    return numbered


def serials_in_order(prefix: str, index: Whole) -> Texts:
    """A prefix and eight digits, counting."""
    numbered: Texts = prefix + texts_of(_ascii(_digits(index, 8)))
    return numbered


def _region(rows: int) -> Whole:
    return np.tile(np.array([int(digit) for digit in REGION]), (rows, 1))


def _date_digits(day: Whole) -> Whole:
    dates = (_EPOCH + day.astype("timedelta64[D]")).astype("datetime64[D]")
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    months = dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    days = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    return _digits(years * 10_000 + months * 100 + days, 8)


def _digits(values: Whole, width: int) -> Whole:
    return np.stack([values // 10**place % 10 for place in reversed(range(width))], axis=1)


def _ascii(digits: Whole) -> Points:
    return (digits + ord("0")).astype(np.uint32)
