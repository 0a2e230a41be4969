"""What officers type: of debtors drawn by lot the name, the number, a case, an account, and slips in them."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb

MANY = 400
_DRAWN = {
    "name": "SELECT name FROM debtor WHERE name IS NOT NULL",
    "part of a name": "SELECT left(name, 4) FROM debtor WHERE length(name) > 5",
    "number": "SELECT id_number FROM debtor WHERE id_number IS NOT NULL",
    "case": "SELECT case_no FROM debtor_case",
    "account": "SELECT split_part(identifier, ':', 2) FROM asset WHERE kind = 'deposit' AND tier = 'confirmed'",
}


def words(database: Path) -> dict[str, list[str]]:
    """Kind of search -> what is typed."""
    lot = random.Random(7)
    with duckdb.connect(str(database), read_only=True) as con:
        typed = {
            kind: [row[0] for row in con.execute(f"{query} USING SAMPLE {MANY} ROWS (reservoir, 7)").fetchall()]
            for kind, query in _DRAWN.items()
        }
    typed["mistyped name"] = [swapped(name, lot) for name in typed["name"]]
    typed["mistyped number"] = [swapped(number, lot) for number in typed["number"]]
    return typed


def swapped(text: str, lot: random.Random) -> str:
    """Two neighbours swapped, as fingers do."""
    place = lot.randrange(max(1, len(text) - 1))
    return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def debtors(database: Path) -> int:
    """How many are published."""
    with duckdb.connect(str(database), read_only=True) as con:
        return int(con.execute("SELECT count(*) FROM debtor").fetchall()[0][0])
