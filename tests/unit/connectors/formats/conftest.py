from __future__ import annotations

from pathlib import Path

import pytest
from read_back import Read, Reader

from connectors.formats import read_file
from data_contracts import load


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Read bytes as a file of a source: ``read("vehicles", data)``, or ``read("vehicles", data, file="base")``."""
    counter = iter(range(1_000_000))

    def read_bytes(source: str, data: bytes, *, file: str | None = None) -> Read:
        contract = load(source)
        declared = contract.file(file) if file else contract.files[0]
        folder = tmp_path / str(next(counter))
        folder.mkdir()
        path = folder / declared.example
        path.write_bytes(data)
        return Read(read_file(contract, declared, path, folder / "text"), folder / "text")

    return read_bytes
