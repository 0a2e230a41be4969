"""What happens to names between the deed and the register."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.glyphs import (
    Flags,
    Texts,
    Twins,
    Whole,
    code_points,
    common_letters,
    drop,
    homophones,
    insert,
    lengths,
    lookalikes,
    points,
    put,
    rare_characters,
    read_yaml,
    replace,
    swap,
    texts_of,
    traditional,
)
from benchmarks.pools import even
from benchmarks.task.facts import person_names
from benchmarks.task.holdings import FIRM, PERSON
from benchmarks.task.rows import Rows, Trouble
from benchmarks.task.world import World

_PRIVATE_USE = 0xE800
_LOST = ("?", "〓", "□", "*", "？")


def trouble_names(rng: np.random.Generator, world: World, rows: Rows) -> None:
    """Content first, then width, blanks and brackets."""
    alone = (rows.held.party == PERSON) & (rows.held.co_owner < 0) & ~rows.held.in_shop
    people = Trouble(rng, rows, "person_name", alone)
    dotted = alone & _has(rows.name, "·")
    _rare_characters(people)
    _dots(people, dotted)
    _cut(people, lengths(rows.name) > 6, 5)
    _mask(people, ~dotted)
    _mark(people, "marked_name", "marks")
    for kind, twins in (("traditional", traditional()), ("homophone", homophones()), ("lookalike", lookalikes())):
        _twin(people, kind, twins, first=0.25 if kind == "traditional" else 0.1)
    _one_edit(people)
    _swap(people, lengths(rows.name) > 2)
    _shop_names(rng, world, rows)
    _join_owners(rng, world, rows)
    firms = Trouble(rng, rows, "firm_name", rows.held.party == FIRM)
    _owner_in_name(world, firms)
    _firm_words(firms)
    _cut(firms, lengths(rows.name) > 14, 10)
    for kind, twins in (("traditional", traditional()), ("homophone", homophones()), ("lookalike", lookalikes())):
        _twin(firms, kind, twins, first=1.0)
    _one_edit(firms)
    _swap(firms, lengths(rows.name) > 6)
    _forms(rng, rows)


def _rare_characters(block: Trouble) -> None:
    """A character outside the common set comes as a sign, its pinyin, a private code point or a note in brackets."""
    rows, rng = block.rows, block.rng
    rare = np.isin(points(rows.name), code_points("".join(rare_characters())))
    at = block.strikes("lost_character", np.any(rare, axis=1))
    place = rare[at].argmax(axis=1)
    way = np.searchsorted([0.6, 0.72, 0.88], rng.random(len(at)))
    names = rows.name[at]
    signs = code_points("".join(_LOST))[rng.integers(0, len(_LOST), len(at))]
    letters = points(names)[np.arange(len(at)), place]
    private = (_PRIVATE_USE + letters % 97).astype(np.uint32)
    lost = put(names, place, np.where(way == 1, private, signs))
    known = rare_characters()
    order = np.sort(code_points("".join(known)))
    readings = np.array([known[chr(letter)] for letter in order], dtype=object)
    spelt = readings[np.searchsorted(order, letters)]
    noted = np.array(["(王旁)", "(三点水)", "(上龙下天)", "(火字旁)", "(左土右火)"], dtype=object)[
        rng.integers(0, 5, len(at))
    ]
    head, tail = _split(names, place)
    rows.name[at] = np.where(way == 2, head + spelt + tail, np.where(way == 3, head + noted + tail, lost))


def _dots(block: Trouble, dotted: Flags) -> None:
    at = block.strikes("dot_form", dotted)
    forms = np.array(["・", "･", "•", "‧", "．", ".", "-", " ", "", "●", "一"], dtype=object)
    grid = points(block.rows.name[at])
    head, tail = _split(block.rows.name[at], (grid == ord("·")).argmax(axis=1))
    block.rows.name[at] = head + forms[block.rng.integers(0, len(forms), len(at))] + tail


def _cut(block: Trouble, long: Flags, least: int) -> None:
    at = block.strikes("cut_name", long)
    grid = points(block.rows.name[at])
    kept = block.rng.integers(least, np.maximum(lengths(block.rows.name[at]), least + 1))
    grid[np.arange(grid.shape[1])[None, :] >= kept[:, None]] = 0
    block.rows.name[at] = texts_of(grid)


def _mask(block: Trouble, fits: Flags) -> None:
    rows, rng = block.rows, block.rng
    at = block.strikes("masked_name", fits)
    names, way = rows.name[at], rng.integers(0, 4, len(at))
    width = lengths(names)
    surname, _ = _split(names, np.where(width > 3, 2, 1))
    first_hidden = put(names, np.zeros(len(at), dtype=np.int64), np.full(len(at), ord("*"), dtype=np.uint32))
    middle_hidden = put(names, np.minimum(1, width - 1), np.full(len(at), ord("*"), dtype=np.uint32))
    rest_hidden = surname + np.where(width > 2, "**", "*")
    someone = surname + np.where((width > 2) & (rng.random(len(at)) < 0.5), "某某", "某")
    rows.name[at] = np.choose(way, [middle_hidden, first_hidden, rest_hidden, someone])


def _mark(block: Trouble, kind: str, words: str) -> None:
    at = block.strikes(kind)
    block.rows.name[at] = block.rows.name[at] + even(read_yaml("names.yaml")[words]).draw(block.rng, len(at))


def _twin(block: Trouble, kind: str, twins: Twins, first: float) -> None:
    """One character for another; the surname only in the share `first` of the cases."""
    rows, rng = block.rows, block.rng
    at = block.strikes(kind)
    changed_first, done_first = twins.replace_one(rows.name[at], rng)
    changed, done = twins.replace_one(rows.name[at], rng, skip=1)
    anywhere = (rng.random(len(at)) < first) | ~done
    rows.name[at] = np.where(anywhere, changed_first, changed)
    rows.unmark(at[~done & ~done_first], kind)


def _one_edit(block: Trouble) -> None:
    rows, rng = block.rows, block.rng
    at = block.strikes("one_edit")
    names, way = rows.name[at], rng.integers(0, 3, len(at))
    width = lengths(names)
    place = (rng.random(len(at)) * (width - 1)).astype(np.int64) + 1
    letters = common_letters(rng, len(at))
    short = width < 3
    left_out = drop(names, np.where(short, 0, place))
    rows.name[at] = np.choose(
        np.where(short & (way == 1), 0, way), [put(names, place, letters), left_out, insert(names, place, letters)]
    )


def _swap(block: Trouble, fits: Flags) -> None:
    at = block.strikes("swapped_name", fits)
    width = lengths(block.rows.name[at])
    place = 1 + (block.rng.random(len(at)) * (width - 2)).astype(np.int64)
    block.rows.name[at] = swap(block.rows.name[at], np.minimum(place, width - 2))


def _shop_names(rng: np.random.Generator, world: World, rows: Rows) -> None:
    at = np.flatnonzero(rows.held.in_shop)
    names, owner = read_yaml("names.yaml"), rows.held.owner[at]
    shops = np.array(names["shops"].split(), dtype=object)[owner % 16]
    brand = np.array(list(names["firm_first"]), dtype=object)[owner % 43]
    brand = "山亭区" + brand + np.array(list(names["firm_second"]), dtype=object)[owner // 43 % 39]
    rows.name[at] = brand + shops + "（" + person_names(world, owner) + "）"


def _join_owners(rng: np.random.Generator, world: World, rows: Rows) -> None:
    at = np.flatnonzero(rows.held.co_owner >= 0)
    mark = np.array(["、", ",", "，", "/", " ", ";", "和", "，"], dtype=object)[rng.integers(0, 8, len(at))]
    own, other = rows.name[at], person_names(world, rows.held.co_owner[at])
    rows.name[at] = np.where(rng.random(len(at)) < 0.7, own + mark + other, other + mark + own)


def _owner_in_name(world: World, block: Trouble) -> None:
    rows = block.rows
    firm = np.where(rows.held.party == FIRM, rows.held.owner, 0)
    at = block.strikes("owner_in_name", world.firms.form[firm] == "")
    rows.name[at] = rows.name[at] + "（" + person_names(world, world.firms.owner[rows.held.owner[at]]) + "）"


def _firm_words(block: Trouble) -> None:
    """Parts of the name that say little: where it is, what form it has, what the account is for."""
    rows, rng, names = block.rows, block.rng, read_yaml("names.yaml")
    at = block.strikes("region_prefix")
    bare = _without_prefix(rows.name[at], names["prefixes"].split())
    rows.name[at] = np.where(rng.random(len(at)) < 0.5, bare, even(names["prefixes"]).draw(rng, len(at)) + bare)
    at = block.strikes("legal_form", _has(rows.name, "限"))
    short_form = replace(rows.name[at], "有限责任公司", "有限公司")
    long_form = replace(short_form, "有限公司", "有限责任公司")
    other = np.where(short_form == rows.name[at], long_form, short_form)
    bare = replace(short_form, "有限公司", "公司")
    rows.name[at] = np.where(rng.random(len(at)) < 0.67, other, bare)
    at = block.strikes("trade_form", rows.name != None)  # noqa: E711 - elementwise
    fixed = rows.name[at]
    for trade, long in zip(names["trades"].split(), names["trades_long"].split(), strict=True):
        fixed = np.where(fixed == rows.name[at], replace(fixed, trade, long), fixed)
    rows.unmark(at[fixed == rows.name[at]], "trade_form")
    rows.name[at] = fixed
    _mark(block, "bank_use", "bank_uses")
    _mark(block, "firm_mark", "firm_marks")


def _forms(rng: np.random.Generator, rows: Rows) -> None:
    block = Trouble(rng, rows, "name_form", np.ones(len(rows), dtype=bool))
    at = block.strikes("bracket_width", _has(rows.name, "（"))
    rows.name[at] = replace(replace(rows.name[at], "（", "("), "）", ")")
    at = block.strikes("blanks")
    gap = np.array([" ", "\u3000", "  "], dtype=object)[rng.integers(0, 3, len(at))]
    head, tail = _split(rows.name[at], np.ones(len(at), dtype=np.int64), keep=True)
    at_end = rng.random(len(at)) < 0.3
    rows.name[at] = np.where(at_end, rows.name[at] + gap, head + gap + tail)
    at = block.strikes("width", (points(rows.name) == ord("(")).any(axis=1))
    grid = points(rows.name[at])
    rows.name[at] = texts_of(np.where((grid > 0x20) & (grid < 0x7F), grid + 0xFEE0, grid).astype(np.uint32))


def _without_prefix(names: Texts, prefixes: list[str]) -> Texts:
    pattern = "^(" + "|".join(sorted(prefixes, key=len, reverse=True)) + ")"
    bare = pc.replace_substring_regex(pa.array(names, pa.string()), pattern, "")
    return bare.to_numpy(zero_copy_only=False)


def _split(texts: Texts, at: Whole, keep: bool = False) -> tuple[Texts, Texts]:
    """The text before position `at` and the text behind it, the letter itself left out unless `keep`."""
    grid = points(texts, room=1)
    columns = np.arange(grid.shape[1])[None, :]
    head = texts_of(np.where(columns < at[:, None], grid, 0).astype(np.uint32))
    shifted = np.minimum(columns + at[:, None] + (0 if keep else 1), grid.shape[1] - 1)
    return head, texts_of(np.take_along_axis(grid, shifted, axis=1))


def _has(texts: Texts, letter: str) -> Flags:
    found: Flags = (points(texts) == ord(letter)).any(axis=1)
    return found
