from __future__ import annotations

import json

import delivered_forms as forms
import pytest
from read_back import Reader


def test_cases_and_everything_nested_in_them(read: Reader) -> None:
    result = read("court_cases", forms.json_lines(forms.cases()))
    assert result.report.rows == {
        "cases": 3,
        "applicants": 1,
        "debtors": 2,
        "claims": 2,
        "measures": 1,
        "declared_assets": 1,
    }
    first, second, third = result.rows("cases")
    assert (first["op"], first["former_case_nos"]) == ("I", "[]")
    assert second["close_mode"] == "终本"
    assert third == {"op": "D", "case_no": "（2026）测0499执保9号", "_row_no": 3}
    debtor = result.rows("debtors")[0]
    assert (debtor["case_no"], debtor["former_names"]) == ("（2026）测0499执123号", '["测试旧名"]')
    assert result.values("line_no", "declared_assets") == ["1"]
    assert not result.report.warnings


def test_the_sample_as_it_is_written(read: Reader) -> None:
    assert read("court_cases", forms.sample("court_cases.jsonl").encode()).report.rows["debtors"] == 2


def test_numbers_keep_their_literal_text(read: Reader) -> None:
    case = forms.cases()[0]
    line = json.dumps(case).replace('"80000.00"', "80000.00")
    line = line.replace('"1250000.00"', "1250000.10").replace('"lhsx": 2', '"lhsx": 123456789012345678901')
    result = read("court_cases", line.encode())
    assert result.values("amount_due", "claims") == ["1250000.10"]
    assert result.values("wait_order", "measures") == ["123456789012345678901"]


def test_an_unknown_key_is_a_warning(read: Reader) -> None:
    cases = forms.cases()
    cases[0]["bzxr"][0]["newKey"] = "测试甲"
    result = read("court_cases", forms.json_lines(cases))
    assert [(warning.code, warning.message) for warning in result.report.warnings] == [
        ("unexpected_layout", "unknown keys in debtors: newKey")
    ]


def test_a_key_that_is_no_plain_name_is_not_repeated(read: Reader) -> None:
    cases = [forms.cases()[0] | {"测试甲": 1}]
    assert "测试甲" not in str(read("court_cases", forms.json_lines(cases)).report.warnings)


@pytest.mark.parametrize("line", ["{", "[]", "null", '"测试甲"', '{"op":"I",}', "[" * 100_000, "12"])
def test_a_line_that_is_no_case_is_an_unreadable_record(read: Reader, line: str) -> None:
    lines = [json.dumps(case, ensure_ascii=False) for case in forms.cases()]
    lines.insert(1, line)
    result = read("court_cases", "\n".join(lines).encode())
    assert [row.get("_defect") for row in result.rows("cases")] == [None, "unreadable_record", None, None]
    assert result.rows("cases")[1]["_raw"] == line[:65_536]
    assert set(result.report.uncounted) == {"applicants", "debtors", "claims", "measures", "declared_assets"}


def test_empty_lines_and_an_empty_file_are_no_cases(read: Reader) -> None:
    assert read("court_cases", b"").report.rows["cases"] == 0
    assert read("court_cases", b"\n\r\n" + forms.json_lines(forms.cases())).report.rows["cases"] == 3


def test_undecodable_bytes_touch_only_their_row(read: Reader) -> None:
    data = forms.json_lines(forms.cases()).replace("测试旧名".encode(), b"\xff\xfe")
    result = read("court_cases", data)
    assert [row.get("_defect") for row in result.rows("debtors")] == ["decode_failed", None]
    assert result.report.defects["cases"] == {}


def test_a_line_in_gb18030_is_read_and_flagged(read: Reader) -> None:
    lines = forms.json_lines(forms.cases()).split(b"\n")
    lines[1] = lines[1].decode().encode("gb18030")
    row = read("court_cases", b"\n".join(lines)).rows("cases")[1]
    assert (row["close_mode"], row["judge"]) == ("终本", "法官乙")
    assert "judge:repaired_value" in row["_flags"]


def test_escapes_control_characters_and_half_surrogates(read: Reader) -> None:
    line = '{"op":"I","ah":"\\u0000a\x01b","ay":"\\ud800","cbr":"\\ue81e","fydm":"\\ud842\\udfb7"}'
    row = read("court_cases", line.encode()).rows("cases")[0]
    assert (row["case_no"], row["cause"], row["judge"], row["court_code"]) == ("\x00a\x01b", "\ufffd", "龴", "𠮷")
    assert set(row["_flags"].split(";")) == {"cause:lossy_text", "judge:repaired_value"}


def test_what_should_be_an_array_of_objects_and_is_not(read: Reader) -> None:
    cases = [forms.cases()[2] | {"sqr": {"dsrid": "P1"}, "bzxr": ["测试甲"], "zq": 5}]
    result = read("court_cases", forms.json_lines(cases))
    assert result.values("party_key", "applicants") == ["P1"]
    assert [row["_defect"] for row in result.rows("debtors") + result.rows("claims")] == ["unreadable_record"] * 2
