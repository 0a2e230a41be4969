"""The FEBRL schema. FEBRL 4 itself is run by the benchmarks; here, people and damage of our own making."""

from __future__ import annotations

import random
import string
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matching
from core.errors import UsageError
from matching.febrl import COLUMNS

Person = dict[str, str | None]
SOUNDS = ["ba", "den", "fi", "gor", "ha", "jul", "ka", "lin", "mo", "nes", "per", "ro", "sha", "ton", "vi", "wes"]
PERSON: Person = {
    "given_name": "michaela",
    "surname": "neumann",
    "street_number": "8",
    "address_1": "stanley street",
    "address_2": "miami",
    "suburb": "winston hills",
    "postcode": "4223",
    "state": "nsw",
    "date_of_birth": "19151111",
    "soc_sec_id": "5304218",
}
WHOLE = {"given_name", "surname", "date_of_birth", "soc_sec_id"}


def table(people: list[Person], prefix: str) -> pa.Table:
    columns: dict[str, list[str | None]] = {name: [person.get(name) for person in people] for name in COLUMNS[1:]}
    ids: list[str | None] = [f"{prefix}{number}" for number in range(len(people))]
    columns["record_id"] = ids
    return pa.table({name: pa.array(texts, pa.string()) for name, texts in columns.items()})


def words(chance: random.Random, parts: int) -> str:
    return "".join(chance.choice(SOUNDS) for _ in range(parts))


def somebody(chance: random.Random, names: list[str], towns: list[str]) -> Person:
    return {
        "given_name": names[int(len(names) * chance.random() ** 2)],
        "surname": names[int(len(names) * chance.random() ** 2)],
        "street_number": str(chance.randint(1, 200)),
        "address_1": f"{words(chance, 2)} {chance.choice(['street', 'place', 'crescent'])}",
        "address_2": f"{words(chance, 3)} {chance.choice(['farm', 'park', 'court'])}"
        if chance.random() < 0.6
        else None,
        "suburb": chance.choice(towns),
        "postcode": str(chance.randint(2000, 7999)),
        "state": chance.choice(["nsw", "vic", "qld", "sa"]),
        "date_of_birth": f"{chance.randint(1900, 1999)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}",
        "soc_sec_id": str(chance.randint(1000000, 9999999)),
    }


def relative(chance: random.Random, person: Person, names: list[str], towns: list[str]) -> Person:
    """Somebody of the same household: surname and address are the same, the rest is not."""
    other = somebody(chance, names, towns)
    return person | {name: other[name] for name in ("given_name", "date_of_birth", "soc_sec_id")}


def edited(chance: random.Random, text: str) -> str:
    at, letter = chance.randrange(len(text)), chance.choice(string.digits if text.isdigit() else string.ascii_lowercase)
    slips = [text[:at] + letter + text[at + 1 :], text[:at] + letter + text[at:], text[:at] + text[at + 1 :]]
    return chance.choice([*slips, text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]])


def damaged(chance: random.Random, person: Person, other: Person) -> Person:
    """Up to six things go wrong: slips, values lost, values of somebody else, fields exchanged."""
    hurt = dict(person)
    for _ in range(chance.randint(0, 6)):
        field, kind = chance.choice(COLUMNS[1:]), chance.random()
        if kind < 0.6:
            hurt[field] = edited(chance, hurt[field] or "a") or None
        elif kind < 0.75:
            hurt[field] = None
        elif kind < 0.85:
            hurt[field] = other[field]
        elif kind < 0.95:
            hurt["given_name"], hurt["surname"] = hurt["surname"], hurt["given_name"]
        else:
            hurt["address_1"], hurt["address_2"] = hurt["address_2"], hurt["address_1"]
    return hurt


def test_finds_damaged_records_among_relatives_and_strangers() -> None:
    chance = random.Random(11)
    names, towns = [words(chance, 2) for _ in range(150)], [words(chance, 3) for _ in range(80)]
    people = [somebody(chance, names, towns) for _ in range(800)]
    records = [damaged(chance, person, chance.choice(people)) for person in people]
    households = [relative(chance, person, names, towns) for person in people[:400]]
    links = matching.link(table(people, ""), table([*records, *households], ""), "febrl").to_pylist()
    taken = {(row["left_id"], row["right_id"]) for row in links if row["probability"] >= 0.5}
    true = {(str(number), str(number)) for number in range(len(people))}
    assert 2 * len(taken & true) / (len(taken) + len(true)) >= 0.99
    confirmed = {(row["left_id"], row["right_id"]) for row in links if row["tier"] == "confirmed"}
    assert len(confirmed - true) <= 1
    assert len(confirmed) >= 0.97 * len(true)


def only_link(left: Person, right: Person) -> dict[str, Any]:
    strangers = [{**PERSON, **dict.fromkeys(PERSON, f"x{number}")} for number in range(200)]
    links = matching.link(table([left, *strangers], "l"), table([right], "r"), "febrl").to_pylist()
    assert len(links) == 1
    found: dict[str, Any] = links[0]
    return found


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({}, ("surname", "equal")),
        ({"surname": "NEU-MANN "}, ("surname", "equal")),
        ({"surname": "nuemann"}, ("surname", "near")),
        ({"suburb": "hills winston"}, ("suburb", "near")),
        ({"address_1": "stanlie strete"}, ("address_1", "similar")),
        ({"date_of_birth": "19151112"}, ("date_of_birth", "near")),
        ({"soc_sec_id": "5304281"}, ("soc_sec_id", "near")),
        ({"soc_sec_id": "1234567"}, ("soc_sec_id", "different")),
        ({"given_name": "neumann", "surname": "michaela"}, ("name_order", "crossed")),
        ({"given_name": "neumann", "surname": "michaele"}, ("given_name", "near")),
        ({"address_1": "miami", "address_2": "stanley street"}, ("address_order", "crossed")),
    ],
)
def test_levels(change: Person, level: tuple[str, str]) -> None:
    link = only_link(PERSON, PERSON | change)
    assert link["tier"] == "confirmed"
    assert level in {(entry["field"], entry["level"]) for entry in link["evidence"]}


def test_day_and_month_exchanged_is_a_slip() -> None:
    link = only_link({**PERSON, "date_of_birth": "19150312"}, {**PERSON, "date_of_birth": "19151203"})
    assert ("date_of_birth", "near") in {(entry["field"], entry["level"]) for entry in link["evidence"]}


def test_names_alone_are_never_more_than_possible() -> None:
    names: Person = {"given_name": "michaela", "surname": "neumann"}
    assert only_link(names, names)["tier"] == "possible"


texts = st.one_of(st.none(), st.sampled_from(["ann", "lee", "12", "19800203", "5304218"]), st.text(max_size=6))
people = st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS[1:], texts)), max_size=12)


@settings(max_examples=8, deadline=None)
@given(left=people, right=people, seed=st.randoms(use_true_random=False))
def test_any_text_links_alike_in_any_order(left: list[Person], right: list[Person], seed: random.Random) -> None:
    here, there = table(left, "l"), table(right, "r")
    links = matching.link(here, there, "febrl", threads=1)
    assert links.schema.equals(matching.LINKS)
    for row in links.to_pylist():
        score = sum(entry["weight"] for entry in row["evidence"])
        assert row["probability"] == pytest.approx(1 / (1 + 2.0**-score))
    orders = [pa.array(seed.sample(range(len(side)), len(side)), pa.int64()) for side in (left, right)]
    assert matching.link(here.take(orders[0]), there.take(orders[1]), "febrl", threads=2).equals(links)


def test_files_columns_not_delivered_and_the_report(tmp_path: Path) -> None:
    side = table([PERSON], "a").select(["record_id", *sorted(WHOLE)])
    pq.write_table(side, tmp_path / "side.parquet")
    links, report = matching.link_reported(tmp_path / "side.parquet", side, "febrl")
    delivered = {entry["field"]: entry["left"] for entry in links["evidence"].to_pylist()[0]}
    assert delivered["given_name"] == "michaela"
    assert (report.model, report.candidates, report.confirmed) == ("febrl", 1, 1)
    with pytest.raises(UsageError):
        matching.link(side.drop_columns("record_id"), side, "febrl")


def test_only_link_takes_the_model() -> None:
    with pytest.raises(UsageError):
        matching.load_model("febrl")
