"""What happens to numbers between the card and the register: errors, damage, other people's numbers, other forms."""

from __future__ import annotations

import numpy as np

from benchmarks import numbers
from benchmarks.glyphs import Flags, Texts, Whole, code_points, drop, lengths, points, put, replace, swap, texts_of
from benchmarks.task.facts import person_numbers, shop_numbers
from benchmarks.task.holdings import FIRM, PERSON
from benchmarks.task.rows import Rows, Trouble
from benchmarks.task.world import World

PLACEHOLDERS = (
    "000000000000000000", "111111111111111111", "无", "不详", "0", "123456789012345678", "999999999999999999",
    "000000000000000", "370499000000000000", "/", "-", "暂无", "888888888888888888", "********", "未提供",
)  # fmt: skip
_DIGITS = code_points("0123456789")


def trouble_numbers(rng: np.random.Generator, world: World, rows: Rows) -> None:
    """Errors first, then forms: a wrong number may be written in full width as well."""
    _shops(rng, rows)
    resident = (rows.held.party == PERSON) & (rows.id_type == "resident_id")
    _two_owners(rng, world, rows)
    resident &= ~rows.has("two_owners")
    block = Trouble(rng, rows, "person_number", resident)
    _typing(block)
    _spreadsheets(block)
    _gone(block)
    _others(world, block)
    firms = Trouble(rng, rows, "firm_number", rows.held.party == FIRM)
    _firm_forms(firms)
    _typing(firms)
    _spreadsheets(firms)
    _gone(firms)
    at = firms.strikes("representative_number")
    rows.id_number[at] = person_numbers(world, world.firms.owner[rows.held.owner[at]])
    rows.id_type[at] = "resident_id"
    _forms(Trouble(rng, rows, "number_form", rows.id_number != None))  # noqa: E711 - elementwise


def _shops(rng: np.random.Generator, rows: Rows) -> None:
    """A person's shop is registered under the person's number or under a code of its own."""
    rows.mark(np.flatnonzero(rows.held.in_shop), "owner_in_shop")
    coded = np.flatnonzero(rows.held.in_shop & (rng.random(len(rows)) < 0.4))
    rows.id_number[coded] = shop_numbers(rows.held.owner[coded])
    rows.id_type[coded] = "uscc"


def _two_owners(rng: np.random.Generator, world: World, rows: Rows) -> None:
    """One cell for two: both numbers, or only one of them."""
    at = np.flatnonzero(rows.held.co_owner >= 0)
    rows.mark(at, "two_owners")
    own, other = rows.id_number[at], person_numbers(world, rows.held.co_owner[at])
    mark = np.array(["、", ",", ";", "/", "，", " "], dtype=object)[rng.integers(0, 6, len(at))]
    way = np.searchsorted([0.35, 0.5, 0.8], rng.random(len(at)))
    rows.id_number[at] = np.choose(way, [own, other, own + mark + other, other + mark + own])


def _typing(block: Trouble) -> None:
    rows, rng = block.rows, block.rng
    at = block.strikes("wrong_digit")
    place, digits = _a_digit(rng, rows.id_number[at])
    other = (digits + rng.integers(1, 10, len(at)) - ord("0")) % 10 + ord("0")
    rows.id_number[at] = put(rows.id_number[at], place, other.astype(np.uint32))
    at = block.strikes("swapped_digits")
    grid = points(rows.id_number[at])
    dice = rng.random((len(at), max(grid.shape[1] - 1, 1)))
    dice[(grid[:, 1:] == grid[:, :-1]) | (grid[:, 1:] == 0)] = -1
    rows.id_number[at] = swap(rows.id_number[at], dice.argmax(axis=1))
    at = block.strikes("letter_o", _contains(rows.id_number, "0"))
    grid = points(rows.id_number[at])
    dice = np.where(grid == ord("0"), rng.random(grid.shape), -1)
    some = dice == dice.max(axis=1, keepdims=True) if len(at) else dice > 0
    letter = np.where(rng.random(len(at)) < 0.8, ord("O"), ord("o")).astype(np.uint32)
    grid = np.where(some | ((dice > 0) & (rng.random(len(at)) < 0.5)[:, None]), letter[:, None], grid)
    rows.id_number[at] = texts_of(grid.astype(np.uint32))


def _spreadsheets(block: Trouble) -> None:
    rows, rng = block.rows, block.rng
    numeric = (lengths(_known(rows.id_number)) == 18) & ~_contains(rows.id_number, "X")
    if "spreadsheet_000" in block.rates:
        at = block.strikes("spreadsheet_000", numeric)
        rows.id_number[at] = _head(rows.id_number[at], 15) + "000"
    all_digits = numeric & (_known(rows.id_number).astype("U18") < "A")
    at = block.strikes("spreadsheet_exponent", all_digits & (_known(rows.id_number).astype("U1") != "0"))
    long = rng.random(len(at)) < 0.6
    head = _head(rows.id_number[at], 15)
    first = _head(head, 1) + "."
    rows.id_number[at] = np.where(long, first + _tail(head, 1), first + _tail(_head(head, 6), 1)) + "E+17"


def _gone(block: Trouble) -> None:
    rows, rng = block.rows, block.rng
    at = block.strikes("missing")
    rows.id_number[at] = None
    rows.id_type[at[rng.random(len(at)) < 0.6]] = None
    at = block.strikes("placeholder")
    shares = 1 / (np.arange(len(PLACEHOLDERS)) + 1)
    chosen = rng.choice(len(PLACEHOLDERS), len(at), p=shares / shares.sum())
    rows.id_number[at] = np.array(PLACEHOLDERS, dtype=object)[chosen]
    at = block.strikes("masked_digits")
    grid = points(rows.id_number[at])
    start = np.array([6, 10, 14, 3])[rng.integers(0, 4, len(at))][:, None]
    width = np.array([8, 4, 4, 11])[rng.integers(0, 4, len(at))][:, None]
    place = np.arange(grid.shape[1])[None, :]
    covered = (place >= start) & (place < start + width) & (grid != 0)
    rows.id_number[at] = texts_of(np.where(covered, ord("*"), grid).astype(np.uint32))
    if "cut_number" in block.rates:
        at = block.strikes("cut_number")
        rows.id_number[at] = drop(rows.id_number[at], rng.integers(0, 18, len(at)))


def _others(world: World, block: Trouble) -> None:
    rows, rng = block.rows, block.rng
    spouse = np.where(rows.held.party == PERSON, world.people.spouse[_person_rows(rows)], -1)
    at = block.strikes("spouse_number", spouse >= 0)
    rows.id_number[at] = person_numbers(world, spouse[at])
    at = block.strikes("agent_number")
    rows.id_number[at] = person_numbers(world, rng.integers(0, len(world.people), len(at)))
    at = block.strikes("other_document")
    owner, way = rows.held.owner[at], rng.integers(0, 4, len(at))
    military = np.array(["济字第", "军字第", "政字第"], dtype=object)[owner % 3] + numbers.serials("", owner, 7) + "号"
    ways = [
        numbers.serials("E", owner, 8),
        military,
        numbers.serials("", owner + 17, 9),
        numbers.serials("G", owner, 8),
    ]
    rows.id_number[at] = np.choose(way, ways)
    rows.id_type[at] = np.array(["passport", "military", "household_book", "passport"], dtype=object)[way]


def _firm_forms(block: Trouble) -> None:
    rows, rng = block.rows, block.rng
    at = block.strikes("org_code")
    code = _tail(_head(rows.id_number[at], 17), 8)
    hyphen = _head(code, 8) + "-" + _tail(code, 8)
    rows.id_number[at] = np.where(rng.random(len(at)) < 0.5, hyphen, code)
    rows.id_type[at] = "org_code"
    at = block.strikes("registration_number")
    rows.id_number[at] = numbers.reg_nos(rows.held.owner[at])
    rows.id_type[at] = "reg_no"


def _forms(block: Trouble) -> None:
    rows, rng = block.rows, block.rng
    whole = (lengths(_known(rows.id_number)) == 18) & (rows.id_type == "resident_id")
    born_1900s = np.char.startswith(_tail(_known(rows.id_number), 6).astype("U2"), "19")
    untouched = ~rows.has("spreadsheet_000", "masked_digits", "placeholder", "spreadsheet_exponent", "letter_o")
    at = block.strikes("old_15_digits", whole & born_1900s & untouched)
    rows.id_number[at] = numbers.old_form(rows.id_number[at])
    at = block.strikes("full_width_digits")
    grid = points(rows.id_number[at])
    wide = np.where((grid > 0x20) & (grid < 0x7F), grid + 0xFEE0, grid)
    rows.id_number[at] = texts_of(wide.astype(np.uint32))
    at = block.strikes("inner_spaces", whole)
    number = rows.id_number[at]
    gap = np.array([" ", "\u3000", "  "], dtype=object)[rng.integers(0, 3, len(at))]
    rows.id_number[at] = _head(number, 6) + gap + _tail(_head(number, 14), 6) + gap + _tail(number, 14)
    at = block.strikes("apostrophe")
    rows.id_number[at] = "'" + rows.id_number[at]
    at = block.strikes("lower_x", whole & _contains(rows.id_number, "X"))
    rows.id_number[at] = replace(rows.id_number[at], "X", "x")
    at = block.strikes("wrong_type", whole)
    labels = np.array(["other", "passport", "household_book", "uscc", "military"], dtype=object)
    rows.id_type[at] = labels[rng.integers(0, 5, len(at))]


def _a_digit(rng: np.random.Generator, texts: Texts) -> tuple[Whole, Whole]:
    grid = points(texts)
    dice = np.where((grid >= _DIGITS[0]) & (grid <= _DIGITS[-1]), rng.random(grid.shape), -1)
    place = dice.argmax(axis=1)
    return place, grid[np.arange(len(grid)), place].astype(np.int64)


def _person_rows(rows: Rows) -> Whole:
    return np.where(rows.held.party == PERSON, rows.held.owner, 0)


def _known(texts: Texts) -> Texts:
    return np.where(texts == None, "", texts)  # noqa: E711 - elementwise


def _contains(texts: Texts, letter: str) -> Flags:
    found: Flags = (points(_known(texts)) == ord(letter)).any(axis=1)
    return found


def _head(texts: Texts, width: int) -> Texts:
    return texts.astype(f"U{width}").astype(object)


def _tail(texts: Texts, start: int) -> Texts:
    return texts_of(np.ascontiguousarray(points(texts, room=1)[:, start:]))
