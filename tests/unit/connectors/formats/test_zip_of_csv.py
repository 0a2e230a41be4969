from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import delivered_forms as forms
import pytest
from read_back import Reader

from core.errors import DeliveryError


def refused(read: Reader, data: bytes, source: str = "land") -> str:
    with pytest.raises(DeliveryError) as caught:
        read(source, data)
    assert caught.value.verdict == "unexpected_layout"
    return str(caught.value)


def header(name: str) -> bytes:
    return forms.comma_separated(forms.rows(f"land_{name}.csv")[:1])


def test_land_all_five_entries(read: Reader) -> None:
    land = read("land", forms.land())
    assert land.report.rows == {"rights": 2, "holders": 2, "mortgages": 1, "seizures": 1, "applications": 1}
    assert land.values("remark", "rights") == [None, "东至路,西至沟"]
    assert land.values("share", "holders") == ["1/2", "50%"]
    assert land.values("wait_order", "seizures") == ["1"]


def test_enterprises_with_a_byte_order_mark_in_every_entry(read: Reader) -> None:
    base = forms.comma_separated(forms.rows("enterprises_base.csv"), "utf-8-sig")
    register = read("enterprises", forms.enterprises(base=b"\xef\xbb\xbf" + base))
    assert register.report.rows == {
        "base": 1,
        "equity": 2,
        "equity_freeze": 1,
        "equity_pledge": 0,
        "changes": 1,
        "applications": 0,
        "branches": 0,
    }
    assert register.values("op", "base") == ["I"]
    assert register.values("before", "changes") == ["测试甲 60%, 测试乙 40%"]


def test_header_alone_means_nothing_changed(read: Reader) -> None:
    empty = {name: header(name) for name in forms.LAND}
    assert set(read("land", forms.land(**empty)).report.rows.values()) == {0}


def test_an_undecodable_record_inside_an_entry(read: Reader) -> None:
    holders = forms.comma_separated(forms.rows("land_holders.csv")).replace("测试甲".encode("gb18030"), b"\xff\xfe")
    first, second = read("land", forms.land(holders=holders)).rows("holders")
    assert (first["_defect"], first["_row_no"]) == ("decode_failed", 1)
    assert second["name"] == "测试乙"


class TestRefused:
    @pytest.mark.parametrize("data", [b"", b"no ZIP at all", forms.land()[:-30], b"PK\x03\x04" + b"\x00" * 60])
    def test_no_archive(self, read: Reader, data: bytes) -> None:
        assert "is no ZIP archive" in refused(read, data)

    @pytest.mark.parametrize(
        "extra", ["readme.txt", "rights/", "../rights.csv", "folder/rights.csv", "/etc/rights.csv", "RIGHTS.CSV"]
    )
    def test_entries_beside_the_agreed_ones(self, read: Reader, extra: str) -> None:
        entries = {f"{name}.csv": header(name) for name in forms.LAND}
        assert "1 entries beside the agreed ones" in refused(read, forms.zipped(entries | {extra: b""}))

    def test_a_missing_entry(self, read: Reader) -> None:
        entries = {f"{name}.csv": header(name) for name in forms.LAND[1:]}
        assert "entries missing: rights.csv" in refused(read, forms.zipped(entries))

    def test_an_entry_that_is_there_twice(self, read: Reader) -> None:
        content = io.BytesIO(forms.land())
        with zipfile.ZipFile(content, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("rights.csv", b"")
        assert "beside the agreed ones" in refused(read, content.getvalue())

    def test_another_header(self, read: Reader) -> None:
        rights = forms.comma_separated([["变更标志", "权利号"]])
        message = refused(read, forms.land(rights=rights))
        assert "rights.csv" in message
        assert "权利编号" in message

    def test_a_bomb_is_not_unpacked(self, read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("connectors.formats.zip_archive.BOMB_SIZE", 1 << 20)
        assert "unpack" in refused(read, forms.land(rights=header("rights") + b"," * (4 << 20)))

    def test_a_directory_that_states_too_little_does_not_make_it_grow(self, read: Reader) -> None:
        data = bytearray(forms.land(rights=header("rights") + b"\r\n" * 500_000))
        place = data.index(b"PK\x01\x02")
        data[place + 24 : place + 28] = struct.pack("<I", 100)
        assert refused(read, bytes(data))

    def test_a_password(self, read: Reader) -> None:
        data = bytearray(forms.land())
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(mark) + offset] |= 1
        assert "password" in refused(read, bytes(data))

    def test_damaged_data(self, read: Reader) -> None:
        data = bytearray(forms.land())
        data[60:70] = b"\x00" * 10
        assert refused(read, bytes(data))

    def test_an_odd_compression(self, read: Reader) -> None:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_LZMA) as archive:
            for name in forms.LAND:
                archive.writestr(f"{name}.csv", header(name))
        assert "deflate" in refused(read, content.getvalue())

    def test_thousands_of_entries(self, read: Reader) -> None:
        many: dict[str, Any] = {f"{number}.csv": b"" for number in range(1_100)}
        assert "1100 entries" in refused(read, forms.zipped(many))
