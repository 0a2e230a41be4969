from __future__ import annotations

import delivered_forms as forms
import pytest
from read_back import Reader

from core.errors import DeliveryError

ENCODINGS = {"boc": "utf-8", "abc": "utf-8", "ccb": "gb18030", "icbc": "utf-8-sig"}


def message(bank: str, *changes: tuple[str, str], encoding: str | None = None) -> bytes:
    text = forms.sample(f"bank_{bank}.xml")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode(encoding or ENCODINGS[bank])


def refused(read: Reader, bank: str, data: bytes) -> str:
    with pytest.raises(DeliveryError) as caught:
        read(f"bank_{bank}", data)
    assert caught.value.verdict == "unexpected_layout"
    return str(caught.value)


@pytest.mark.parametrize(
    ("bank", "code", "generated_at", "rows"),
    [
        ("boc", "104", "2026-11-23T23:10:00", (2, 3, 0, 0, 1, 0)),
        ("abc", "103", "2026-11-23T23:15:00", (2, 2, 0, 0, 0, 0)),
        ("ccb", "105", "2026-11-23T23:20:00", (2, 2, 0, 0, 1, 0)),
        ("icbc", "102", "2026-11-23T23:25:00", (2, 3, 0, 0, 0, 1)),
    ],
)
def test_every_bank_in_its_own_form(
    read: Reader, bank: str, code: str, generated_at: str, rows: tuple[int, ...]
) -> None:
    report = read(f"bank_{bank}", message(bank)).report
    assert tuple(report.rows.values()) == rows
    assert report.head["bank_code"] == code
    assert report.head["generated_at"] == generated_at
    assert report.head["inquiry_batch"] == "Q2026112301"
    assert report.stated_rows == {"inquiries": 2}
    assert not report.warnings


def test_keys_of_enclosing_elements_are_filled_in(read: Reader) -> None:
    result = read(
        "bank_boc",
        message("boc", ("<QZCS>", "<ZZHXX><ZZH><ZZHXH>1</ZZHXH><ZZHZH>00001</ZZHZH></ZZH></ZZHXX><QZCS>")),
    )
    assert result.values("inquiry_no", "accounts") == ["Q2026112301-000001"] * 2 + ["Q2026112301-000004"]
    assert result.rows("sub_accounts") == [
        {
            "inquiry_no": "Q2026112301-000001",
            "sequence": "1",
            "sub_no": "1",
            "sub_account_no": "00001",
            "_row_no": 1,
        }
    ]
    assert result.rows("measures")[0]["sequence"] == "1"


def test_measures_without_a_number_are_numbered_in_document_order(read: Reader) -> None:
    measure = "<CS><CSLX>1</CSLX><DJJG>测试区人民法院</DJJG></CS>"
    result = read(
        "bank_ccb",
        message(
            "ccb",
            ("</CS></QZCS>", f"</CS>{measure}{measure}</QZCS>"),
            ("查无开户信息</KHZH>", f"x</KHZH><QZCS>{measure}</QZCS>"),
        ),
    )
    assert result.values("measure_no", "measures") == ["1", "2", "3", "1"]


def test_the_declaration_that_says_gbk_is_not_believed(read: Reader) -> None:
    row = read("bank_ccb", message("ccb", ("测试丁", "测䶮𠮷"))).rows("inquiries")[1]
    assert row["asked_name"] == "测䶮𠮷"
    assert "_flags" not in row


def test_an_address_in_utf8_inside_the_gb18030_message(read: Reader) -> None:
    place = "<JGXM>示例小区一期</JGXM>".encode("gb18030")
    data = message("ccb").replace(place, place + "<TXDZ>测试区示例路1号</TXDZ>".encode())
    row = read("bank_ccb", data).rows("accounts")[0]
    assert (row["address"], row["_flags"]) == ("测试区示例路1号", "address:repaired_value")


@pytest.mark.parametrize("extra", ["\ufeff", "\n\ufeff\ufeff "])
def test_a_second_byte_order_mark_after_the_declaration(read: Reader, extra: str) -> None:
    assert read("bank_icbc", message("icbc", ("?>", f"?>{extra}"))).report.rows["accounts"] == 3


def test_elements_are_matched_by_local_name(read: Reader) -> None:
    text = forms.sample("bank_icbc.xml").replace(' xmlns="urn:ckfk:1"', "")
    assert read("bank_icbc", text.encode()).report.rows["accounts"] == 3
    prefixed = text.replace("</", "\x00").replace("<", "<c:").replace("\x00", "</c:").replace("<c:?", "<?")
    prefixed = prefixed.replace("<c:CKFK ", '<c:CKFK xmlns:c="urn:ckfk:1" ')
    result = read("bank_icbc", prefixed.encode())
    assert result.report.rows["accounts"] == 3
    assert result.values("right_holder", "rights") == ["测试丙"]


def test_private_use_characters_in_a_utf8_message_are_mended(read: Reader) -> None:
    row = read("bank_abc", message("abc", ("<HM>测试甲", "<HM>测\ue81e&#xE863;"))).rows("accounts")[0]
    assert (row["holder_name"], row["_flags"]) == ("测龴䶮", "holder_name:repaired_value")


def test_missing_containers_are_no_rows(read: Reader) -> None:
    data = message("abc", ("<ZHXX><ZH><CCXH>1</CCXH>", "<ZHXX/><ZHXX></ZHXX><ZHXX><ZH><CCXH>1</CCXH>"))
    assert read("bank_abc", data).report.rows["accounts"] == 2


def test_what_the_bank_said_it_would_not_deliver_is_taken_with_a_warning(read: Reader) -> None:
    result = read("bank_abc", message("abc", ("<FKZT>1</FKZT>", "<FKZT>1</FKZT><MZFS>1</MZFS>")))
    assert result.values("match_basis", "inquiries") == ["1", None]
    assert result.warned == ["unexpected_layout"]
    rights = "<QLXX><QL><QLXH>1</QLXH></QL></QLXX>"
    result = read("bank_boc", message("boc", ("<QZCS>", f"{rights}<QZCS>")))
    assert result.report.rows["rights"] == 1
    assert result.warned == ["unexpected_layout"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("<JGDM>104</JGDM>", "<JGDM>102</JGDM>"), "does not name bank 104"),
        (("<JGDM>104</JGDM>", ""), "does not name bank 104"),
        (("<BWT>", "<BWX>"), "well-formed"),
        (("<KYYE>", "<KYYE2/><KYYE>"), "unknown element KYYE2"),
        (("<CKFK ", "<!DOCTYPE CKFK><CKFK "), "document types"),
        (("</CKFK>", ""), "cut off"),
    ],
)
def test_another_layout_is_refused(read: Reader, change: tuple[str, str], said: str) -> None:
    assert said in refused(read, "boc", message("boc", change))


def test_a_message_without_head_is_refused(read: Reader) -> None:
    text = forms.sample("bank_boc.xml")
    head = text[text.index("<BWT>") : text.index("</BWT>") + 6]
    assert "exactly one head BWT" in refused(read, "boc", text.replace(head, "").encode())
    assert "exactly one head BWT" in refused(read, "boc", text.replace(head, head * 2).encode())


def test_nobody_answered(read: Reader) -> None:
    text = forms.sample("bank_boc.xml")
    data = text[: text.index("<CXFK>")].replace("<CXS>2", "<CXS>0") + "</CKFK>"
    report = read("bank_boc", data.encode()).report
    assert set(report.rows.values()) == {0}
    assert report.stated_rows == {"inquiries": 0}
