from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.duck import connect
from core.settings import Settings


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(Settings(threads=1)) as connection:
        yield connection


def value(con: duckdb.DuckDBPyConnection, macro: str, text: str | None) -> str | None:
    found: str | None = con.execute(f"SELECT {macro}($text)", {"text": text}).fetchall()[0][0]
    return found


def values(con: duckdb.DuckDBPyConnection, macro: str, texts: list[str | None]) -> list[str | None]:
    rows = con.execute(
        f"SELECT {macro}(s) FROM"
        " (SELECT unnest($texts::VARCHAR[]) AS s, unnest(range($count)) AS place) ORDER BY place",
        {"texts": texts, "count": len(texts)},
    ).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("macro", "text", "expected"),
    [
        ("text_clean", "\ufeff张\u200b伟\u3000 ", "张伟"),
        ("text_clean", "a\x00b\tc", "abc"),
        ("half_width", "ＡＢ１２（甲）：－\u3000x", "AB12(甲):- x"),
        ("dots_unified", "买买提・吐尔逊", "买买提·吐尔逊"),
        ("dots_unified", "买买提. 吐尔逊", "买买提·吐尔逊"),
        ("name_key", "张\u3000伟", "张伟"),
        ("name_key", "买买提\uff65吐尔逊", "买买提吐尔逊"),
        ("name_key", "买买提-吐尔逊", "买买提吐尔逊"),
        ("name_key", "张伟等3人", "张伟"),
        ("name_key", "（已故）张伟", "张伟"),
        ("name_key", "张伟（曾用名张炜）先生", "张伟"),
        ("name_key", "示例建材有限责任公司（筹）", "示例建材有限公司"),
        ("name_key", "示例建材有限责任公", "示例建材有限公"),
        ("name_key", "示例（枣庄）建材有限公司", "示例枣庄建材有限公司"),
        ("name_key", "示例(枣庄)建材有限公司", "示例枣庄建材有限公司"),
        ("name_key", " \u200b", None),
        ("variants_folded", "蕭瑋龑\ue863⼭", "萧玮䶮䶮山"),
        ("case_no_normal", "(2026) 测0499执00123号之一", "（2026）测0499执123号之一"),
        ("case_no_normal", "（2026）测0499执第123号", "（2026）测0499执123号"),
        ("case_no_normal", "〔2014〕测执字第12号", "（2014）测执字第12号"),
        ("case_no_normal", "（２０２６）测０４９９执恢１２３号", "（2026）测0499执恢123号"),
        ("case_no_normal", "（2026）测0499执0123号", "（2026）测0499执123号"),
        ("case_no_normal", "\u200b（2026）测0499执123号", "（2026）测0499执123号"),
        ("case_no_normal", "（2026）测0499执123号", "（2026）测0499执123号"),
        ("cert_normal", "鲁(2020)测试区 不动产权第01234567号", "鲁（2020）测试区不动产权第1234567号"),
        ("cert_normal", "测集用(2009)第00002号", "测集用（2009）第00002号"),
        ("unit_no_normal", "370499 001001 gb00001 W00000000", "370499001001GB00001W00000000"),
        ("plate_normal", "鲁d·oo1i2", "鲁D00112"),
        ("account_normal", "'6222 0202 0011 2230\t", "6222020200112230"),
    ],
)
def test_forms_as_delivered(con: duckdb.DuckDBPyConnection, macro: str, text: str, expected: str | None) -> None:
    assert value(con, macro, text) == expected


MACROS = [
    "text_clean",
    "half_width",
    "dots_unified",
    "name_key",
    "variants_folded",
    "case_no_normal",
    "cert_normal",
    "unit_no_normal",
    "plate_normal",
    "account_normal",
]


@pytest.mark.parametrize("macro", MACROS)
def test_null_stays_null(con: duckdb.DuckDBPyConnection, macro: str) -> None:
    assert value(con, macro, None) is None


hazards = st.text(
    "张伟蕭龑先生女士等3人两已故户主曾用名（）()〔〕【】[]·・.- \u3000\u200b\ufeff"
    "有限责任公司0O1Iaａ第号执之一不动产权证明",
    max_size=24,
)


@settings(max_examples=8, deadline=None)
@given(texts=st.lists(st.one_of(hazards, st.text(max_size=16)), min_size=40, max_size=80))
def test_normalising_twice_changes_nothing(con: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    for macro in MACROS:
        once = values(con, macro, list(texts))
        assert values(con, macro, once) == once, macro
