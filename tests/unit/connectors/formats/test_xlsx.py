from __future__ import annotations

from datetime import date, datetime
from typing import Any

import delivered_forms as forms
import pytest
from read_back import Reader

from core.errors import DeliveryError
from data_contracts import load

ACCOUNTS = load("bank_psbc").table("accounts")


def refused(read: Reader, data: bytes, source: str = "bank_psbc") -> str:
    with pytest.raises(DeliveryError) as caught:
        read(source, data)
    assert caught.value.verdict == "unexpected_layout"
    return str(caught.value)


def accounts(**cells: Any) -> list[list[Any]]:
    """The bank's first account with some cells changed, below its header."""
    header, first, _ = forms.rows("psbc_accounts.txt", "|")
    return [header, [cells.get(label, value) for label, value in zip(header, first, strict=True)]]


class TestAsAgreed:
    def test_tax_four_sheets(self, read: Reader) -> None:
        result = read("tax", forms.tax())
        assert result.report.rows == {"taxpayers": 2, "payments": 0, "refunds": 1, "arrears": 1}
        assert result.values("match_basis", "taxpayers") == ["证件号+名称", None]
        assert result.rows("refunds")[0]["refund_account"] == "0000000000000000017"
        assert not result.report.warnings

    def test_sheets_may_stand_in_any_order(self, read: Reader) -> None:
        sheets = {"入库": [forms.TAX_PAYMENTS], "欠税": forms.rows("tax_arrears.txt", "|")}
        sheets |= {"退税": forms.rows("tax_refunds.txt", "|"), "状态": forms.rows("tax_taxpayers.txt", "|")}
        assert read("tax", forms.workbook(sheets)).report.rows == read("tax", forms.tax()).report.rows

    def test_postal_bank(self, read: Reader) -> None:
        result = read("bank_psbc", forms.psbc())
        assert result.report.rows == {"accounts": 2, "measures": 1}
        assert result.values("account_no", "accounts") == ["000000000000000601", "查无开户信息"]
        assert result.report.head["sheets"] == ["账户", "冻结"]

    def test_header_aliases_and_other_order(self, read: Reader) -> None:
        rows = [row[::-1] for row in forms.rows("psbc_accounts.txt", "|")]
        rows[0] = [{"账号": "账户号", "账户余额": "余额", "开户日期": "开户日"}.get(label, label) for label in rows[0]]
        result = read("bank_psbc", forms.psbc(账户=rows))
        assert result.rows("accounts") == read("bank_psbc", forms.psbc()).rows("accounts")

    def test_continuation_sheets_run_on(self, read: Reader) -> None:
        more = forms.rows("psbc_accounts.txt", "|")
        result = read("bank_psbc", forms.psbc(账户3=more, 账户2=[more[0], more[2]]))
        assert result.report.head["sheets"] == ["账户", "账户2", "账户3", "冻结"]
        assert [row["_row_no"] for row in result.rows("accounts")] == [1, 2, 3, 4, 5]
        assert result.values("inquiry_no", "accounts")[2] == "Q2026112301-000004"
        assert not result.report.warnings

    def test_other_sheets_are_a_warning(self, read: Reader) -> None:
        assert read("bank_psbc", forms.psbc(说明=[["x"]])).warned == ["unexpected_layout"]
        assert read("tax", forms.tax(状态2=[["x"]])).warned == ["unexpected_layout"]

    def test_rows_wholly_empty_are_none(self, read: Reader) -> None:
        rows = forms.rows("psbc_accounts.txt", "|")
        result = read("bank_psbc", forms.psbc(账户=[rows[0], [], rows[1], ["  "], rows[2]]))
        assert [row["_row_no"] for row in result.rows("accounts")] == [1, 2]

    def test_what_counts_as_nothing(self, read: Reader) -> None:
        row = read("bank_psbc", forms.psbc(账户=accounts(卡号="-", 备注="—", 币种="/", 户名=""))).rows("accounts")[0]
        assert {"card_no", "remark", "currency", "holder_name"}.isdisjoint(row)
        assert read("tax", forms.tax(欠税=[*forms.rows("tax_arrears.txt", "|")[:1], ["-"]])).values(
            "inquiry_no", "arrears"
        ) == ["-"]


class TestCells:
    @pytest.mark.parametrize(
        ("label", "cell", "text", "code"),
        [
            ("账户余额", 3860.2, "3860.20", None),
            ("账户余额", 0.1 + 0.2, "0.30", None),
            ("账户余额", 1.005, "1.01", None),
            ("账户余额", 2.675, "2.68", None),
            ("可用余额", -0.005, "-0.01", None),
            ("可用余额", 12345678901234.56, "12345678901234.56", None),
            ("账户余额", "1,234.5", "1,234.5", None),
            ("账号", 601, "601", None),
            ("账号", 123456789012345, "123456789012345", None),
            ("账号", 370499198503120017, "370499198503120000", "suspicious_rounding"),
            ("卡号", 6.29999e18, "6299990000000000000", "suspicious_rounding"),
            ("卡号", "6299990000000000038", "6299990000000000038", None),
            ("开户日期", date(2011, 9, 1), "2011-09-01", None),
            ("开户日期", datetime(2011, 9, 1, 10, 30), "2011-09-01", None),
            ("开户日期", "2011-09-01", "2011-09-01", None),
            ("开户日期", 40787, "40787", None),
            ("开户日期", 1, "1", None),
            ("反馈时间", datetime(2026, 11, 23, 22, 6, 1), "2026-11-23 22:06:01", None),
            ("反馈时间", 46349.92083333333, "46349.92083333333", None),
            ("户名", 12, "12", None),
            ("户名", True, "1", None),
            ("户名", date(2026, 1, 2), "2026-01-02", None),
            ("户名", "=A2|测试甲", "测试甲", "repaired_value"),
            ("账户余额", "=1+1|2", "2.00", "repaired_value"),
            ("户名", "=A2|", None, "repaired_value"),
        ],
    )
    def test_rendering(self, read: Reader, label: str, cell: Any, *, text: str | None, code: str | None) -> None:
        (column,) = [column.name for column in ACCOUNTS.columns if column.label == label]
        row = read("bank_psbc", forms.psbc(账户=accounts(**{label: cell}))).rows("accounts")[0]
        assert row.get(column) == text
        assert row.get("_flags") == (code and f"{column}:{code}")

    def test_escaped_characters_come_back(self, read: Reader) -> None:
        text = "a\x0bb\tc\nd\x00_x000D_"
        assert read("bank_psbc", forms.psbc(账户=accounts(备注=text))).rows("accounts")[0]["remark"] == text

    def test_private_use_characters_are_mended(self, read: Reader) -> None:
        row = read("bank_psbc", forms.psbc(账户=accounts(户名="测\ue81e"))).rows("accounts")[0]
        assert (row["holder_name"], row["_flags"]) == ("测龴", "holder_name:repaired_value")


class TestTotalsRow:
    def with_totals(self, read: Reader, **cells: Any) -> Any:
        header = forms.rows("psbc_accounts.txt", "|")[0]
        total = [cells.get(label) for label in header]
        return read("bank_psbc", forms.psbc(账户=[*forms.rows("psbc_accounts.txt", "|"), total]))

    def test_a_sum_without_inquiry_number_is_a_check_and_no_row(self, read: Reader) -> None:
        result = self.with_totals(read, 账号="合计", 账户余额=3860.2, 可用余额=3860.2)
        assert result.report.rows["accounts"] == 2
        assert not result.report.warnings

    def test_a_sum_that_does_not_come_out_is_a_warning(self, read: Reader) -> None:
        assert self.with_totals(read, 账户余额=9999.99).warned == ["count_mismatch"]

    def test_an_account_without_inquiry_number_is_no_sum(self, read: Reader) -> None:
        result = self.with_totals(read, 账号="000000000000000602", 账户余额=1)
        assert result.report.rows["accounts"] == 3
        assert "inquiry_no" not in result.rows("accounts")[2]


class TestRefused:
    @pytest.mark.parametrize("data", [b"", b"no workbook", forms.land(), forms.psbc()[:-50], b"\xd0\xcf\x11\xe0" * 200])
    def test_no_workbook(self, read: Reader, data: bytes) -> None:
        assert "the workbook is no" in refused(read, data)

    def test_a_missing_sheet(self, read: Reader) -> None:
        data = forms.workbook({"账户": forms.rows("psbc_accounts.txt", "|")})
        assert "exactly one sheet 冻结" in refused(read, data)

    @pytest.mark.parametrize("rows", [[], [[], ["请求单号"]], [["测试甲"]], [["请求单号", "账号"]]])
    def test_another_header(self, read: Reader, rows: list[list[str]]) -> None:
        message = refused(read, forms.psbc(账户=rows))
        assert "账户" in message
        assert "测试甲" not in message

    def test_cells_beside_the_table_and_merged_ones_are_warnings(self, read: Reader) -> None:
        rows: list[list[Any]] = [*accounts()]
        rows[1] = [*rows[1], "beside"]
        assert read("bank_psbc", forms.psbc(账户=rows)).warned == ["unexpected_layout"]
        result = read("bank_psbc", forms.psbc(账户=accounts(备注=forms.Down("x", 2))))
        assert result.warned == ["unexpected_layout"]
        assert result.report.rows["accounts"] == 1
