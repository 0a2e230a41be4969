"""Cells that name several owners, kinds of parties, shares (common.yaml two_in_cell, id_wrong_type, id_15)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from scenario import FIRM, PERSON_A, PERSON_A_15, PERSON_B

from core.duck import connect, run_sql
from core.identifiers import resident_id
from core.settings import Settings


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(Settings()) as session:
        run_sql(session, "profiles", "cells")
        yield session


def parties(con: duckdb.DuckDBPyConnection, **cell: Any) -> list[tuple[Any, ...]]:
    """(part, party_type, name, id_type, id_number, share, shared_cell) of one cell."""
    run_sql(con, "profiles", "staging")
    given = {"source": "land", "table_name": "holders", "record_id": "R1", "role": "owner", **cell}
    con.execute(
        f"INSERT INTO party_cell ({', '.join(given)}) VALUES ({', '.join('$' + name for name in given)})",
        given,
    )
    run_sql(con, "profiles", "parties")
    return con.execute(
        "SELECT part, party_type, name, id_type, id_number, share, shared_cell FROM party ORDER BY part"
    ).fetchall()


def test_one_owner_is_one_part(con: duckdb.DuckDBPyConnection) -> None:
    assert parties(con, name="测试甲", id_type="resident_id", id_number=PERSON_A, share="1/2") == [
        (1, "person", "测试甲", "resident_id", PERSON_A, 0.5, False)
    ]


def test_two_names_with_two_numbers_are_paired(con: duckdb.DuckDBPyConnection) -> None:
    for names, numbers in [
        ("测试甲、测试乙", f"{PERSON_A}、{PERSON_B}"),
        ("测试甲 测试乙", f"{PERSON_A} {PERSON_B}"),
        ("测试甲;测试乙", f"{PERSON_A}/{PERSON_B}"),
    ]:
        told = parties(con, name=names, id_number=numbers)
        assert [(row[2], row[4], row[6]) for row in told] == [("测试甲", PERSON_A, True), ("测试乙", PERSON_B, True)]


def test_one_number_for_two_names_is_offered_to_both_and_to_neither(con: duckdb.DuckDBPyConnection) -> None:
    told = {(row[2], row[4]) for row in parties(con, name="测试甲、测试乙", id_number=PERSON_A)}
    assert told == {("测试甲", PERSON_A), ("测试甲", None), ("测试乙", PERSON_A), ("测试乙", None)}


def test_two_forms_of_one_number_are_one_person(con: duckdb.DuckDBPyConnection) -> None:
    told = parties(con, name="测试甲", id_number=f"{PERSON_A_15}/{PERSON_A}")
    assert [(row[2], row[4], row[6]) for row in told] == [("测试甲", PERSON_A_15, False), ("测试甲", PERSON_A, False)]


def test_blanks_inside_a_name_or_a_number_separate_nothing(con: duckdb.DuckDBPyConnection) -> None:
    assert [(row[2], row[4]) for row in parties(con, name="测试 甲", id_number="370499 19850312 0017")] == [
        ("测试 甲", "370499 19850312 0017")
    ]


@pytest.mark.parametrize(
    ("cell", "party_type", "id_type"),
    [
        ({"name": "示例有限公司", "id_type": "resident_id", "id_number": FIRM}, "organization", "uscc"),
        ({"name": "测试甲", "id_type": "uscc", "id_number": PERSON_A}, "person", "resident_id"),
        ({"name": "测试甲", "id_number": PERSON_A_15}, "person", "resident_id"),
        ({"name": "示例建材有限公司"}, "organization", None),
        ({"name": "测试甲"}, "person", None),
        (
            {"name": "示例厂", "party_kind": "company", "id_type": "reg_no", "id_number": "370499000000016"},
            "organization",
            "reg_no",
        ),
        ({"name": "阿卜杜·测试", "party_kind": "person"}, "person", None),
        ({"name": "甲", "party_kind": "other"}, None, None),
        # 港澳台居民居住证 under whatever code the form has for it (land.yaml)
        (
            {"name": "测试甲", "id_type": "hm_travel", "id_number": resident_id("810000", date(1990, 1, 1), 1)},
            "person",
            "hmt_residence",
        ),
    ],
)
def test_the_form_of_a_valid_number_says_more_than_its_code(
    con: duckdb.DuckDBPyConnection, cell: dict[str, Any], party_type: str, id_type: str
) -> None:
    ((_, kind, _, number_type, _, _, _),) = parties(con, **cell)
    assert (kind, number_type) == (party_type, id_type)


@for_all(
    st.text(alphabet="测试甲乙 、;/,　()1/2%0.X*", max_size=24) | st.none(),
    st.text(alphabet="0123456789X /、;", max_size=42) | st.none(),
)
@settings(max_examples=60, deadline=None)
def test_no_cell_is_lost_and_none_raises(con: duckdb.DuckDBPyConnection, name: str | None, number: str | None) -> None:
    told = parties(con, name=name, id_number=number, share=name)
    if name and name.strip(" 、;/,　"):
        assert told
    assert len({row[0] for row in told}) == len(told)
    for row in told:
        assert row[5] is None or 0 < row[5] <= 1
        assert row[2] is None or row[2] in str(name)
