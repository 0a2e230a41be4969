"""The vectorised numbers agree with the scalar check digits of core."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core import identifiers
from demo import numbers

DAYS = st.integers(min_value=-12_700, max_value=14_000)  # 1935 to 2008


def column(value: int) -> numbers.Ints:
    return np.array([value], dtype=np.int64)


@given(DAYS, st.integers(0, 999))
def test_resident_ids_are_those_of_core(day: int, sequence: int) -> None:
    birth = date(1970, 1, 1) + timedelta(days=day)
    assert numbers.resident_ids(column(day), column(sequence)).to_pylist() == [
        identifiers.resident_id("370499", birth, sequence)
    ]


@given(st.integers(-12_700, 10_000), st.integers(0, 999))
def test_fifteen_digits_upgrade_to_the_eighteen(day: int, sequence: int) -> None:
    short = numbers.resident_ids_15(column(day), column(sequence)).to_pylist()[0]
    assert identifiers.resident_id_upgrade(short) == numbers.resident_ids(column(day), column(sequence)).to_pylist()[0]


@given(st.integers(0, 30**6 - 1), st.sampled_from(["91", "92", "93", "N2", "12"]))
def test_organisation_numbers_are_valid(ordinal: int, kind: str) -> None:
    body = numbers.organisation_bodies("MA", column(ordinal))
    code = numbers.usccs(kind, body).to_pylist()[0]
    assert identifiers.check_uscc(code)
    assert identifiers.check_org_code(numbers.org_codes(body).to_pylist()[0])
    assert code[8:17] == numbers.org_codes(body).to_pylist()[0].replace("-", "")


@given(st.integers(0, 99_999_999))
def test_registration_numbers_and_vins_are_valid(ordinal: int) -> None:
    assert identifiers.check_reg_no(numbers.registration_numbers(column(ordinal)).to_pylist()[0])
    assert identifiers.check_vin(numbers.vins(column(ordinal), column(ordinal % 3)).to_pylist()[0])
