"""Who stands behind a question: the people and firms of the district, found by number or, rarely, by name alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from core.duck import sql
from demo.replies.draws import Draws
from demo.replies.questions import Question
from demo.truth import truth_folder

#: Branches that still look for the bare name when the number brought nothing do so for one question in eighty.
NAME_SEARCH_SHARE = 0.0125
MOST_NAMESAKES = 20


@dataclass(frozen=True, slots=True)
class Holder:
    """A person or firm as the agencies know them. `key` is ``P<person_id>`` or ``F<firm_id>``; `ordinal` is unique."""

    key: str
    ordinal: int
    is_person: bool
    kind: str
    name: str
    former_names: tuple[str, ...]
    id_type: str
    id_number: str
    former_numbers: tuple[str, ...]
    #: first-generation number of a person; organisation code or registration number of a firm; None if there is none
    old_number: str | None
    birth_or_founding: date
    sex: str
    ethnicity: str
    address: str
    phone: str
    household_no: str
    relation_to_head: str
    marital_status: str
    status: str
    status_on: date | None
    moved_to: str | None
    spouse_name: str | None
    #: number of the debtor this is, None for everybody else
    debtor_no: int | None
    #: a case of our court against this debtor, None for everybody else
    case_no: str | None

    def is_called(self, name: str) -> bool:
        """The name asked is the present one."""
        return self.name == name


@dataclass(frozen=True, slots=True)
class Hit:
    """A holder found for a question, and what the finding rests on: id_and_name | id_only | name_only."""

    holder: Holder
    basis: str


class Parties:
    """Answers who is meant, for the questions it was built with. Holds only the people those questions can hit."""

    def __init__(self, drops: Path, seed: int, questions: Iterable[Question]) -> None:
        self._seed = seed
        asked = list(questions)
        self._by_number: dict[str, Holder] = {}
        self._by_name: dict[str, list[Holder]] = {}
        self._unnumbered_debtors: dict[str, int] = {}
        names = sorted({question.name for question in asked if self.searches_by_name(question)})
        numbers = sorted({question.number for question in asked if question.number})
        self._read(truth_folder(drops), names, numbers)

    def searches_by_name(self, question: Question) -> bool:
        """Whether the bare name is looked for when the number brings nothing: always without one, else rarely."""
        if question.number is None:
            return True
        return Draws(self._seed, "name search", question.number).chance(NAME_SEARCH_SHARE)

    def holder_of(self, question: Question) -> Holder | None:
        """Whose present or former number was asked."""
        return self._by_number.get(question.number) if question.number else None

    def by_number(self, question: Question) -> Hit | None:
        """The one whose present or former number was asked."""
        holder = self.holder_of(question)
        if holder is None:
            return None
        current = question.number in (holder.id_number, holder.old_number)
        return Hit(holder, "id_and_name" if current and holder.is_called(question.name) else "id_only")

    def namesakes(self, question: Question) -> list[Hit]:
        """Everybody of the name asked but the owner of the number, in a fixed order; empty where nobody looks."""
        if not self.searches_by_name(question):
            return []
        own = self.holder_of(question)
        return [Hit(holder, "name_only") for holder in self._by_name.get(question.name, []) if holder is not own]

    def debtor_of(self, question: Question) -> int | None:
        """Number of the debtor who is meant, as the truth knows and no agency does; None for somebody unknown."""
        holder = self.holder_of(question)
        return holder.debtor_no if holder else self._unnumbered_debtors.get(question.name)

    def _read(self, truth: Path, names: list[str], numbers: list[str]) -> None:
        with duckdb.connect() as connection:
            connection.register("asked_name", pa.table({"name": pa.array(names, pa.string())}))
            connection.register("asked_number", pa.table({"number": pa.array(numbers, pa.string())}))
            for name in ("people", "firms", "debtors", "cases"):
                connection.from_parquet(str(truth / f"{name}.parquet")).create_view(name)
            cursor = connection.execute(sql("demo.replies", "parties"))
            while rows := cursor.fetchmany(2_000):
                for *fields, searched in rows:
                    self._add(_holder(fields), searched)
            self._unnumbered_debtors = dict(
                connection.execute("SELECT name, debtor_no FROM debtors WHERE id_number IS NULL").fetchall()
            )

    def _add(self, holder: Holder, searched: bool) -> None:
        if searched:
            self._by_name.setdefault(holder.name, []).append(holder)
        for number in holder.former_numbers:
            self._by_number.setdefault(number, holder)
        for number in filter(None, (holder.old_number, holder.id_number)):
            self._by_number[number] = holder


def _holder(fields: list[Any]) -> Holder:
    """`fields` in the order of parties.sql, which is the order of Holder."""
    values: Any = (tuple(value) if isinstance(value, list) else value for value in fields)
    return Holder(*values)
