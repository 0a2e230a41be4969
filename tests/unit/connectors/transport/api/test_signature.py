"""The agreement's own examples (development, api.signature.test_vectors)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.transport.api.signature import is_signed, signature

KEY = "example-shared-key"
TARGET = "/api/v1/projects?mode=delta&business_date=20261123&page=1&size=200"


@pytest.mark.parametrize(
    ("timestamp", "body", "signed"),
    [
        ("1795435600000", b"", "26454edd3c6c95edda4cfac2251bd44e5131d0ac92b2f04facd878c38c9c781f"),
        ("1795435600500", b'{"code":0}', "2a0ea5a654a2a576e8b1d1066aca65529ae77fb1031374bcc11b3644676a135b"),
    ],
)
def test_signs_as_the_agreement_does(timestamp: str, body: bytes, signed: str) -> None:
    assert signature(KEY, timestamp, TARGET, body) == signed
    assert is_signed(KEY, timestamp, TARGET, body, signed)


@given(body=st.binary(min_size=1), place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_changed_bit_is_seen(body: bytes, place: int, bit: int) -> None:
    signed = signature(KEY, "1", TARGET, body)
    changed = bytearray(body)
    changed[place % len(body)] ^= 1 << bit
    assert not is_signed(KEY, "1", TARGET, bytes(changed), signed)


@pytest.mark.parametrize("signed", ["", "no digits", "签名", "26454EDD"])
def test_what_is_no_signature_is_none(signed: str) -> None:
    assert not is_signed(KEY, "1", TARGET, b"", signed)
