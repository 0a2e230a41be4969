from __future__ import annotations

import hashlib
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from connectors.archive import copy_hashed, keep
from core.store import Store


def test_bytes_lie_under_their_hash_and_are_read_only(tmp_path: Path) -> None:
    store = Store(tmp_path)
    pulled = tmp_path / "work" / "a.zip"
    sha256, size = copy_hashed(io.BytesIO(b"abc"), pulled)
    place = keep(store, pulled, sha256)
    assert place == tmp_path / "archive" / sha256[:2] / sha256
    assert place.read_bytes() == b"abc"
    assert size == 3
    assert place.stat().st_mode & 0o222 == 0
    assert not pulled.exists()


def test_known_bytes_are_kept_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    places = []
    for name in ("first", "second"):
        pulled = tmp_path / "work" / name
        sha256, _ = copy_hashed(io.BytesIO(b"same"), pulled)
        places.append(keep(store, pulled, sha256))
    assert places[0] == places[1]
    assert len([path for path in store.archive.rglob("*") if path.is_file()]) == 1


def test_a_damaged_copy_in_the_archive_is_replaced(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sha256 = hashlib.sha256(b"whole").hexdigest()
    store.archived(sha256).parent.mkdir(parents=True)
    store.archived(sha256).write_bytes(b"wh")
    pulled = tmp_path / "work" / "a"
    copy_hashed(io.BytesIO(b"whole"), pulled)
    assert keep(store, pulled, sha256).read_bytes() == b"whole"


@given(st.binary(max_size=5000))
def test_copy_and_hash_agree_for_any_bytes(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "copy"
        assert copy_hashed(io.BytesIO(content), to) == (hashlib.sha256(content).hexdigest(), len(content))
        assert to.read_bytes() == content
