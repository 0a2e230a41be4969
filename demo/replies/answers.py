"""What an agency answers to one question, and what is true about that answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from demo.replies.cells import Rows
from demo.replies.faults import Site
from demo.replies.parties import Hit, Holder
from demo.replies.questions import Question

#: Kinds of identity number whose check digits prove the reading.
STRONG = frozenset({"resident_id", "hmt_residence", "foreign_residence", "household_book", "uscc"})


@dataclass(slots=True)
class TrueAsset:
    """One asset that an answer tells of, as it really is.

    `identifier` has the form of the profile database. `value` is in fen, None where it is not told or not in yuan.
    `tier` is what a careful reader concludes: confirmed (valid strong number, compatible name), probable, possible, or
    None where a person has to decide.
    """

    kind: str
    identifier: str
    value: int | None
    currency: str
    type_text: str | None
    protection: str
    is_current: bool
    tier: str | None
    owner: Holder
    fault: str | None = None


@dataclass(slots=True)
class Liability:
    """Unpaid tax of one kind and period, in fen."""

    taxpayer_no: str
    tax_kind: str
    period_from: date
    amount: int
    late_fee: int | None
    fault: str | None = None


@dataclass(slots=True)
class Planted:
    """Where a fault stands: row `index` (from 0) of `table` in the answer, about `holder`."""

    site: Site
    table: str
    index: int
    holder: Holder


@dataclass(slots=True)
class Answer:
    """Rows and truth of one question. `result` is found | none | partial | error.

    `by_name` are things found under the bare name: nearly always a stranger's.
    """

    result: str
    rows: Rows
    assets: list[TrueAsset] = field(default_factory=list)
    by_name: list[TrueAsset] = field(default_factory=list)
    liabilities: list[Liability] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, whom it hits, and when it is answered."""

    question: Question
    #: whose number was asked; None when no number was, or nobody has it
    hit: Hit | None
    #: people of the name asked, where this question makes an agency look for the bare name; else empty
    namesakes: Sequence[Hit]
    business_date: date
    replied_at: datetime


class Agency(Protocol):
    """One addressee of the inquiry lists."""

    def answer(self, asked: Asked, sites: Sequence[Site] = ()) -> Answer:
        """The rows of one question and the truth behind them. Equal questions about one holder tell the same things.

        `sites` are faults to make room for: the answer then says in `planted` which rows will carry them.
        """
