from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import identifiers
from core.duck import connect
from core.settings import Settings


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(Settings(threads=1)) as connection:
        yield connection


def evaluate(con: duckdb.DuckDBPyConnection, macro: str, values: list[str | None]) -> list[Any]:
    """`macro` over the values in one query, in their order."""
    rows = con.execute(
        f"SELECT {macro} FROM (SELECT unnest($values::VARCHAR[]) AS s, unnest(range($count)) AS place) ORDER BY place",
        {"values": values, "count": len(values)},
    ).fetchall()
    return [row[0] for row in rows]


TWINS: dict[str, Callable[[str], object]] = {
    "resident_id_valid(s)": identifiers.check_resident_id,
    "resident_id_15_valid(s)": identifiers.check_resident_id_15,
    "resident_id_upgrade(s)": identifiers.resident_id_upgrade,
    "uscc_valid(s)": identifiers.check_uscc,
    "org_code_valid(s)": identifiers.check_org_code,
    "reg_no_valid(s)": identifiers.check_reg_no,
    "luhn_valid(s)": identifiers.check_luhn,
    "vin_valid(s)": identifiers.check_vin,
    "uscc_org_code(s)": identifiers.uscc_org_code,
}

births = st.dates(date(1900, 1, 2), date(2025, 12, 31))
sequences = st.integers(0, 999)
digits = st.text("0123456789", min_size=14, max_size=14)
genuine = st.one_of(
    st.builds(identifiers.resident_id, st.just("370499"), births, sequences),
    st.builds(identifiers.resident_id_15, st.just("370499"), st.dates(date(1900, 1, 2), date(1999, 12, 31)), sequences),
    st.text(identifiers.USCC_ALPHABET, min_size=17, max_size=17).map(identifiers.uscc),
    st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8).map(identifiers.org_code),
    digits.map(identifiers.reg_no),
    digits.map(identifiers.luhn),
    st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=17, max_size=17).map(identifiers.vin),
)
edited = st.tuples(genuine, st.integers(0, 18), st.sampled_from("0123456789XAIO*一 ")).map(
    lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + 1 :]
)
anything = st.one_of(genuine, edited, st.text(max_size=22))


@settings(max_examples=8, deadline=None)
@given(values=st.lists(anything, min_size=40, max_size=80))
def test_sql_and_python_agree(con: duckdb.DuckDBPyConnection, values: list[str]) -> None:
    for macro, twin in TWINS.items():
        assert evaluate(con, macro, list(values)) == [twin(value) for value in values], macro


@pytest.mark.parametrize(
    ("macro", "number", "expected"),
    [
        ("resident_id_valid(s)", "370499198503120017", True),
        ("resident_id_valid(s)", "370499197803120022", True),  # stdnum rejects births before 1983 in this district
        ("resident_id_valid(s)", "370499198502300015", False),  # 30 February
        ("resident_id_valid(s)", "370499209903120019", False),  # not born yet
        ("resident_id_valid(s)", "３７０４９９１９８５０３１２００１７", False),
        ("resident_id_upgrade(s)", "370499850312001", "370499198503120017"),
        ("resident_id_15_valid(s)", "370499851312001", False),
        ("uscc_valid(s)", "91370499MA3C4J5K2J", True),
        ("uscc_valid(s)", "N2370499MF0000001N", True),  # village collective: stdnum demands digits in front
        ("uscc_valid(s)", "91370499MA3C4J5K2K", False),
        ("uscc_org_code(s)", "91370499MA3C4J5K2J", "MA3C4J5K2"),
        ("org_code_valid(s)", "D2143569-X", True),
        ("org_code_valid(s)", "D21435690", False),
        ("reg_no_valid(s)", "110108000000016", True),
        ("reg_no_valid(s)", "110108000000017", False),
        ("vin_valid(s)", "11111111111111111", True),
    ],
)
def test_published_vectors(con: duckdb.DuckDBPyConnection, macro: str, number: str, expected: object) -> None:
    assert evaluate(con, macro, [number]) == [expected]


def test_permits_and_the_foreigners_card_use_the_same_check() -> None:
    for region in ("810000", "820000", "830000", "911156"):
        assert identifiers.check_resident_id(identifiers.resident_id(region, date(1990, 5, 6), 12))


@pytest.mark.parametrize(
    "macro", [*TWINS, "id_clean(s)", "id_placeholder(s)", "id_strong(s)", "id_kind(s)", "id_normal('resident_id', s)"]
)
def test_null_stays_null(con: duckdb.DuckDBPyConnection, macro: str) -> None:
    assert evaluate(con, macro, [None]) == [None]


@pytest.mark.parametrize(
    ("id_type", "as_keyed", "normal", "kind"),
    [
        ("resident_id", "370499198503120017", "370499198503120017", "resident_id"),
        ("resident_id", " 370499 1985-0312\t0017", "370499198503120017", "resident_id"),
        ("resident_id", "'370499198503120017", "370499198503120017", "resident_id"),
        ("resident_id", "３７０４９９１９８５０３１２００１７", "370499198503120017", "resident_id"),
        ("resident_id", "37O499I985O3I2OO17", "370499198503120017", "resident_id"),
        ("resident_id", "37049919850312O018", "37049919850312O018", None),  # the repair would not hold
        ("resident_id", "370499850312001", "370499198503120017", "resident_id_15"),
        ("resident_id", "91370499ma3c4j5k2j", "91370499MA3C4J5K2J", "uscc"),  # company code typed as 身份证
        ("uscc", "9137O499MA3C4J5K2J", "91370499MA3C4J5K2J", "uscc"),
        ("org_code", "D2143569-x", "D2143569X", "org_code"),
        ("reg_no", "110108000000016", "110108000000016", "reg_no"),
        ("passport", "e12345678", "E12345678", "passport"),
        ("hm_travel", "H1234567801", "H1234567801", "hm_travel"),
        ("military", "军字第1234567号", "军字第1234567号", "military"),
        ("resident_id", "370499198503120018", "370499198503120018", "resident_id"),  # wrong check, same kind
        (None, "370499198503120000", None, None),  # rounded by a spreadsheet
        (None, "3.70499E+17", None, None),
        (None, "3704991985****0017", None, None),
        (None, "370499198503XXXXXX", None, None),
        (None, "000000000000000000", None, None),
        (None, "111111111111111111", None, None),
        (None, "123456789012345678", None, None),
        (None, "370499000000000000", None, None),
        (None, "无", None, None),
        (None, "", None, None),
    ],
)
def test_numbers_as_keyed(
    con: duckdb.DuckDBPyConnection, id_type: str | None, as_keyed: str, normal: str | None, kind: str | None
) -> None:
    found = con.execute("SELECT id_normal($t, $s), id_kind($s)", {"t": id_type, "s": as_keyed}).fetchall()
    assert found == [(normal, kind)]


def test_fifteen_digits_that_are_date_and_registration_number_follow_the_declared_type(
    con: duckdb.DuckDBPyConnection,
) -> None:
    days = (date(1950, 1, 1) + timedelta(days=offset) for offset in range(2000))
    both = next(
        number for day in days if identifiers.check_reg_no(number := identifiers.resident_id_15("370499", day, 1))
    )
    upgraded = identifiers.resident_id_upgrade(both)
    assert evaluate(con, "id_normal('reg_no', s)", [both]) == [both]
    assert evaluate(con, "id_normal('resident_id', s)", [both]) == [upgraded]
    assert evaluate(con, "id_normal(NULL, s)", [both]) == [upgraded]


@settings(max_examples=8, deadline=None)
@given(values=st.lists(anything, min_size=40, max_size=80))
def test_normalising_twice_changes_nothing(con: duckdb.DuckDBPyConnection, values: list[str]) -> None:
    for macro in ("id_clean(s)", "id_normal('resident_id', s)", "id_normal('reg_no', s)"):
        once = evaluate(con, macro, list(values))
        assert evaluate(con, macro, once) == once, macro


@pytest.mark.parametrize(
    "complete", [identifiers.uscc, identifiers.org_code, identifiers.reg_no, identifiers.luhn, identifiers.vin]
)
def test_a_malformed_part_is_refused_without_repeating_it(complete: Callable[[str], str]) -> None:
    with pytest.raises(ValueError, match="form") as caught:
        complete("秘密-123")
    assert "秘密" not in str(caught.value)


def test_a_code_that_ends_in_two_x_is_no_mask(con: duckdb.DuckDBPyConnection) -> None:
    """Organisation code check X, then credit code check X: one code in three hundred or so."""
    for code in ("91370499MA00008WXX", identifiers.org_code("MA00002X")):
        assert evaluate(con, "id_placeholder(s)", [code]) == [False]
        assert evaluate(con, "id_normal('uscc', s)", [code]) == [code]


@settings(max_examples=8, deadline=None)
@given(
    people=st.lists(st.builds(identifiers.resident_id, st.just("370499"), births, sequences), min_size=40),
    tails=st.lists(st.text(identifiers.USCC_ALPHABET, min_size=7, max_size=7), min_size=40),
)
def test_a_valid_number_is_a_key_and_its_own_normal_form(
    con: duckdb.DuckDBPyConnection, people: list[str], tails: list[str]
) -> None:
    valid = [*people, *(identifiers.uscc(f"91370499MA{tail}") for tail in tails)]
    assert not any(evaluate(con, "id_placeholder(s)", list(valid)))
    assert evaluate(con, "id_normal(NULL, s)", list(valid)) == valid
    assert all(evaluate(con, "id_strong(s)", list(valid)))
