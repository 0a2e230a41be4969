from __future__ import annotations

import numpy as np

from benchmarks import numbers
from core import identifiers

INDEX = np.arange(3_000)
DAYS, SEQ = INDEX * 13 + 5, INDEX % 1_000


def test_every_number_passes_its_check() -> None:
    residents, codes = numbers.resident_ids(DAYS, SEQ), numbers.org_codes(INDEX)
    assert all(map(identifiers.check_resident_id, residents[DAYS < 45_000]))
    assert all(map(identifiers.check_org_code, codes))
    assert all(map(identifiers.check_uscc, numbers.usccs(np.full(len(codes), "92", dtype=object), codes)))
    assert all(map(identifiers.check_reg_no, numbers.reg_nos(INDEX)))


def test_serials_and_codes_never_repeat() -> None:
    for made in (numbers.org_codes(INDEX), numbers.reg_nos(INDEX), numbers.serials("154", INDEX, 8)):
        assert len(set(made)) == len(INDEX)


def test_the_old_form_upgrades_to_the_number() -> None:
    whole = numbers.resident_ids(DAYS, SEQ)[DAYS < 36_000]
    assert [identifiers.resident_id_upgrade(old) for old in numbers.old_form(whole)] == list(whole)


def test_births_are_told_as_in_the_number() -> None:
    whole, told = numbers.resident_ids(DAYS, SEQ), numbers.birth_text(DAYS)
    assert [number[6:14] for number in whole] == [birth.replace("-", "") for birth in told]
