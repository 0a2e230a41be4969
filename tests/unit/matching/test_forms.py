from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.session import session

letters = st.text(st.sampled_from("张伟测区有限责任公司等三人先生女士同志已故户主李和与及厂"), min_size=2, max_size=14)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with session(1, "256MB") as run:
        yield run.con


@settings(deadline=None)
@given(names=st.lists(letters, min_size=1, max_size=20))
def test_the_shortcut_for_han_names_says_what_the_rule_says(con: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    rows = con.execute(
        "SELECT n, han_key(n), name_key(n) FROM (SELECT unnest($names) AS n)", {"names": names}
    ).fetchall()
    assert [(name, short) for name, short, _ in rows] == [(name, whole) for name, _, whole in rows]


@settings(deadline=None)
@given(names=st.lists(st.text(max_size=12), min_size=1, max_size=20))
def test_keys_of_keys_are_themselves(con: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    rows = con.execute(
        "WITH once AS MATERIALIZED (SELECT variants_folded(name_key(n)) AS k FROM (SELECT unnest($names) AS n))"
        " SELECT k, variants_folded(name_key(k)) FROM once",
        {"names": names},
    ).fetchall()
    assert [(key, again) for key, again in rows if key != again] == []


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("示例建材有限公司山亭分公司", "示例建材有限公司"),
        ("示例建材有限公司第二分公司", "示例建材有限公司"),
        ("示例建材有限公司", None),
        ("示例银行测庄支行", "示例银行"),
    ],
)
def test_a_branch_names_its_head_office(con: duckdb.DuckDBPyConnection, name: str, head: str | None) -> None:
    assert con.execute("SELECT head_office($name)", {"name": name}).fetchall() == [(head,)]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("15412345678", "15412345678"),
        ("+86 154-1234-5678", "15412345678"),
        ("15400000000", None),
        ("11111111111", None),
        ("0632-1234567", "06321234567"),
        ("110", None),
    ],
)
def test_telephones(con: duckdb.DuckDBPyConnection, text: str, key: str | None) -> None:
    assert con.execute("SELECT phone_key($text)", {"text": text}).fetchall() == [(key,)]
