from __future__ import annotations

import errno
from pathlib import Path

import delivered_forms as forms
import pytest
from read_back import Reader

from connectors.formats import READERS, read_file, registry
from core.errors import ContractError, DeliveryError, StoreError
from data_contracts import OUTGOING, load, sources


@pytest.mark.parametrize("source", [*sources(), OUTGOING])
def test_every_contract_has_a_reader(source: str) -> None:
    assert load(source).format.kind in READERS


@pytest.mark.parametrize("source", [*sources(), OUTGOING])
def test_garbage_is_refused_or_read_row_by_row(read: Reader, source: str) -> None:
    for data in (b"\x00" * 100, b"\xff\xfe" * 100, bytes(range(256)) * 20):
        try:
            report = read(source, data).report
        except DeliveryError as error:
            assert error.verdict == "unexpected_layout"
        else:
            assert report.rows == {table: sum(codes.values()) for table, codes in report.defects.items()}


def test_a_table_that_the_file_does_not_carry_is_not_written(tmp_path: Path) -> None:
    contract = load("vehicles")
    path = tmp_path / "delivered"
    path.write_bytes(forms.sample("vehicles_seizure.txt").encode("gb18030"))
    report = read_file(contract, contract.file("seizure"), path, tmp_path / "out", name="vehicles_seizure.txt")
    assert [item.name for item in (tmp_path / "out").iterdir()] == ["seizures.parquet"]
    assert report.file == "vehicles_seizure.txt"


def test_nothing_is_left_of_a_refused_file(tmp_path: Path) -> None:
    contract = load("housing")
    path = tmp_path / "delivered"
    path.write_bytes(forms.sample("housing.xml").replace("</FWDJ>", "").encode())
    with pytest.raises(DeliveryError):
        read_file(contract, contract.files[0], path, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_library_error_becomes_a_delivery_error_without_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choke(_reading: object) -> None:
        raise ValueError("could not convert 测试甲")

    monkeypatch.setitem(registry.READERS, "csv", choke)
    path = tmp_path / "delivered"
    path.write_bytes(b"x")
    with pytest.raises(DeliveryError) as caught:
        read_file(load("household"), load("household").files[0], path, tmp_path / "out", name="household.csv")
    assert "ValueError" in str(caught.value)
    assert "household.csv" in str(caught.value)
    assert "测试甲" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_full_disk_is_no_fault_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(_reading: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(registry.READERS, "csv", fill)
    path = tmp_path / "delivered"
    path.write_bytes(b"x")
    with pytest.raises(StoreError, match="No space left"):
        read_file(load("household"), load("household").files[0], path, tmp_path / "out")


def test_a_missing_file_and_an_unknown_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = load("household")
    with pytest.raises(StoreError, match="does not exist"):
        read_file(contract, contract.files[0], tmp_path / "nowhere", tmp_path / "out")
    monkeypatch.delitem(registry.READERS, "csv")
    with pytest.raises(ContractError, match="no reader for format csv"):
        read_file(contract, contract.files[0], tmp_path / "nowhere", tmp_path / "out")
