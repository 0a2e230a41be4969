from __future__ import annotations

from datetime import date
from typing import Any

import delivered_forms as forms
import pytest
from read_back import Read, Reader

from core.errors import DeliveryError


def right(number: Any = "1", permit: Any = "C3704992019047120000001", **cells: Any) -> list[Any]:
    """A row of a right; `cells` by label, group and field joined by ``_``."""
    groups, fields = forms.rows("mining.txt", "|")[1:3]
    row: list[Any] = [None] * len(groups)
    group = ""
    for place, (above, below) in enumerate(zip(groups, fields, strict=True)):
        group = above or group
        row[place] = cells.get(f"{group}_{below}" if below else group)
    row[0], row[4] = number, permit
    return row


def total(count: int, fee: Any = None) -> list[Any]:
    row: list[Any] = [None] * 34
    row[0], row[2], row[15] = "合计", f"共{count}宗", fee
    return row


SEIZED = {"查封情况_类型": "查封", "查封情况_查封机关": "测试区人民法院", "查封情况_文号": "（2026）测0499执90号之二"}
WAITING = {"查封情况_类型": "轮候", "查封情况_查封机关": "测试区人民法院", "查封情况_文号": "（2026）测0499执123号之一"}


def one(read: Reader, *rows: list[Any], **options: Any) -> Read:
    """The workbook with these rows on the sheet 采矿权 and none on the other."""
    return read("mining", forms.mining([], rows, **options))


def refused(read: Reader, data: bytes) -> str:
    with pytest.raises(DeliveryError) as caught:
        read("mining", data)
    assert caught.value.verdict == "unexpected_layout"
    return str(caught.value)


class TestAsAgreed:
    def test_rights_seizures_totals_and_remarks(self, read: Reader) -> None:
        result = read("mining", forms.mining([], None))
        assert result.report.rows == {"rights": 2, "seizures": 2}
        assert result.report.stated_rows == {"rights": 2}
        assert result.report.head["data_as_of"] == "2026-11-22T23:59:59"
        assert result.report.head["remarks"] == ["备注：本表由经办人填写"]
        assert not result.report.warnings

    def test_labels_of_two_rows_name_the_columns(self, read: Reader) -> None:
        first, second = read("mining", forms.mining([], None)).rows("rights")
        assert (first["holder_name"], first["holder_id"]) == ("示例矿业有限公司", "91370499760000011N")
        assert (first["valid_from"], first["valid_to"]) == ("2019-04-10", "2029.4.9")
        assert (first["mortgagee"], first["mortgage_amount"]) == ("示例农村商业银行", "800")
        assert (first["application_no"], first["stage"]) == ("KQ2026000001", "审核")
        assert (second["permit_no"], second["remark"]) == ("3704990520003", "许可证已过期，未注销")
        assert "mortgagee" not in second

    def test_a_row_without_number_adds_a_seizure_to_the_right_above(self, read: Reader) -> None:
        first, second = read("mining", forms.mining([], None)).rows("seizures")
        assert {first["permit_no"], second["permit_no"]} == {"C3704992019047120000001"}
        assert (second["kind"], second["wait_order"]) == ("轮候", "1")
        assert "from_date" not in second

    def test_both_sheets_run_on_and_say_which_they_are(self, read: Reader) -> None:
        result = read("mining", forms.mining([right(permit="T01"), total(1)], [right(permit="C01", **SEIZED)]))
        rights = [(row["permit_no"], row["sheet"], row["_row_no"]) for row in result.rows("rights")]
        assert rights == [("T01", "探矿权", 1), ("C01", "采矿权", 2)]
        assert result.values("_sheet", "seizures") == ["采矿权"]

    def test_an_empty_sheet(self, read: Reader) -> None:
        report = read("mining", forms.mining([], [])).report
        assert report.rows == {"rights": 0, "seizures": 0}
        assert not report.warnings

    def test_what_counts_as_nothing(self, read: Reader) -> None:
        nothing = dict.fromkeys(SEIZED, "无") | {"抵押情况_抵押权人": "—", "备注": " / "}
        result = one(read, right(**nothing))
        assert result.report.rows == {"rights": 1, "seizures": 0}
        assert {"mortgagee", "remark"}.isdisjoint(result.rows("rights")[0])


class TestHeader:
    def test_groups_that_a_clerk_unmerged(self, read: Reader) -> None:
        merged = read("mining", forms.mining([], None))
        unmerged = read("mining", forms.mining([], None, merged=False))
        assert unmerged.rows("rights") == merged.rows("rights")
        assert unmerged.rows("seizures") == merged.rows("seizures")

    def test_aliases_of_headings_and_groups(self, read: Reader) -> None:
        spelt = {"矿业权人": "采矿权人", "许可证号": "采矿许可证号", "项目或矿山名称": "矿山名称", "状态": "状 态"}
        groups, fields = forms.rows("mining.txt", "|")[1:3]
        header = [[spelt.get(group, group) for group in groups], fields]
        result = read("mining", forms.mining([], None, header=header))
        assert result.rows("rights") == read("mining", forms.mining([], None)).rows("rights")

    def test_columns_are_matched_by_label(self, read: Reader) -> None:
        header = forms.rows("mining.txt", "|")[1:3]
        order = [*range(13, 34), *range(13)]
        turned = [[row[place] for place in order] for row in header]
        rows = [[*row, *[""] * (34 - len(row))] for row in forms.mining_rows()[:3]]
        data = forms.mining([], [[row[place] for place in order] for row in rows], header=turned)
        assert read("mining", data).rows("rights") == read("mining", forms.mining([], rows)).rows("rights")

    @pytest.mark.parametrize("label", ["状态", "证件号码", "序号"])
    def test_another_label_refuses_the_file(self, read: Reader, label: str) -> None:
        header = [[part.replace(label, "测试甲") for part in row] for row in forms.rows("mining.txt", "|")[1:3]]
        message = refused(read, forms.mining(header=header))
        assert label in message
        assert "测试甲" not in message


class TestMergedCells:
    def test_one_holder_over_several_rights(self, read: Reader) -> None:
        holder = {
            "矿业权人_名称": forms.Down("示例矿业有限公司", 3),
            "矿业权人_证件号码": forms.Down("91370499760000011N", 2),
        }
        result = one(read, right("1", "C01", **holder), right("2", "C02"), right("3", "C03"), right("4", "C04"))
        assert result.values("holder_name", "rights") == ["示例矿业有限公司"] * 3 + [None]
        assert result.values("holder_id", "rights") == ["91370499760000011N"] * 2 + [None, None]

    def test_a_number_merged_over_its_continuation_rows_stays_one_right(self, read: Reader) -> None:
        first = right(forms.Down("1", 2), forms.Down("C01", 2), **SEIZED)
        result = one(read, first, right(None, None, **WAITING), total(1))
        assert result.report.rows == {"rights": 1, "seizures": 2}
        assert result.values("permit_no", "seizures") == ["C01", "C01"]
        assert not result.report.warnings

    def test_one_seizure_over_several_rights(self, read: Reader) -> None:
        seizure = {label: forms.Down(value, 2) for label, value in SEIZED.items()}
        result = one(read, right("1", "C01", **seizure), right("2", "C02"))
        assert result.values("permit_no", "seizures") == ["C01", "C02"]

    def test_part_of_a_seizure_carried_down_to_its_continuation(self, read: Reader) -> None:
        court = {"查封情况_查封机关": forms.Down("测试区人民法院", 2)}
        further = {label: value for label, value in WAITING.items() if "机关" not in label}
        result = one(read, right("1", "C01", **SEIZED | court), right(None, None, **further))
        assert result.values("authority", "seizures") == ["测试区人民法院"] * 2


class TestRowsThatAreNotAsAgreed:
    def test_a_totals_label_in_the_second_column(self, read: Reader) -> None:
        row = [None, *total(1)[:1], *total(1)[2:]]
        assert one(read, right(), row).report.stated_rows == {"rights": 1}

    def test_a_count_that_does_not_come_out(self, read: Reader) -> None:
        result = one(read, right(), total(3))
        assert result.report.stated_rows == {"rights": 3}
        assert result.report.rows["rights"] == 1
        assert result.warned == ["count_mismatch"]

    def test_fees_that_do_not_add_up(self, read: Reader) -> None:
        rows = [
            right("1", "C01", **{"欠缴出让收益（万元）": 120}),
            right("2", "C02", **{"欠缴出让收益（万元）": "1,000.5万元"}),
        ]
        assert not one(read, *rows, total(2, 1120.5)).report.warnings
        assert one(read, *rows, total(2, 99)).warned == ["count_mismatch"]

    def test_a_row_that_is_neither_right_nor_entry_is_not_dropped(self, read: Reader) -> None:
        result = one(read, right(), right(None, "C99", 备注="补"), total(1))
        assert result.values("permit_no", "rights") == ["C3704992019047120000001", "C99"]
        assert "row_no" not in result.rows("rights")[1]

    def test_a_continuation_that_holds_more_is_a_warning(self, read: Reader) -> None:
        result = one(read, right(**SEIZED), right(None, None, 备注="抵押二", **WAITING))
        assert result.report.rows == {"rights": 1, "seizures": 2}
        assert result.warned == ["unexpected_layout"]

    def test_a_continuation_without_a_right_above_has_no_permit(self, read: Reader) -> None:
        assert "permit_no" not in one(read, right(None, None, **WAITING)).rows("seizures")[0]

    def test_a_seizure_without_its_authority_is_kept(self, read: Reader) -> None:
        assert one(read, right(**{"查封情况_文号": "（2026）测0499执90号"})).report.rows["seizures"] == 1


class TestCells:
    def test_numbers_dates_and_rounded_identifiers(self, read: Reader) -> None:
        cells = {
            "矿业权人_证件号码": 370499198808080044,
            "面积（平方公里）": 0.1 + 0.2,
            "有效期限_起": date(2019, 4, 10),
            "有效期限_止": "2029年4月9日",
            "欠缴出让收益（万元）": 120,
        }
        row = one(read, right(1, 3704990520003, **cells)).rows("rights")[0]
        assert (row["row_no"], row["permit_no"], row["area"], row["fee_due"]) == ("1", "3704990520003", "0.3", "120")
        assert (row["valid_from"], row["valid_to"]) == ("2019-04-10", "2029年4月9日")
        assert row["holder_id"].startswith("370499198808080")
        assert (len(row["holder_id"]), row["_flags"]) == (18, "holder_id:suspicious_rounding")

    def test_a_period_in_one_cell_is_left_to_the_filter(self, read: Reader) -> None:
        row = one(read, right(有效期限_起="2019-04-10至2029-04-09")).rows("rights")[0]
        assert row["valid_from"] == "2019-04-10至2029-04-09"


class TestRefused:
    def test_a_missing_sheet(self, read: Reader) -> None:
        assert "探矿权" in refused(read, forms.workbook({"采矿权": [["序号"]]}))

    def test_no_header(self, read: Reader) -> None:
        assert "no header row with 序号" in refused(read, forms.workbook({"采矿权": [["x"]], "探矿权": [["x"]]}))

    def test_more_rows_than_a_hand_can_fill(self, read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("connectors.formats.xlsx_by_hand.MOST_ROWS", 5)
        assert "more than 5 rows" in refused(read, forms.mining())

    def test_a_title_without_date_is_a_warning(self, read: Reader) -> None:
        groups, fields = forms.rows("mining.txt", "|")[1:3]
        sheet = [["登记情况表"], groups, fields]
        result = read("mining", forms.workbook({"探矿权": sheet, "采矿权": sheet}))
        assert result.warned == ["unexpected_layout"] * 2
        assert "data_as_of" not in result.report.head
