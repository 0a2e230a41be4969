from __future__ import annotations

import delivered_forms as forms
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from read_back import Reader

from core.errors import DeliveryError

VEHICLE_FILES = ("base", "seizure", "mortgage", "business")
FIELDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Co", "Cn"]), max_size=8)


def vehicles(rows: forms.Rows | None = None) -> bytes:
    rows = rows or forms.rows("vehicles_base.txt", "|")
    return "".join("|".join(row) + "\n" for row in rows).encode("gb18030")


def planning(text: str | None = None) -> bytes:
    return (text or forms.sample("planning_permits.tsv")).encode()


def household() -> forms.Rows:
    return forms.rows("household.csv")


class TestAsAgreed:
    def test_household_all_quoted(self, read: Reader) -> None:
        rows = read("household", forms.all_quoted(household())).rows()
        assert [row["_row_no"] for row in rows] == [1, 2, 3]
        assert rows[0]["former_id_numbers"] == "370499850312001"
        assert rows[1]["name"] == "阿卜杜·测试"
        assert set(rows[2]) == {"inquiry_no", "case_no", "result", "hit_no", "replied_at", "reason", "_row_no"}

    @pytest.mark.parametrize("file", VEHICLE_FILES)
    def test_vehicles_without_header(self, read: Reader, file: str) -> None:
        sample = forms.rows(f"vehicles_{file}.txt", "|")
        rows = read("vehicles", vehicles(sample), file=file).rows()
        assert len(rows) == len(sample)
        assert [[value for value in row if value] for row in sample] == [
            [value for key, value in row.items() if key != "_row_no"] for row in rows
        ]

    def test_a_bar_byte_inside_a_character_tears_no_name_apart(self, read: Reader) -> None:
        assert read("vehicles", vehicles()).values("owner_name") == ["测试甲", "测试瑋"]

    @pytest.mark.parametrize("file", ["permits", "applications"])
    def test_planning_tab_separated(self, read: Reader, file: str) -> None:
        rows = read("planning", forms.sample(f"planning_{file}.tsv").encode(), file=file).rows()
        assert rows[0]["op"] == "I"
        assert "\\N" not in {value for row in rows for value in row.values()}

    def test_rural_bank_minimal_quoting_keeps_the_tab_before_digits(self, read: Reader) -> None:
        read_ = read("bank_sdrcb", forms.comma_separated(forms.rows("sdrcb_accounts.csv")), file="accounts")
        assert read_.values("account_no") == ["\t0000000000000000501", "查无开户信息", "-"]
        read_ = read("bank_sdrcb", forms.comma_separated(forms.rows("sdrcb_measures.csv")), file="measures")
        assert read_.values("kind") == ["冻结", "轮候"]

    def test_the_outgoing_list_reads_back(self, read: Reader) -> None:
        text = forms.sample("inquiry.csv").replace("\n", "\r\n")
        assert read("inquiry", text.encode("utf-8-sig")).values("id_type") == ["01", "11"]

    def test_an_empty_delta(self, read: Reader) -> None:
        assert read("vehicles", b"").report.rows == {"vehicles": 0}
        header = forms.sample("planning_permits.tsv").split("\n")[0]
        assert read("planning", planning(header + "\n")).report.rows == {"permits": 0}


class TestHeader:
    def test_reordered_columns_are_matched_by_label(self, read: Reader) -> None:
        rows = [row[::-1] for row in household()]
        assert (
            read("household", forms.all_quoted(rows)).rows() == read("household", forms.all_quoted(household())).rows()
        )

    def test_aliases_are_accepted(self, read: Reader) -> None:
        text = forms.sample("planning_permits.tsv").replace("核发日期", "发证日期", 1)
        assert read("planning", planning(text)).values("issued_on") == ["2026-05-18", "2026-06-01"]

    @pytest.mark.parametrize("mark", ["\ufeff", "\ufeff\ufeff"])
    def test_byte_order_marks_before_the_first_label_are_tolerated(self, read: Reader, mark: str) -> None:
        assert len(read("planning", planning(mark + forms.sample("planning_permits.tsv"))).rows()) == 2

    @pytest.mark.parametrize(
        "header",
        [
            lambda text: text.replace("核发日期", "签发日期", 1),
            lambda text: text.replace("\t项目名称", "", 1),
            lambda text: text.partition("\n")[2],
            lambda _: "",
            lambda _: "\n\n",
        ],
        ids=["renamed", "missing", "no header", "empty", "blank"],
    )
    def test_another_header_refuses_the_file(self, read: Reader, header: object) -> None:
        assert callable(header)
        with pytest.raises(DeliveryError) as caught:
            read("planning", header(forms.sample("planning_permits.tsv")).encode())
        assert caught.value.verdict == "unexpected_layout"
        assert "测试甲" not in str(caught.value)


class TestSingleRecords:
    def test_a_stray_delimiter_shifts_no_column(self, read: Reader) -> None:
        rows = forms.rows("vehicles_base.txt", "|")
        torn = [*rows[0]]
        torn[18] = "示例街|2号"
        result = read("vehicles", vehicles([rows[1], torn, rows[0]]))
        good, bad, last = result.rows()
        assert (good["_row_no"], last["_row_no"]) == (1, 3)
        assert bad == {"_row_no": 2, "_defect": "wrong_field_count", "_raw": "|".join(torn)}
        assert result.report.defects == {"vehicles": {"wrong_field_count": 1}}

    def test_row_numbers_count_broken_rows_and_no_empty_lines(self, read: Reader) -> None:
        lines = forms.sample("vehicles_base.txt").splitlines()
        data = "\n\n".join([lines[0], "x|y", lines[1], "z"]).encode("gb18030") + b"\r\n\n"
        assert [(row["_row_no"], row.get("_defect")) for row in read("vehicles", data).rows()] == [
            (1, None),
            (2, "wrong_field_count"),
            (3, None),
            (4, "wrong_field_count"),
        ]

    def test_one_record_in_utf8_is_read_and_flagged(self, read: Reader) -> None:
        lines = forms.all_quoted(household()).split(b"\r\n")
        lines[2] = lines[2].decode("gb18030").encode()
        first, strange, last = read("household", b"\r\n".join(lines)).rows()
        assert strange["name"] == "阿卜杜·测试"
        assert {flag.partition(":")[2] for flag in strange["_flags"].split(";")} == {"repaired_value"}
        assert "name:repaired_value" in strange["_flags"]
        assert "_flags" not in first | last

    def test_undecodable_bytes_quarantine_the_record_and_keep_them_visible(self, read: Reader) -> None:
        data = vehicles().replace("示例街2号".encode("gb18030"), b"\xff\xff")
        broken, good = read("vehicles", data).rows()
        assert broken["_defect"] == "decode_failed"
        assert r"|测试区\xff\xff|" in broken["_raw"]
        assert good["owner_name"] == "测试瑋"

    def test_rare_characters_decode_and_moved_ones_are_mended(self, read: Reader) -> None:
        rows = forms.rows("vehicles_base.txt", "|")
        rows[0][2] = "测䶮𠮷"
        data = vehicles(rows).replace("测试瑋".encode("gb18030"), "测".encode("gb18030") + b"\xfe\x59")
        first, second = read("vehicles", data).rows()
        assert first["owner_name"] == "测䶮𠮷"
        assert "_flags" not in first
        assert (second["owner_name"], second["_flags"]) == ("测龴", "owner_name:repaired_value")

    def test_control_characters_nul_and_lone_carriage_returns_survive(self, read: Reader) -> None:
        rows = forms.rows("vehicles_base.txt", "|")
        rows[0][9], rows[1][9] = "示\x00例\x1f", "示\r例"
        assert read("vehicles", vehicles(rows)).values("brand") == ["示\x00例\x1f", "示\r例"]

    def test_crlf_where_lf_was_agreed(self, read: Reader) -> None:
        data = vehicles().replace(b"\n", b"\r\n")
        assert read("vehicles", data).values("updated_at") == ["2026-11-21 15:02:11", "2026-11-20 09:00:00"]

    def test_a_stray_quote_costs_one_record(self, read: Reader) -> None:
        lines = forms.all_quoted(household()).split(b"\r\n")
        lines[1] = lines[1].replace(b'"01"', b'"01', 1)
        rows = read("household", b"\r\n".join(lines)).rows()
        assert [row.get("_defect") for row in rows] == ["unreadable_record", None, None]

    def test_line_breaks_inside_quotes_belong_to_the_value(self, read: Reader) -> None:
        rows = forms.rows("sdrcb_accounts.csv")
        rows[1][18] = '代发\r\n"低保",一'
        result = read("bank_sdrcb", forms.comma_separated(rows), file="accounts")
        assert result.values("remark")[0] == '代发\r\n"低保",一'
        assert result.report.rows == {"accounts": 3}


class TestBlocks:
    """Records do not care where blocks of the file end."""

    @pytest.fixture(autouse=True)
    def small_blocks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("connectors.formats.delimited.text_blocks", _small_blocks)

    def test_a_value_with_line_breaks_may_span_blocks(self, read: Reader) -> None:
        rows = forms.rows("sdrcb_accounts.csv")
        rows[1][18] = "\r\n".join(["代发低保"] * 40)
        rows = [rows[0], *(rows[1:] * 20)]
        result = read("bank_sdrcb", forms.comma_separated(rows), file="accounts")
        assert result.report.rows == {"accounts": 60}
        assert not result.report.defects["accounts"]
        assert result.values("remark")[57] == rows[1][18]

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.lists(FIELDS, min_size=9, max_size=9), max_size=12))
    def test_whatever_stands_in_the_fields_comes_back(self, read: Reader, rows: list[list[str]]) -> None:
        rows = [[*row[:8], "末"] for row in rows]
        data = forms.comma_separated([forms.rows("sdrcb_measures.csv")[0], *rows])
        result = read("bank_sdrcb", data, file="measures")
        columns = ("inquiry_no", "account_no", "measure_no", "kind", "authority", "document", "amount", "from_date")
        assert not result.report.defects["measures"]
        delivered = [[row.get(column) or "" for column in columns] for row in result.rows()]
        assert delivered == [row[:8] for row in rows]


def _small_blocks(stream: object, encoding: str, *, cut: bytes) -> object:
    from connectors.formats.decoding import text_blocks

    return text_blocks(stream, encoding, cut=cut, block=64)  # type: ignore[arg-type]
