"""What becomes of a delivery that is not quite as agreed: a decision of its contract, in the words of drift.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from data_contracts.documents import read_yaml

Change = Literal[
    "added_column",
    "missing_optional_column",
    "missing_required_column",
    "renamed_column",
    "reordered_columns",
    "unknown_code",
    "type_change",
]
Decision = Literal["freeze", "quarantine", "signal"]
Drift = Mapping[Change, Decision]


@dataclass(frozen=True)
class Choice:
    """What a contract can decide about one change; the first of `decisions` holds where it says nothing."""

    means: str
    decisions: tuple[Decision, ...]


@cache
def choices() -> dict[Change, Choice]:
    """Every change that is watched for."""
    return {
        change: Choice(entry["means"], tuple(entry["choices"]))
        for change, entry in read_yaml("drift.yaml")["changes"].items()
    }


@cache
def decisions_zh() -> dict[Decision, str]:
    """What each decision means, in Chinese."""
    decisions: dict[Decision, str] = read_yaml("drift.yaml")["decisions"]
    return decisions


def decided(declared: Mapping[str, str]) -> dict[Change, Decision]:
    """A decision about every change: as declared, else the default. ValueError for a word that drift.yaml has not."""
    unknown = sorted(set(declared) - set(choices()))
    if unknown:
        raise ValueError(f"drift names unknown changes: {', '.join(unknown)}")
    found: dict[Change, Decision] = {}
    for change, choice in choices().items():
        wanted = declared.get(change, choice.decisions[0])
        decision = next((one for one in choice.decisions if one == wanted), None)
        if decision is None:
            raise ValueError(f"drift cannot {wanted} on {change}: one of {', '.join(choice.decisions)}")
        found[change] = decision
    return found


def unfrozen(drift: Drift) -> dict[Change, Decision]:
    """The same decisions once a person has released the delivery: what would be frozen gets the next milder one."""
    milder: dict[Change, Decision] = {}
    for change, decision in drift.items():
        others = [one for one in choices()[change].decisions if one != "freeze"]
        milder[change] = others[0] if decision == "freeze" and others else decision
    return milder
