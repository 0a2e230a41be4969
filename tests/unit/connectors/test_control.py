from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from connectors.control import LARGEST, Control, check_bytes, check_mode, count_differences, parse
from core.errors import DeliveryError

NAME = "land_full_20261122.zip"
DOCUMENT: dict[str, Any] = {
    "file": NAME,
    "bytes": 3,
    "sha256": "ab" * 32,
    "rows": {"rights": 2, "holders": 0},
    "mode": "full",
    "extracted_at": "2026-11-22T23:40:00",
    "data_as_of": "2026-11-22T20:00:00",
    "inquiry_batch": None,
}


def read(**changes: Any) -> Control:
    return parse(json.dumps({**DOCUMENT, **changes}).encode(), NAME)


def test_reads_every_agreed_key_and_ignores_others() -> None:
    control = read(sender="ignored")
    assert control.as_json() == DOCUMENT
    assert control.data_as_of == datetime(2026, 11, 22, 20)


def test_a_byte_order_mark_is_tolerated() -> None:
    assert parse(b"\xef\xbb\xbf" + json.dumps(DOCUMENT).encode(), NAME) == read()


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'{"file":' + b"9" * 5_000 + b"}", b" " * (LARGEST + 1), b"\xff\xfe"]
)
def test_hostile_content_is_no_control_file(content: bytes) -> None:
    with pytest.raises(DeliveryError, match="cannot be read") as refused:
        parse(content, NAME)
    assert refused.value.verdict == "missing_control"


@pytest.mark.parametrize("key", sorted(DOCUMENT))
def test_every_key_is_needed(key: str) -> None:
    document = {name: value for name, value in DOCUMENT.items() if name != key}
    with pytest.raises(DeliveryError) as caught:
        parse(json.dumps(document).encode(), NAME)
    assert caught.value.verdict == "missing_control"


@pytest.mark.parametrize(
    "changes",
    [
        {"bytes": "3"},
        {"bytes": -1},
        {"rows": {"rights": True}},
        {"rows": 5},
        {"sha256": "AB" * 32},
        {"mode": "whole"},
        {"file": "land_full_20261121.zip"},
        {"data_as_of": "2026-11-22T20:00:00+08:00"},
        {"data_as_of": "yesterday"},
    ],
)
def test_a_control_file_out_of_form_vouches_for_nothing(changes: dict[str, Any]) -> None:
    with pytest.raises(DeliveryError) as caught:
        read(**changes)
    assert caught.value.verdict == "missing_control"


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b"{"])
def test_no_json_object_is_no_control_file(content: bytes) -> None:
    with pytest.raises(DeliveryError) as caught:
        parse(content, NAME)
    assert caught.value.verdict == "missing_control"


def test_size_is_named_before_hash() -> None:
    with pytest.raises(DeliveryError) as caught:
        check_bytes(read(), 2, "cd" * 32)
    assert caught.value.verdict == "size_mismatch"
    with pytest.raises(DeliveryError) as caught:
        check_bytes(read(), 3, "cd" * 32)
    assert caught.value.verdict == "hash_mismatch"
    check_bytes(read(), 3, "ab" * 32)


def test_name_and_control_must_agree_on_mode_and_batch() -> None:
    check_mode(read(), "full", None)
    for mode, batch in (("delta", None), ("full", "Q2026112201")):
        with pytest.raises(DeliveryError) as caught:
            check_mode(read(), mode, batch)
        assert caught.value.verdict == "mode_mismatch"


def test_counts_differ_per_table_and_an_unstated_table_counts_zero() -> None:
    assert count_differences(read(), {"rights": 2, "holders": 0, "seizures": 0}) == {}
    assert count_differences(read(), {"rights": 1, "holders": 0, "seizures": 4}) == {
        "rights": (2, 1),
        "seizures": (0, 4),
    }
