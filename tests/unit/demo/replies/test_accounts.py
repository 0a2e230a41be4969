from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.identifiers import check_luhn
from data_contracts import load
from demo.replies.accounts import Account, Bank
from demo.replies.bank_habits import BANKS
from demo.replies.freezes import OUR_COURT
from demo.replies.parties import Holder, Parties
from demo.replies.questions import Question
from demo.truth import truth_folder

from .conftest import SUNDAY, make_district


@pytest.fixture(scope="module")
def holders(tmp_path_factory: pytest.TempPathFactory) -> list[Holder]:
    drops = make_district(tmp_path_factory.mktemp("accounts"), debtors=150)
    debtors = pq.read_table(truth_folder(drops) / "debtors.parquet").to_pylist()
    questions = [question(row["name"], row["id_type"], row["id_number"]) for row in debtors if row["id_number"]]
    parties = Parties(drops, 7, questions)
    found = [parties.holder_of(asked) for asked in questions]
    return [holder for holder in found if holder is not None]


def question(name: str, id_type: str, number: str | None) -> Question:
    return Question("Q2026112201-000001", "（2026）测0499执1号", name, (), id_type, number, None, None)


def everything(holders: list[Holder], source: str, day: date) -> dict[str, list[Account]]:
    bank = Bank(load(source), 7, SUNDAY)
    return {holder.key: bank.accounts(holder, day) for holder in holders}


def test_accounts_exist_from_their_opening_and_stay_what_they_are(holders: list[Holder]) -> None:
    for source in BANKS:
        tonight, later = (everything(holders, source, SUNDAY + timedelta(days=ahead)) for ahead in (0, 12))
        for key, accounts in tonight.items():
            told = {(account.number, account.currency): account for account in later[key]}
            for account in accounts:
                same = told.pop((account.number, account.currency))
                assert (same.type_text, same.opened_on) == (account.type_text, account.opened_on)
            assert all(SUNDAY < account.opened_on <= SUNDAY + timedelta(days=12) for account in told.values())


def test_an_organisation_has_one_basic_account_among_all_banks(holders: list[Holder]) -> None:
    basic: dict[str, int] = {}
    for source in BANKS:
        for key, accounts in everything(holders, source, SUNDAY).items():
            basic[key] = basic.get(key, 0) + sum(account.kind == "company_basic" for account in accounts)
    assert set(basic.values()) == {0, 1}
    assert all(count == 0 for key, count in basic.items() if key.startswith("P"))


def test_freezes_have_dates_or_an_order(holders: list[Holder]) -> None:
    freezes = [
        (account, freeze)
        for source in BANKS
        for accounts in everything(holders, source, SUNDAY).values()
        for account in accounts
        for freeze in account.freezes
    ]
    kinds = {freeze.kind for _, freeze in freezes}
    assert {"freeze", "waiting_freeze"} <= kinds
    for account, freeze in freezes:
        if freeze.kind == "waiting_freeze":
            assert (freeze.from_date, freeze.to_date, freeze.order) == (None, None, 1)
        else:
            assert freeze.from_date and freeze.to_date
            assert freeze.from_date <= SUNDAY <= freeze.to_date
            assert (freeze.to_date - freeze.from_date).days == 364  # deposits are frozen for a year at most
        if freeze.authority == OUR_COURT:
            assert account.holder.case_no and freeze.document.startswith(account.holder.case_no)


def test_some_available_balances_are_negative_and_all_follow_from_the_freezes(holders: list[Holder]) -> None:
    seen: set[bool] = set()
    for source in BANKS:
        for accounts in everything(holders, source, SUNDAY).values():
            for account in accounts:
                held = sum(freeze.amount for freeze in account.freezes if freeze.in_force)
                if account.available is not None:
                    assert account.available in (account.balance - held, max(0, account.balance - held))
                    seen.add(account.available < 0)
    assert seen == {True, False}


def test_parts_are_contained_in_their_account_and_cards_are_valid(holders: list[Holder]) -> None:
    parts = 0
    for source in BANKS:
        for accounts in everything(holders, source, SUNDAY).values():
            for account in accounts:
                assert sum(part.balance for part in account.sub_accounts) <= account.balance
                assert account.card is None or check_luhn(account.card)
                parts += len(account.sub_accounts)
    assert parts


def test_account_types_are_those_of_the_agreement_but_for_a_few(holders: list[Holder]) -> None:
    for source in BANKS:
        known = load(source).account_types
        accounts = [account for found in everything(holders, source, SUNDAY).values() for account in found]
        free = [account for account in accounts if account.type_text not in known]
        assert len(free) <= max(3, len(accounts) * 0.03)
        for account in accounts:
            if account.type_text in known and account.remark is None:
                assert account.protection == known[account.type_text][1]


def test_former_and_first_generation_numbers_find_their_owner(tmp_path: Path) -> None:
    drops = make_district(tmp_path, debtors=60)
    people = pq.read_table(truth_folder(drops) / "people.parquet").to_pylist()
    person = next(row for row in people if row["reason"] == "debtor" and row["id_number_15"])
    asked = question(person["name"], "resident_id", person["id_number_15"])
    renamed = question("试改名", "resident_id", person["id_number"])
    parties = Parties(drops, 7, [asked, renamed])
    hit, other = parties.by_number(asked), parties.by_number(renamed)
    assert hit and other
    assert hit.holder == other.holder
    assert (hit.basis, other.basis) == ("id_and_name", "id_only")
    assert parties.debtor_of(asked) == person["debtor_no"]


def test_a_bare_name_finds_namesakes(tmp_path: Path) -> None:
    drops = make_district(tmp_path, debtors=60)
    people = pq.read_table(truth_folder(drops) / "people.parquet").to_pylist()
    namesake = next(row for row in people if row["reason"] == "namesake")
    asked = question(namesake["name"], "resident_id", None)
    hits = Parties(drops, 7, [asked]).namesakes(asked)
    assert f"P{namesake['person_id']}" in [hit.holder.key for hit in hits]
    assert {hit.basis for hit in hits} == {"name_only"}
