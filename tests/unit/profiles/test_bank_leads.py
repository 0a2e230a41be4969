"""A name_only hit, or a holder number unlike the number asked, stays a lead (bank_message.yaml)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import xml_account
from given import Given, Person, Told, number_of
from nights import asked_tonight
from scenario import Scenario

given = Given()

STRANGER = number_of(900)


def account(s: Scenario, who: Person, match_basis: str = "id_and_name", **facts: Any) -> None:
    inquiry_no = asked_tonight(s, who, "bank_icbc")
    answer = {"result": "found", "match_basis": match_basis, "replied_at": "2026-11-23 22:00:00"}
    s.add("bank_icbc", "inquiries", inquiry_no=inquiry_no, **answer)
    xml_account(s, "bank_icbc", inquiry_no, **{"account_no": f"80{who.n:04d}", "balance": "100.00", **facts})


@given
def anothers_number(s: Scenario, who: Person) -> None:
    account(s, who, holder_name=who.name, holder_id=STRANGER)


@given
def anothers_name_and_number(s: Scenario, who: Person) -> None:
    account(s, who, "id_only", holder_name="别的人", holder_id=STRANGER)


@given
def unverified_number(s: Scenario, who: Person) -> None:
    account(s, who, holder_name=who.name, holder_id="G00000001")


@given
def namesake(s: Scenario, who: Person) -> None:
    account(s, who, "name_only", holder_name=who.name, holder_id=STRANGER)


@given
def masked(s: Scenario, who: Person) -> None:
    account(s, who, "name_only", holder_name=f"{who.name[0]}*", holder_id="3704**********0012")


@given
def of_two_holders(s: Scenario, who: Person) -> None:
    account(s, who, holder_name=f"{who.name}、别的人", holder_id=f"{who.id_number}、{STRANGER}")


@given
def under_the_old_number(s: Scenario, who: Person) -> None:
    account(s, who, holder_name=who.name, holder_id=who.id_15)


def lead(told: Told, story: Any) -> dict[str, Any]:
    assert told.rows("asset", story) == []
    found = told.one("link", story)
    assert (found["tier"], found["decided_by"], found["verdict"]) == ("possible", "model", None)
    assert (found["source"], found["table_name"], found["record_id"]) == (
        "bank_icbc",
        "accounts",
        f"80{told.who(story).n:04d}",
    )
    return found


def levels(found: dict[str, Any]) -> dict[str, tuple[str, float]]:
    return {entry["field"]: (entry["level"], entry["weight"]) for entry in json.loads(found["evidence"])}


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (anothers_number, {"id_number": ("conflict", -10), "name": ("exact", 0)}),
        (anothers_name_and_number, {"id_number": ("conflict", -10), "name": ("unlike", -10)}),
        (unverified_number, {"id_number": ("different", -10), "name": ("exact", 0)}),
    ],
)
def test_an_account_under_a_number_unlike_the_one_asked_is_a_lead_that_says_so(
    told: Told, story: Any, expected: dict[str, Any]
) -> None:
    found = lead(told, story)
    assert levels(found) == expected
    assert found["reason"] == "反馈的户主证件号码与该被执行人不一致"
    assert found["probability"] == pytest.approx(1 / (1 + 2 ** -sum(weight for _, weight in expected.values())))
    assert told.one("debtor", story)["waiting_review"] == 0


def test_both_numbers_stand_in_the_evidence(told: Told) -> None:
    entry = json.loads(lead(told, anothers_number)["evidence"])[0]
    assert (entry["left"], entry["right"]) == (told.who(anothers_number).id_number, STRANGER)


def test_hits_by_name_alone_are_leads_whatever_can_be_compared(told: Told) -> None:
    assert lead(told, namesake)["reason"] == "仅按姓名查得，反馈的户主证件号码与该被执行人不一致"
    found = lead(told, masked)
    assert (found["reason"], found["probability"], found["evidence"]) == ("仅按姓名查得", None, "[]")


@pytest.mark.parametrize("story", [of_two_holders, under_the_old_number])
def test_where_a_holder_is_the_debtor_there_is_one_link_and_no_lead(told: Told, story: Any) -> None:
    assert told.one("link", story)["tier"] == "confirmed"
