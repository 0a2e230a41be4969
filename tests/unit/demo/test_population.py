from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from core import identifiers
from core.errors import UsageError
from demo import names
from demo.population import Population


@pytest.fixture(scope="module")
def district() -> tuple[pa.Table, pa.Table, pa.Table]:
    """People, firms and debtors of two neighbourhoods and a half."""
    population = Population(seed=3, debtors=500)
    made = [[make(number) for number in range(population.chunks)] for make in _makers(population)]
    people, firms, debtors = (pa.concat_tables(tables) for tables in made)
    return people, firms, debtors


def _makers(population: Population) -> list[Any]:
    return [population.people, population.firms, population.debtors]


def test_the_same_seed_makes_the_same_people_in_any_order() -> None:
    one, other = Population(3, 500), Population(3, 500)
    last = other.people(2)
    assert one.people(0).equals(other.people(0))
    assert one.people(2).equals(last)
    assert one.firms(1).equals(other.firms(1))
    assert one.debtors(1).equals(other.debtors(1))


def test_another_seed_makes_other_people() -> None:
    assert Population(3, 200).people(0)["name"] != Population(4, 200).people(0)["name"]


def test_a_district_beyond_the_numbers_is_refused() -> None:
    with pytest.raises(UsageError):
        Population(1, 10_000_000)


def test_nobody_shares_a_number(district: tuple[pa.Table, pa.Table, pa.Table]) -> None:
    people, firms, _ = district
    former = [n for row in people["former_id_numbers"].to_pylist() for n in row if len(n) == len("370499198503120017")]
    everybody = people["id_number"].to_pylist() + former
    assert len(set(everybody)) == len(everybody)
    assert len(set(firms["uscc"].to_pylist())) == len(firms)


def test_every_number_is_valid_and_says_when_its_bearer_was_born(district: tuple[pa.Table, pa.Table, pa.Table]) -> None:
    people, firms, _ = district
    for row in people.to_pylist():
        if row["id_type"] in ("resident_id", "hmt_residence", "foreign_residence", "household_book"):
            assert identifiers.check_resident_id(row["id_number"])
            assert row["id_number"][6:14] == f"{row['birth_date']:%Y%m%d}"
            assert (int(row["id_number"][16]) % 2 == 1) == (row["sex"] == "male")
        assert all(len(old) == 15 or identifiers.check_resident_id(old) for old in row["former_id_numbers"])
        assert date(1935, 1, 1) <= row["birth_date"] <= date(2008, 12, 31)
    for row in firms.to_pylist():
        assert identifiers.check_uscc(row["uscc"])
        assert identifiers.check_org_code(row["org_code"])
        assert row["reg_no"] is None or identifiers.check_reg_no(row["reg_no"])


def test_a_hundred_debtors_show_every_kind_of_document(district: tuple[pa.Table, pa.Table, pa.Table]) -> None:
    kinds = set(district[2]["id_type"].to_pylist())
    assert kinds == {
        "resident_id", "passport", "hmt_residence", "foreign_residence", "hm_travel", "tw_travel", "military",
        "household_book", "uscc", "org_code", "reg_no",
    }  # fmt: skip
    assert None in district[2]["id_number"].to_pylist()


def test_every_debtor_stands_once_and_in_the_right_place(district: tuple[pa.Table, pa.Table, pa.Table]) -> None:
    people, firms, debtors = district
    assert debtors["debtor_no"].to_pylist() == list(range(500))
    persons = {row["person_id"]: row for row in people.to_pylist()}
    for row in debtors.to_pylist():
        if row["party"] == "person":
            assert persons[row["person_id"]]["debtor_no"] == row["debtor_no"]
            assert persons[row["person_id"]]["name"] == row["name"]
    assert Counter(row["party"] for row in debtors.to_pylist())["firm"] == 125
    assert len(set(firms["firm_id"].to_pylist())) == len(firms)


def test_families_hang_together(district: tuple[pa.Table, pa.Table, pa.Table]) -> None:
    people = {row["person_id"]: row for row in district[0].to_pylist()}
    for row in people.values():
        head = people[row["household"] * 8]
        if row["spouse_id"] is not None:
            assert people[row["spouse_id"]]["spouse_id"] == row["person_id"]
            assert people[row["spouse_id"]]["sex"] != row["sex"]
        if row["role"] == "twin":
            assert row["birth_date"] == head["birth_date"] and row["id_number"] != head["id_number"]
        if row["role"] == "double":
            assert (row["name"], row["birth_date"]) == (head["name"], head["birth_date"])
            assert row["id_number"] != head["id_number"] and row["household_no"] != head["household_no"]
        if row["role"] == "child":
            assert row["birth_date"].year - head["birth_date"].year >= 21


def test_phones_are_plainly_synthetic(district: tuple[pa.Table, pa.Table, pa.Table]) -> None:
    assert all(phone.startswith("000") for phone in district[0]["phone"].to_pylist())
    assert all(phone.startswith("000") for phone in district[1]["phone"].to_pylist())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_names_concentrate_as_they_do_in_the_country(seed: int) -> None:
    """110 to 160 of half a million people are called 张伟; about one name in eight has two characters."""
    half_a_million = 500_000
    rng = np.random.default_rng(seed)
    female, young = rng.random(half_a_million) < 0.5, rng.random(half_a_million) < 0.3
    drawn = names.join(names.surnames(rng, half_a_million), names.given_names(rng, female, young))
    counted = Counter(drawn.to_pylist())
    assert 110 <= counted["张伟"] <= 160
    assert max(counted.values()) < 400
    assert 0.10 < sum(count for name, count in counted.items() if len(name) == 2) / half_a_million < 0.15


def test_rare_characters_and_middle_dots_are_met(district: tuple[pa.Table, pa.Table, pa.Table]) -> None:
    of_debtors = district[2]["name"].to_pylist()
    assert any(names.MIDDLE_DOT in name for name in of_debtors)
    assert any("䶮" in name for name in of_debtors)
    assert not any("䶮" in name for name in of_debtors[60:100])
