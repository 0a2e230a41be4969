"""Register rows under way: their cells, and the kinds of trouble each has had so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.glyphs import Flags, Texts, Whole, read_yaml
from benchmarks.task.holdings import SOURCES, Holdings

KINDS = (
    "branch", "owner_in_shop", "two_owners", "changed_number", "weak_document", "shared_number", "former_name",
    "moved", "phone_changed", "household_phone", "birth_placeholder", "birth_error", "missing", "wrong_digit",
    "swapped_digits", "letter_o", "spreadsheet_000", "spreadsheet_exponent", "placeholder", "masked_digits",
    "spouse_number", "agent_number", "other_document", "cut_number", "org_code", "registration_number",
    "representative_number", "old_15_digits", "full_width_digits", "inner_spaces", "apostrophe", "lower_x",
    "wrong_type", "lost_character", "dot_form", "cut_name", "traditional", "homophone", "lookalike", "one_edit",
    "swapped_name", "masked_name", "marked_name", "region_prefix", "legal_form", "trade_form", "bank_use",
    "firm_mark", "owner_in_name", "width", "blanks", "bracket_width",
)  # fmt: skip
_BIT = {kind: np.uint64(1 << place) for place, kind in enumerate(KINDS)}
CELLS = ("name", "former_name", "id_type", "id_number", "birth_date", "sex", "address", "phone")


@dataclass
class Rows:
    """The cells of one chunk of a register, all text or None, with what has been done to each row."""

    held: Holdings
    name: Texts
    former_name: Texts
    id_type: Texts
    id_number: Texts
    birth_date: Texts
    sex: Texts
    address: Texts
    phone: Texts
    organization: Flags
    marks: NDArray[np.uint64] = field(init=False)
    untidiness: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.marks = np.zeros(len(self), dtype=np.uint64)
        by_source = read_yaml("rates.yaml")["untidiness"]
        self.untidiness = np.array([by_source[source] for source in SOURCES])[self.held.source]

    def __len__(self) -> int:
        return len(self.name)

    def mark(self, rows: Whole, kind: str) -> None:
        """Note what was done to the rows."""
        self.marks[rows] |= _BIT[kind]

    def unmark(self, rows: Whole, kind: str) -> None:
        """Take a mark back: what was done cannot be seen any more."""
        self.marks[rows] &= ~_BIT[kind]

    def has(self, *kinds: str) -> Flags:
        """Rows with any of the kinds."""
        bits = np.bitwise_or.reduce(np.array([_BIT[kind] for kind in kinds]))
        marked: Flags = (self.marks & bits) != 0
        return marked

    def table(self, ids: Texts) -> pa.Table:
        """The cells as the engine gets them."""
        party = np.where(self.organization, "organization", "person").astype(object)
        source = np.array(SOURCES, dtype=object)[self.held.source]
        columns = [ids, source, party] + [getattr(self, cell) for cell in CELLS]
        names = ["record_id", "source", "party_type", *CELLS]
        return pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)})


class Trouble:
    """A block of kinds of which a row gets at most one."""

    def __init__(self, rng: np.random.Generator, rows: Rows, block: str, among: Flags) -> None:
        self.rng, self.rows = rng, rows
        self.rates: dict[str, float] = read_yaml("rates.yaml")[block]
        self._open = among.copy()

    def strikes(self, kind: str, fits: Flags | None = None) -> Whole:
        """The rows that the kind befalls; they are marked, and out of reach of the other kinds of the block."""
        open_rows = self._open if fits is None else self._open & fits
        chance = self.rates[kind] * self.rows.untidiness
        rows = np.flatnonzero(open_rows & (self.rng.random(len(self.rows)) < chance))
        self._open[rows] = False
        self.rows.mark(rows, kind)
        return rows

    def spare(self, rows: Flags) -> None:
        """Keep rows out of this block."""
        self._open &= ~rows


def kind_lists(marks: NDArray[np.uint64]) -> pa.Array[Any]:
    """The marks as lists of words."""
    bits = np.array([_BIT[kind] for kind in KINDS])
    set_bits = (marks[:, None] & bits[None, :]) != 0
    offsets = np.concatenate([[0], np.cumsum(set_bits.sum(axis=1))]).astype(np.int32)
    words = np.array(KINDS, dtype=object)[np.nonzero(set_bits)[1]]
    flat = pa.array(words, pa.string())
    lists: pa.Array[Any] = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), flat)
    return lists
