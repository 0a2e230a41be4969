"""Estimation recovers what the pairs were made from, and changes nothing where there is nothing to learn."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from matching.model import Model, load_model
from matching.training import estimate

MATCHES, STRANGERS, PAIRS = 20_000, 60_000, 2.0e9
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
    return estimate(load_model("v2"), patterns(), {"person": PAIRS, "organization": 1.0}, CHANCE)


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


def test_a_slip_is_never_worth_more_than_agreement(learned: Model) -> None:
    bits = {
        row["level"]: row["bits"]
        for row in learned.weight_table().to_pylist()
        if row["field"] == "phone" and not row["is_org"]
    }
    assert bits["near"] <= bits["equal"]


def test_a_kind_with_few_matches_keeps_the_models_figures(learned: Model) -> None:
    assert learned.organization == load_model("v2").organization
    few = patterns().set_column(patterns().column_names.index("pairs"), "pairs", pa.array([1] * patterns().num_rows))
    assert estimate(load_model("v2"), few, {"person": PAIRS, "organization": 1.0}, CHANCE) == load_model("v2")


def test_the_same_pairs_in_another_order_give_the_same_model(learned: Model) -> None:
    table = patterns()
    turned = table.take(pa.array(range(table.num_rows - 1, -1, -1)))
    again = estimate(load_model("v2"), turned, {"person": PAIRS, "organization": 1.0}, CHANCE)
    assert again.weight_table().equals(learned.weight_table())
