"""Which faults are planted where: one site per (table, column, known fault) of a contract, each in a host's answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal
from zlib import crc32

from core.errors import ContractError
from data_contracts import Column, Contract
from demo.replies.fault_recipes import RECIPES, Recipe
from demo.replies.parties import Parties
from demo.replies.questions import Question

#: What becomes of the host's answer: it gets one more thing (account, taxpayer, row), its head is written differently,
#: it becomes the answer that nobody was found, or one about a stranger of the same name.
Manner = Literal["thing", "head", "nothing", "namesake"]


#: Quirks of whole agreements that show in single rows: (source, table, column) -> faults
_QUIRKS = {
    ("household", "persons", "name"): ("encoding_switch",),
    ("bank_abc", "accounts", "opened_on"): ("invalid_date",),
    ("bank_abc", "rights", "amount"): ("money_unit_mixed",),
    ("bank_ccb", "accounts", "address"): ("encoding_switch",),
    ("bank_icbc", "accounts", "holder_name"): ("bom_or_zero_width",),
}


@dataclass(frozen=True, slots=True)
class Site:
    """One fault to plant: in this column of this table, by this recipe."""

    table: str
    column: Column
    fault: str
    recipe: Recipe
    manner: Manner

    @property
    def codes(self) -> tuple[str, ...]:
        """Reason codes to expect: those of the recipe, and those that only columns of codes bring."""
        if self.column.type == "enum" and self.fault == "code_label_mixed" and not self.column.label_agreed:
            return ("label_for_code",)
        if self.column.enum == "match_basis":
            return ("name_only",)
        return self.recipe.codes


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """A fault as delivered.

    `verdict` is accepted, quarantined or not_a_row (in no count). `codes` are the warnings that the accepted row
    carries at least, or the reasons of the quarantined one. `row_no` counts from 1 in table and file; 0 = no row of its
    own.
    """

    source: str
    file: str
    table: str
    column: str
    fault: str
    row_no: int
    inquiry_no: str
    verdict: str
    codes: tuple[str, ...]


def sites(contract: Contract) -> Iterator[Site]:
    """Every known fault of every delivered column, and the quirks of single rows.

    ContractError for a fault that nobody knows how to make.
    """
    for table in contract.tables:
        for column in table.columns:
            if table.delivered and column.delivered and not column.from_parent:
                for fault in (*column.known_faults, *_quirks(contract, table.name, column)):
                    recipe = _recipe(contract, table.name, column, fault)
                    yield Site(table.name, column, fault, recipe, _manner(contract, table.name, fault))


def hosts(
    contract: Contract, seed: int, questions: Sequence[Question], parties: Parties
) -> Mapping[str, tuple[Site, ...]]:
    """Inquiry number -> sites planted in its answer.

    Hosts are debtors asked once whose number is known, in an order that stays the same from night to night. Sites that
    decide about the whole answer get a host of their own while there are enough.
    """
    asked: dict[str, int] = {}
    for question in questions:
        asked[question.number or ""] = asked.get(question.number or "", 0) + 1
    candidates = [
        question
        for question in questions
        if question.number and asked[question.number] == 1 and _is_strong(parties, question)
    ]
    chosen: dict[str, list[Site]] = {}
    # Whole answers first, so that a small district shares hosts only among added things.
    for site in sorted(sites(contract), key=lambda site: site.manner == "thing"):
        # Each site has an order of its own: a host who is asked no more moves that host's sites and no others.
        suited = [question for question in candidates if site.recipe.suits(parties.holder_of(question))]
        suited.sort(key=partial(_closeness, f"{seed}|{contract.source}|{site.table}.{site.column.name}:{site.fault}"))
        free = [question for question in suited if question.inquiry_no not in chosen]
        shared = [question for question in suited if _takes_more(chosen.get(question.inquiry_no, []))]
        if free:
            chosen[free[0].inquiry_no] = [site]
        elif shared and site.manner == "thing":
            least = min(shared, key=lambda question: len(chosen[question.inquiry_no]))
            chosen[least.inquiry_no].append(site)
    return {number: tuple(planted) for number, planted in chosen.items()}


def _closeness(site: str, question: Question) -> int:
    return crc32(f"{site}|{question.number}".encode())


def _takes_more(planted: list[Site]) -> bool:
    return all(site.manner == "thing" for site in planted)


def _is_strong(parties: Parties, question: Question) -> bool:
    holder = parties.holder_of(question)
    return holder is not None and holder.id_type in ("resident_id", "uscc") and holder.id_number == question.number


def _quirks(contract: Contract, table: str, column: Column) -> tuple[str, ...]:
    return _QUIRKS.get((contract.source, table, column.name), ())


def _manner(contract: Contract, table: str, fault: str) -> Manner:
    if fault in ("same_name_stranger", "no_account_text"):
        return "namesake" if fault == "same_name_stranger" else "nothing"
    is_message_head = contract.format.kind == "bank_xml" and contract.table(table).top_level
    return "head" if is_message_head else "thing"


def _recipe(contract: Contract, table: str, column: Column, fault: str) -> Recipe:
    places = (f"{table}.{column.name}:{fault}", f"{contract.source}:{fault}", f"{contract.format.kind}:{fault}", fault)
    found = next((RECIPES[place] for place in places if place in RECIPES), None)
    if found is None:
        raise ContractError(
            f"nobody knows how to make the fault {fault}",
            where=f"{contract.source}.{table}.{column.name}",
            do="add a recipe to demo.replies.fault_recipes",
        )
    return found
