from __future__ import annotations

import pytest

from data_contracts import load, sources
from data_contracts.drift import choices, decided, decisions_zh, unfrozen


def test_what_a_contract_does_not_decide_is_decided_once_for_all() -> None:
    assert decided({}) == {change: choice.decisions[0] for change, choice in choices().items()}
    assert decided({"added_column": "signal"})["added_column"] == "signal"
    assert decided({"added_column": "signal"})["unknown_code"] == "quarantine"


def test_every_source_decides_every_change_in_the_same_words() -> None:
    for source in sources():
        drift = load(source).drift
        assert drift.keys() == choices().keys()
        assert set(drift.values()) <= decisions_zh().keys()


def test_unknown_codes_are_never_taken_in_silence() -> None:
    assert "signal" not in choices()["unknown_code"].decisions


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"new_column": "freeze"}, "unknown changes: new_column"),
        ({"unknown_code": "signal"}, "cannot signal on unknown_code"),
        ({"added_column": "evolve"}, "cannot evolve on added_column"),
    ],
)
def test_a_contract_cannot_decide_what_is_no_choice(declared: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        decided(declared)


def test_a_release_lets_in_what_may_be_let_in() -> None:
    strict = decided(dict.fromkeys(choices(), "freeze"))
    milder = unfrozen(strict)
    assert milder["added_column"] == "signal"
    assert milder["unknown_code"] == "quarantine"
    assert milder["missing_required_column"] == "freeze"  # there is no milder choice
