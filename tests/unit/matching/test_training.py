"""Estimation recovers what the pairs were made from, and changes nothing where there is nothing to learn."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from matching.model import Model, load_model
from matching.training import WRITTEN, estimate

MATCHES, STRANGERS, PAIRS = 20_000, 60_000, 2.0e9
#: Records of somebody else that carry a debtor's number; one in ten lives where the debtor lives.
HOLDERS, AT_HOME = 600, 0.1
#: Of ten namesakes without a number one lives in the debtor's street; for each three stand in a field of several names.
STREET, SEVERAL = 0.1, 3
#: What the matches are made from; the model begins elsewhere.
NUMBER = {"strong_equal": 0.70, "near": 0.10, "conflict": 0.05, None: 0.15}
PHONE = {"equal": 0.45, "different": 0.35, None: 0.20}
BIRTH = {"equal": 0.90, "different": 0.10}
LEVELS = ("id_level", "name_level", "birth_level", "sex_level", "phone_level", "address_level")


def drawn(
    random: np.random.Generator, shares: dict[str | None, float] | dict[str, float], rows: int
) -> list[str | None]:
    names = list(shares)
    return [names[place] for place in random.choice(len(names), rows, p=list(shares.values()))]


def patterns() -> pa.Table:
    """Pairs of matches and of namesakes, counted by pattern."""
    random = np.random.default_rng(3)
    counted: Counter[tuple[str | None, ...]] = Counter()
    for number, birth, phone in zip(
        drawn(random, NUMBER, MATCHES), drawn(random, BIRTH, MATCHES), drawn(random, PHONE, MATCHES), strict=True
    ):
        beside = birth if number not in ("strong_equal", "near") else None
        counted[number, "exact", beside, None, phone, None] += 1
    for number, birth in zip(
        drawn(random, {"conflict": 0.9, None: 0.1}, STRANGERS),
        drawn(random, {"equal": 0.01, "different": 0.99}, STRANGERS),
        strict=True,
    ):
        counted[number, "exact", birth, None, "different", None] += 1
    for home in random.random(HOLDERS) < AT_HOME:
        counted["strong_equal", "unlike", "different_beside_id", None, None, "contained" if home else "different"] += 1
    for street in random.random(STRANGERS // 10) < STREET:
        counted[None, "exact", "different", None, "different", "near" if street else "different"] += 1
        counted[None, "part", "different", None, "different", "different"] += SEVERAL
    rows = [dict(zip(LEVELS, levels, strict=True)) | {"pairs": count} for levels, count in counted.items()]
    return pa.Table.from_pylist([{"is_org": False, "worth": 14.0, **row} for row in rows])


CHANCE = pa.Table.from_pylist(
    [
        {"is_org": False, "field": "birth_date", "level": "equal", "likelihood": 0.01},
        {"is_org": False, "field": "phone", "level": "equal", "likelihood": 1e-6},
    ]
)


@pytest.fixture(scope="module")
def learned() -> Model:
    return estimate(load_model("v3"), patterns(), {"person": PAIRS, "organization": 1.0}, CHANCE)


def test_the_likelihoods_of_a_match_are_found(learned: Model) -> None:
    number, phone = learned.person["id_number"], learned.person["phone"]
    known = 1 - NUMBER[None]
    assert number["strong_equal"][0] == pytest.approx(NUMBER["strong_equal"] / known, abs=0.02)
    assert number["near"][0] == pytest.approx(NUMBER["near"] / known, abs=0.02)
    assert phone["equal"][0] == pytest.approx(PHONE["equal"] / (1 - PHONE[None]), abs=0.05)


def test_the_prior_is_the_share_of_matches(learned: Model) -> None:
    assert 2 ** learned.prior["person"] * PAIRS == pytest.approx(MATCHES, rel=0.1)


def test_what_strangers_share_is_what_was_counted(learned: Model) -> None:
    assert learned.person["birth_date"]["equal"][1] == 0.01
    assert learned.person["phone"]["equal"][1] == 1e-6


def test_whose_number_it_is_else_and_where_they_live_is_found(learned: Model) -> None:
    assert learned.rivals["person"]["other_holder"] == pytest.approx(HOLDERS / MATCHES, rel=0.2)
    addresses = learned.person["address"]
    assert (addresses["contained"][3] or 0) == pytest.approx(AT_HOME, abs=0.04)
    assert (addresses["different"][3] or 0) > 0.8


def test_how_often_strangers_are_found_by_a_name_is_found(learned: Model) -> None:
    address, name = learned.person["address"], learned.person["name"]
    near, different = address["near"][1] or 0, address["different"][1] or 1
    assert near / (near + different) == pytest.approx(STREET, abs=0.02)
    begun = load_model("v3").person["name"]
    assert name["part"][1] == pytest.approx(
        (name["exact"][1] or 0) * SEVERAL / 2, rel=0.1
    )  # half the namesakes have no address
    assert name["swapped"][1] == begun["swapped"][1]  # no name leads to these: what is found of them is no fair sample


def test_how_a_number_is_written_says_nothing(learned: Model) -> None:
    for levels in WRITTEN:
        match, stranger = (sum(learned.person["id_number"][level][at] or 0 for level in levels) for at in (0, 1))
        assert match == pytest.approx(stranger, rel=1e-4)


def test_a_name_spelt_otherwise_is_never_worth_more_than_the_name(learned: Model) -> None:
    bits = {row["level"]: row["bits"] for row in learned.weight_table().to_pylist() if row["by_rarity"]}
    assert all(bits[level] <= bits["exact"] + 1e-4 for level in bits if level != "branch")


def test_a_slip_is_never_worth_more_than_agreement(learned: Model) -> None:
    bits = {
        row["level"]: row["bits"]
        for row in learned.weight_table().to_pylist()
        if row["field"] == "phone" and not row["is_org"]
    }
    assert bits["near"] <= bits["equal"]


def test_a_kind_with_few_matches_keeps_the_models_figures(learned: Model) -> None:
    assert learned.organization == load_model("v3").organization
    few = patterns().set_column(patterns().column_names.index("pairs"), "pairs", pa.array([1] * patterns().num_rows))
    assert estimate(load_model("v3"), few, {"person": PAIRS, "organization": 1.0}, CHANCE) == load_model("v3")


def test_the_same_pairs_in_another_order_give_the_same_model(learned: Model) -> None:
    table = patterns()
    turned = table.take(pa.array(range(table.num_rows - 1, -1, -1)))
    again = estimate(load_model("v3"), turned, {"person": PAIRS, "organization": 1.0}, CHANCE)
    assert again.weight_table().equals(learned.weight_table())
