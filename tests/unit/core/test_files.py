from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from core.files import sha256_of, write_json, written_whole


def test_a_failed_write_leaves_the_old_file_and_no_remains(tmp_path: Path) -> None:
    target = tmp_path / "a" / "state.json"
    write_json(target, {"night": 1})
    with pytest.raises(RuntimeError), written_whole(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError("killed")
    assert target.read_text() == '{\n "night": 1\n}'
    assert [entry.name for entry in target.parent.iterdir()] == ["state.json"]


def test_sha256_of_a_file_larger_than_one_chunk(tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(b"\x7c" * (3 << 20))
    assert sha256_of(file) == hashlib.sha256(b"\x7c" * (3 << 20)).hexdigest()
