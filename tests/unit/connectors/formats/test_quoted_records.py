from __future__ import annotations

from connectors.formats.quoted_records import LONGEST_LINE, Dialect, records

MINIMAL = Dialect(",", "minimal")
ALL = Dialect(",", "all")
NONE = Dialect("|", "none")


def split(text: str, dialect: Dialect = MINIMAL, width: int = 3, *, final: bool = True) -> list[list[str] | None]:
    return [record.fields for record in records(text, dialect, width, final=final)]


def test_a_quoted_value_may_hold_line_breaks_commas_and_quotes() -> None:
    assert split('1,"a\nb,""c""",3\n4,5,6\n') == [["1", 'a\nb,"c"', "3"], ["4", "5", "6"]]
    assert split('1,"a\r\nb",3\r\n') == [["1", "a\r\nb", "3"]]


def test_a_stray_quote_costs_its_own_line_only() -> None:
    assert split('1,"a,3\n4,5,6\n7,8,9\n') == [None, ["4", "5", "6"], ["7", "8", "9"]]
    assert split('1,"a,3\n4,5,6\n7,"b,9\n1,2,3\n') == [None, ["4", "5", "6"], None, ["1", "2", "3"]]


def test_where_no_line_breaks_are_agreed_an_open_quote_ends_with_its_line() -> None:
    assert split('"1","a\nb","3"\n"4","5","6"\n', ALL) == [None, None, ["4", "5", "6"]]


def test_a_record_of_several_lines_with_too_many_fields_is_one_record() -> None:
    assert split('1,"a\nb",3,x\n4,5,6\n') == [["1", "a\nb", "3", "x"], ["4", "5", "6"]]


def test_a_record_that_is_still_open_waits_for_the_next_block() -> None:
    (first, waiting) = records('1,2,3\n4,"5\n', MINIMAL, 3, final=False)
    assert first.fields == ["1", "2", "3"]
    assert waiting.open
    assert split(waiting.raw + '6",7\n') == [["4", "5\n6", "7"]]


def test_without_quoting_a_quote_is_an_ordinary_character() -> None:
    assert split('1|"a|3\n', NONE) == [["1", '"a', "3"]]


def test_a_carriage_return_inside_a_value_stays_there() -> None:
    assert split("1|a\rb|3\r\n", NONE) == [["1", "a\rb", "3"]]
    assert split("1,a\rb,3\r\n") == [["1", "a\rb", "3"]]


def test_an_endless_line_is_no_record() -> None:
    assert split(f"1,{'a' * LONGEST_LINE},3\n4,5,6\n") == [None, ["4", "5", "6"]]


def test_text_behind_a_closing_quote_belongs_to_the_value() -> None:
    assert split('"a"b,2,3\n') == [["ab", "2", "3"]]
