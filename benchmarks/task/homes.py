"""Addresses: homes share streets, villages and compounds, and no register writes them the same way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.glyphs import Texts, Whole, read_yaml

VILLAGE, ROAD, COMPOUND = 0, 1, 2


@dataclass(frozen=True)
class Homes:
    """One row per dwelling or premises."""

    style: Whole
    town: Whole
    place: Whole
    number: Whole
    unit: Whole
    room: Whole

    def __len__(self) -> int:
        return len(self.style)

    def neighbours(self, rng: np.random.Generator, at: Whole) -> Homes:
        """Other dwellings in the same village, street or compound."""
        size = len(at)
        return Homes(
            self.style[at],
            self.town[at],
            self.place[at],
            rng.integers(1, 200, size),
            rng.integers(1, 5, size),
            _rooms(rng, size),
        )


def make_homes(rng: np.random.Generator, count: int) -> Homes:
    """Half of them in villages, a third in compounds, the rest on roads."""
    style = np.searchsorted([0.48, 0.64], rng.random(count))
    return Homes(
        style,
        rng.integers(0, 10, count),
        rng.integers(0, 200, count),
        np.where(style == COMPOUND, rng.integers(1, 31, count), rng.integers(1, 400, count)),
        rng.integers(1, 5, count),
        _rooms(rng, count),
    )


def join_homes(parts: list[Homes]) -> Homes:
    """One below the other."""
    names = ("style", "town", "place", "number", "unit", "room")
    return Homes(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def write_addresses(rng: np.random.Generator, homes: Homes, at: Whole) -> Texts:
    """The address of each home as one register writes it: long or short head, numbers with words or with hyphens."""
    heads = np.array(["山东省枣庄市山亭区", "枣庄市山亭区", "山亭区", "山东枣庄山亭区", ""], dtype=object)
    text = heads[np.searchsorted([0.36, 0.54, 0.86, 0.91], rng.random(len(at)))]
    style = homes.style[at]
    for kind in (VILLAGE, ROAD, COMPOUND):
        rows = np.flatnonzero(style == kind)
        text[rows] = text[rows] + _local_part(rng, homes, at[rows], kind)
    return text


def _local_part(rng: np.random.Generator, homes: Homes, at: Whole, kind: int) -> Texts:
    places = read_yaml("places.yaml")
    place, number = homes.place[at], homes.number[at].astype(np.str_).astype(object)
    if kind == VILLAGE:
        villages = np.array(places["villages"].split(), dtype=object)
        towns = np.array(places["towns"].split(), dtype=object)
        ending = np.array(["号", "", "户"], dtype=object)[rng.integers(0, 3, len(at))]
        village: Texts = towns[homes.town[at]] + villages[place % len(villages)] + "村" + number + ending
        return village
    roads = np.array(places["roads"].split(), dtype=object)
    if kind == ROAD:
        road: Texts = roads[place % len(roads)] + number + "号"
        return road
    first = np.array(places["compound_first"].split(), dtype=object)
    second = np.array(places["compound_second"].split(), dtype=object)
    compound = first[place % len(first)] + second[place // len(first) % len(second)]
    unit, room = homes.unit[at].astype(np.str_).astype(object), homes.room[at].astype(np.str_).astype(object)
    worded = number + "号楼" + unit + "单元" + room + "室"
    short = number + "-" + unit + "-" + room
    with_road = rng.random(len(at)) < 0.3
    road_part = np.where(with_road, roads[homes.place[at] % len(roads)], "").astype(object)
    chosen: Texts = road_part + compound + np.where(rng.random(len(at)) < 0.6, worded, short)
    return chosen


def _rooms(rng: np.random.Generator, count: int) -> Whole:
    rooms: Whole = rng.integers(1, 25, count) * 100 + rng.integers(1, 5, count)
    return rooms
