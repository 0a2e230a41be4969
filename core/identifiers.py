"""Check digits of identifiers, one number at a time.

The vectorised twin is ``core/sql/identifiers.sql``; a test holds both equal. ``check_*`` judges a number as written
(ASCII, upper case, no blanks) and never raises. The other functions complete a number whose leading part is known;
they raise ValueError for a part of the wrong form, without repeating it.

python-stdnum is used where it is right: ISO 7064 MOD 11-2 and MOD 11-10, Luhn. It is not used for

- ``cn.ric``: asks whether the region existed in the year of birth, with a table that begins 370406 in 1983, so that it
  rejects people born there before; rejects 15-digit forms and residence permits; accepts full-width digits and birth
  years 1885 and 2099;
- ``cn.uscc``: demands digits in positions 1 to 8 and so rejects village collectives (N1, N2, N3);
- organisation codes and VIN, for which it has no module.
"""

from __future__ import annotations

import re
from datetime import date

from stdnum import luhn as stdnum_luhn
from stdnum.iso7064 import mod_11_2, mod_11_10

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, power, 31) for power in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))


def resident_id(region: str, birth: date, seq: int) -> str:
    """18 characters (GB 11643-1999) of `region` (6 digits), birth date and `seq` (0 to 999, odd = male)."""
    first17 = f"{region}{birth:%Y%m%d}{seq:03d}"
    _require(r"[0-9]{17}", first17)
    return first17 + mod_11_2.calc_check_digit(first17)


def resident_id_15(region: str, birth: date, seq: int) -> str:
    """The old 15-digit form; exists only for births in the 1900s."""
    number = f"{region}{birth:%y%m%d}{seq:03d}"
    _require(r"[0-9]{15}", number)
    return number


def resident_id_upgrade(number: str) -> str:
    """15 digits to 18 characters; anything that is no 15-digit person number comes back unchanged."""
    if not check_resident_id_15(number):
        return number
    first17 = f"{number[:6]}19{number[6:]}"
    return first17 + mod_11_2.calc_check_digit(first17)


def uscc(first17: str) -> str:
    """A unified social credit code (GB 32100-2015) completed by its check character."""
    _require(rf"[{USCC_ALPHABET}]{{17}}", first17)
    return first17 + _uscc_check(first17)


def org_code(first8: str) -> str:
    """An organisation code (GB 11714-1997), nine characters without hyphen."""
    _require(r"[0-9A-Z]{8}", first8)
    return first8 + _org_check(first8)


def reg_no(first14: str) -> str:
    """A business registration number of 15 digits (GS 15-2006)."""
    _require(r"[0-9]{14}", first14)
    return first14 + mod_11_10.calc_check_digit(first14)


def luhn(first: str) -> str:
    """A bank card number completed by its Luhn digit."""
    _require(r"[0-9]{11,18}", first)
    return first + stdnum_luhn.calc_check_digit(first)


def vin(seventeen: str) -> str:
    """A VIN (GB 16735-2019) with position 9 replaced by the check character that fits the other sixteen."""
    _require(r"[A-HJ-NPR-Z0-9]{17}", seventeen)
    return seventeen[:8] + _vin_check(seventeen) + seventeen[9:]


def check_resident_id(number: str) -> bool:
    """MOD 11-2 and a birth date from 1900 to today; also 81/82/83 permits and the foreigners' card with a leading 9."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number) or not _plausible_birth(number[6:14]):
        return False
    return bool(mod_11_2.is_valid(number))


def check_resident_id_15(number: str) -> bool:
    """Form and a real date in the 1900s: the old form has no check digit, so this proves little."""
    return re.fullmatch(r"[0-9]{15}", number) is not None and _plausible_birth("19" + number[6:12])


def check_uscc(number: str) -> bool:
    """GB 32100 with letters allowed in positions 1 to 8."""
    if not re.fullmatch(rf"[{USCC_ALPHABET}]{{18}}", number) or not number.strip("0"):
        return False
    return number[17] == _uscc_check(number[:17])


def check_org_code(number: str) -> bool:
    """GB 11714, with or without the hyphen."""
    if not re.fullmatch(r"[0-9A-Z]{8}-?[0-9X]", number) or not number.strip("0-"):
        return False
    return number[-1] == _org_check(number[:8])


def check_reg_no(number: str) -> bool:
    """15 digits, ISO 7064 MOD 11,10."""
    if not re.fullmatch(r"[0-9]{15}", number) or not number.strip("0"):
        return False
    return bool(mod_11_10.is_valid(number))


def check_luhn(number: str) -> bool:
    """12 to 19 digits, Luhn: cards only, corporate and passbook numbers carry no check."""
    if not re.fullmatch(r"[0-9]{12,19}", number) or not number.strip("0"):
        return False
    return bool(stdnum_luhn.is_valid(number))


def check_vin(number: str) -> bool:
    """17 characters without I, O, Q; position 9. Imported and old vehicles may fail."""
    if not re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", number) or not number.strip("0"):
        return False
    return number[8] == _vin_check(number)


def uscc_org_code(number: str) -> str | None:
    """Characters 9 to 17 of a valid credit code: the organisation code of the same body."""
    return number[8:17] if check_uscc(number) else None


def _plausible_birth(digits: str) -> bool:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= birth <= date.today()


def _uscc_check(first17: str) -> str:
    total = sum(USCC_ALPHABET.index(letter) * weight for letter, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def _org_check(first8: str) -> str:
    total = sum(int(letter, 36) * weight for letter, weight in zip(first8, _ORG_WEIGHTS, strict=True))
    return "0X987654321"[total % 11]


def _vin_check(seventeen: str) -> str:
    total = sum(_VIN_VALUES[letter] * weight for letter, weight in zip(seventeen, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def _require(form: str, text: str) -> None:
    if re.fullmatch(form, text) is None:
        raise ValueError(f"the known part must have the form {form}")
