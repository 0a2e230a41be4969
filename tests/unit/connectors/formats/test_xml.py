from __future__ import annotations

import delivered_forms as forms
import pytest
from read_back import Reader

from core.errors import DeliveryError

HOUSING = forms.sample("housing.xml")
CHILDREN = ("owners", "mortgages", "seizures", "notices", "applications", "history")


def housing(*changes: tuple[str, str]) -> bytes:
    text = HOUSING
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def refused(read: Reader, data: bytes) -> str:
    with pytest.raises(DeliveryError) as caught:
        read("housing", data)
    assert caught.value.verdict == "unexpected_layout"
    return str(caught.value)


class TestAsAgreed:
    def test_units_and_everything_nested_in_them(self, read: Reader) -> None:
        result = read("housing", housing())
        assert result.report.rows == {
            "units": 2,
            "owners": 2,
            "mortgages": 1,
            "seizures": 1,
            "notices": 0,
            "applications": 1,
            "history": 0,
        }
        first, second = result.rows("units")
        assert (first["op"], first["floors"], first["price"]) == ("U", "1/18", "620000.00")
        assert second == {"op": "D", "unit_id": "FW0000000002", "_row_no": 2}
        assert result.values("unit_id", "owners") == ["FW0000000001", "FW0000000001"]
        assert result.values("id_number_15", "owners") == ["370499850312001", None]
        assert result.rows("seizures")[0]["unit_id"] == "FW0000000001"

    def test_the_root_describes_the_extract(self, read: Reader) -> None:
        report = read("housing", housing()).report
        assert report.head == {"mode": "delta", "data_as_of": "2026-11-23T20:00:00"}
        assert report.stated_rows == {"units": 2}
        assert not report.warnings

    def test_entities_order_empty_and_missing_elements(self, read: Reader) -> None:
        result = read(
            "housing",
            housing(
                ("<QLRMC>测试甲</QLRMC><ZJZL>1</ZJZL>", "<ZJZL>1</ZJZL><QLRMC>甲&amp;乙 &lt;测&#x8BD5;&gt;</QLRMC>"),
                ("<GHYT>10</GHYT>", "<GHYT></GHYT>"),
                ("<FWXZ>0</FWXZ>", "<FWXZ/>"),
            ),
        )
        assert result.values("name", "owners") == ["甲&乙 <测试>", "测试丙"]
        assert {"planned_use", "house_nature"}.isdisjoint(result.rows("units")[0])

    def test_an_empty_delta(self, read: Reader) -> None:
        for body in ("></FWDJ>", "/>", ">\n<!-- nothing -->\n</FWDJ>"):
            data = f'<FWDJ version="1.0" mode="delta" asOf="2026-11-23T20:00:00" count="0"{body}'.encode()
            report = read("housing", data).report
            assert set(report.rows.values()) == {0}
            assert report.stated_rows == {"units": 0}


class TestSingleRecords:
    def test_a_record_that_is_not_well_formed_costs_only_itself(self, read: Reader) -> None:
        result = read("housing", housing(("<ZL>测试区", "<ZL>测试 & 区")))
        broken, good = result.rows("units")
        assert (broken["_defect"], good["unit_id"]) == ("unreadable_record", "FW0000000002")
        assert broken["_raw"].startswith('<FWDY op="U"><FWID>FW0000000001</FWID>')
        assert result.report.rows == {
            "units": 2,
            "owners": 2,
            "mortgages": 1,
            "seizures": 1,
            "notices": 0,
            "applications": 1,
            "history": 0,
        }
        assert {row["_defect"] for row in result.rows("owners")} == {"unreadable_record"}
        assert result.rows("owners")[0]["_raw"].endswith("</QLR>")
        assert result.report.uncounted == tuple(sorted(CHILDREN))

    def test_a_record_without_its_end_does_not_swallow_the_next(self, read: Reader) -> None:
        result = read("housing", housing(("</SQS></FWDY>", "</SQS>")))
        assert [row.get("_defect") for row in result.rows("units")] == ["unreadable_record", None]

    def test_the_last_record_without_its_end(self, read: Reader) -> None:
        result = read("housing", housing(("<FWID>FW0000000002</FWID></FWDY>", "<FWID>FW0000000002")))
        assert [row.get("_defect") for row in result.rows("units")] == [None, "unreadable_record"]

    def test_control_characters_come_through(self, read: Reader) -> None:
        result = read("housing", housing(("FW0000000002", "FW\x0b02&#1;"), ("测试丙", "测\u200b试丙\ufeff")))
        assert result.values("unit_id", "units") == ["FW0000000001", "FW\x0b02\x01"]
        assert result.values("name", "owners")[1] == "测\u200b试丙\ufeff"

    def test_undecodable_bytes_touch_only_their_row(self, read: Reader) -> None:
        result = read("housing", housing().replace("测试丙".encode(), b"\xff\xfe\xff"))
        assert [row.get("_defect") for row in result.rows("owners")] == [None, "decode_failed"]
        assert r"\xff\xfe\xff" in result.rows("owners")[1]["_raw"]
        assert len([row for row in result.rows("units") if "_defect" not in row]) == 2

    def test_a_key_that_does_not_decode_takes_its_children_along(self, read: Reader) -> None:
        result = read("housing", housing().replace(b"FW0000000001", b"FW\xff"))
        assert {row["_defect"] for row in result.rows("owners")} == {"decode_failed"}

    def test_a_value_in_another_encoding_is_read_and_flagged(self, read: Reader) -> None:
        row = read("housing", housing().replace("测试丙".encode(), "测试丙".encode("gb18030"))).rows("owners")[1]
        assert (row["name"], row["_flags"]) == ("测试丙", "name:repaired_value")

    def test_a_repeated_element_keeps_its_first_value_and_is_flagged(self, read: Reader) -> None:
        result = read("housing", housing(("<SW>1</SW>", "<SW>1</SW><SW>2</SW>")))
        row = result.rows("mortgages")[0]
        assert (row["rank"], row["_flags"]) == ("1", "rank:repaired_value")
        assert result.warned == ["unexpected_layout"]

    def test_text_between_records_is_a_warning(self, read: Reader) -> None:
        assert read("housing", housing(("</FWDY>\n", "</FWDY>stray\n"))).warned == ["unexpected_layout"]


class TestRefused:
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (("<FWDJ ", "<!DOCTYPE FWDJ>\n<FWDJ "), "document types"),
            (("<FWDJ ", '<!DOCTYPE FWDJ [<!ENTITY a "b">]>\n<FWDJ '), "document types"),
            (("<FWDY ", '<!ENTITY a SYSTEM "file:///etc/passwd">\n<FWDY '), "document types"),
            (("<GHYT>10</GHYT>", "<GHYT2>10</GHYT2>"), "unknown element GHYT2"),
            (("<GHYT>10</GHYT>", "<GHYT><B>10</B></GHYT>"), "unknown element B"),
            (("<GHYT>10</GHYT>", "<测试甲>10</测试甲>"), "not a plain name"),
            (("<QLRS>", "<QLRS><OTHER/>"), "unknown element OTHER"),
            (("</FWDY>\n<FWDY", "</FWDY>\n<OTHER/><FWDY"), "unknown element OTHER"),
            (("</FWDJ>", ""), "cut off"),
        ],
    )
    def test_another_layout(self, read: Reader, change: tuple[str, str], said: str) -> None:
        message = refused(read, housing(change))
        assert said in message
        assert "测试甲" not in message

    @pytest.mark.parametrize(
        "data", [b"", b"  \n", b"<?xml version='1.0'?>", b"<OTHER></OTHER>", b"no XML", b"<FWDJ", b"<FWDJ a=b></FWDJ>"]
    )
    def test_no_such_document(self, read: Reader, data: bytes) -> None:
        assert refused(read, data)

    def test_deep_nesting_is_one_unreadable_or_unknown_element(self, read: Reader) -> None:
        depth = 100_000
        deep = "<A>" * depth + "</A>" * depth
        assert "unknown element A" in refused(read, housing(("<GHYT>10</GHYT>", deep)))

    def test_a_record_without_end_does_not_fill_the_memory(self, read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("connectors.formats.xml_records.LONGEST", 1 << 20)
        text = HOUSING.replace("</FWDY>", "")
        assert "does not end" in refused(read, text.encode() + b"<A/>" * 800_000)


def test_records_may_arrive_in_blocks_of_any_size(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    from connectors.formats import decoding, xml

    whole = read("housing", housing())
    for size in (1, 7, 64, 500):
        monkeypatch.setattr(
            xml,
            "text_blocks",
            lambda stream, encoding, *, cut, size=size: decoding.text_blocks(stream, encoding, cut=cut, block=size),
        )
        assert read("housing", housing()).report == whole.report
