"""Reason codes and validators, read from reason_codes.yaml: what they mean and what the operator does about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from core.errors import ContractError
from data_contracts.documents import read_yaml

Severity = Literal["reject", "warn", "file", "signal", "sender"]


@dataclass(frozen=True)
class Reason:
    """One reason code. `means` and `do` are Chinese sentences for the operator."""

    code: str
    severity: Severity
    means: str
    do: str


@dataclass(frozen=True)
class Validator:
    """A check of one value: `form` is the whole-value RE2 pattern, `macro` the SQL macro that also checks digits."""

    name: str
    on_fail: Literal["reject", "warn"]
    code: str
    form: str
    macro: str | None
    means: str


@dataclass(frozen=True)
class Fault:
    """One fault of the catalogue. `means`: what arrives; `do`: what is done about it. Both in Chinese."""

    means: str
    do: str


@cache
def reasons() -> dict[str, Reason]:
    """All reason codes: of rows (reject, warn), of files, of deliveries unlike those before, of senders not asked."""
    document = read_yaml("reason_codes.yaml")
    return {
        code: Reason(code, severity, entry["means"], entry["do"])
        for severity in get_args(Severity)
        for code, entry in document[severity].items()
    }


def reason(code: str) -> Reason:
    """The reason behind `code`; ContractError when the list does not know it."""
    try:
        return reasons()[code]
    except KeyError:
        raise ContractError(f"unknown reason code {code}", do="add it to reason_codes.yaml") from None


@cache
def sender_codes() -> frozenset[str]:
    """Codes that say why a source could not be asked."""
    return frozenset(code for code, entry in reasons().items() if entry.severity == "sender")


def unreadable(what: str) -> Reason | None:
    """What our own words about a file or a site's table mean to the operator; None when the list has no better word."""
    for pattern, means, do in _unreadable():
        if found := re.search(pattern, what):
            named = next((group for group in found.groups() if group), "")
            return Reason("unreadable", "file", means.format("、".join(named.split(", "))), do)
    return None


@cache
def _unreadable() -> tuple[tuple[str, str, str], ...]:
    document = read_yaml("reason_codes.yaml")
    entries = [*document["unreadable"], *document["unusable"]]
    return tuple((entry["what"], entry["means"], entry["do"]) for entry in entries)


@cache
def validators() -> dict[str, Validator]:
    """Checks by name."""
    return {
        name: Validator(
            name,
            entry["on_fail"],
            entry.get("code", "bad_checksum"),
            entry["form"],
            entry.get("macro"),
            entry["means"],
        )
        for name, entry in read_yaml("reason_codes.yaml")["validators"].items()
    }


@cache
def faults() -> dict[str, Fault]:
    """Catalogue of faults by code."""
    return {code: Fault(**entry) for code, entry in read_yaml("reason_codes.yaml")["faults"].items()}


@cache
def code_list(name: str) -> dict[str, str]:
    """Canonical value -> Chinese meaning of one list in code_lists.yaml."""
    lists: dict[str, dict[str, str]] = read_yaml("code_lists.yaml")["lists"]
    return lists[name]


@cache
def outgoing_id_codes() -> dict[str, str]:
    """Code of an identifier kind in the outgoing list and in echoes of it -> canonical kind."""
    codes: dict[str, str] = read_yaml("code_lists.yaml")["outgoing_id_codes"]
    return codes
