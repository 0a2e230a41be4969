"""Failures leave without the values they are about."""

from __future__ import annotations

import errno
import traceback
from pathlib import Path

import duckdb
import pytest

from core.errors import StoreError, TerminalError
from core.log import wordless

SECRET = "测试甲 370499198503120017"


def test_an_unexpected_failure_quotes_nothing_and_names_its_record() -> None:
    with pytest.raises(TerminalError) as caught, wordless("publishing"):
        raise ValueError(f"could not convert {SECRET}")
    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET not in shown and "ValueError" in str(caught.value)
    kept = Path(caught.value.where).read_text(encoding="utf-8")
    assert SECRET not in kept and "test_log.py" in kept


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        duckdb.TransactionException("Failed to commit: Could not write all bytes: No space left on device"),
    ],
)
def test_a_full_disk_is_the_operators_to_free(error: Exception) -> None:
    with pytest.raises(TerminalError, match=r"publishing failed: the disk is full.*free space"), wordless("publishing"):
        raise error


def test_our_own_errors_pass_unchanged() -> None:
    error = StoreError("the store is of another version")
    with pytest.raises(StoreError) as caught, wordless("publishing"):
        raise error
    assert caught.value is error
