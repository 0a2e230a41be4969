"""Who owns a thing together with whom: sole owners, couples, sharers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.arrow import Column, Table, pa, pc
from demo.neighbourhood import Draw, Flags, Ints, Neighbourhood, blank, texts

_SHARES = (None, "1/2", "1/3", "2/3")


@dataclass(frozen=True)
class Owners:
    """One row per owner: `thing` (place among the things, rising), `seq` from 1, row of `parties`, manner and share."""

    thing: Ints
    seq: Ints
    party: Ints
    co_ownership: Column
    share: Column

    def of(self, things: Flags) -> Owners:
        """The owners of the things marked, which keep their places."""
        keep = things[self.thing]
        mask = pa.array(keep)
        share, manner = self.share.filter(mask), self.co_ownership.filter(mask)
        return Owners(self.thing[keep], self.seq[keep], self.party[keep], manner, share)


def draw_owners(place: Neighbourhood, draw: Draw, count: int, by_firm: Flags, firms: Ints) -> Owners:
    """Owners of `count` things: firms where `by_firm`, else 60 % one person, 36 % couples, 4 % two who share."""
    heads, spouses = place.couples
    manner = draw.weighted((60, 36 if len(heads) else 0, 4), count)
    manner = np.where(by_firm, 0, manner)
    couple = draw.whole(0, max(1, len(heads)), count)
    first = np.where(by_firm, place.firm_party(draw.among(firms, count)), draw.among(place.strangers, count))
    second = draw.among(place.strangers, count)
    if len(heads):
        first = np.where(manner == 1, heads[couple], first)
        second = np.where(manner == 1, spouses[couple], second)
    manner = np.where((manner == 2) & (first == second), 0, manner)
    split = np.where(manner == 2, np.where(draw.chance(count, 0.7), 1, 2), 0)
    owners = np.where(manner > 0, 2, 1)
    thing = np.repeat(np.arange(count, dtype=np.int64), owners)
    seq = np.arange(len(thing), dtype=np.int64) - np.repeat(np.cumsum(owners) - owners, owners) + 1
    party = np.where(seq == 1, first[thing], second[thing])
    share = np.where((split[thing] == 2) & (seq == 2), 3, split[thing])
    return Owners(thing, seq, party, texts(("sole", "joint", "by_shares"), manner[thing]), texts(_SHARES, share))


#: What the land and housing registers have codes for; permits of 港澳台 residents go under the code of travel permits.
_ID_TYPES = {
    "resident_id": "resident_id",
    "hmt_residence": "hm_travel",
    "hm_travel": "hm_travel",
    "tw_travel": "hm_travel",
    "passport": "passport",
    "household_book": "household_book",
    "military": "military",
    "org_code": "org_code",
    "reg_no": "reg_no",
    "uscc": "uscc",
    "foreign_residence": "other",
}
_KINDS = {"person": "person", "institution": "institution", "state_organ": "state_organ"}


def register_id_type(id_type: str) -> str:
    """The id type under which the land and housing registers keep such a document."""
    return _ID_TYPES.get(id_type, "other")


def holder_columns(parties: Table, owners: Owners, collectives: bool) -> dict[str, Column]:
    """Name, document and kind of each owner. Only the land register has a kind for village collectives."""
    chosen = parties.take(pa.array(owners.party))
    place = pc.index_in(chosen["id_type"], pa.array(list(_ID_TYPES)))
    person = pc.equal(chosen["kind"], "person")
    collective = pc.equal(chosen["kind"], "collective")
    institution = pc.equal(chosen["kind"], "institution")
    kind = pc.if_else(
        institution, "institution", pc.if_else(collective, "collective" if collectives else "other", "company")
    )
    return {
        "name": chosen["name"],
        "id_type": pa.array(list(_ID_TYPES.values())).take(place),
        "id_number": chosen["id_number"],
        "holder_kind": pc.if_else(person, "person", kind),
    }


def holder_kind(kind: str, collectives: bool) -> str:
    """One kind of party as the land (`collectives`) or housing register names it."""
    return "collective" if kind == "collective" and collectives else _KINDS.get(kind, "company")


def first_names(parties: Table, owners: Owners) -> Column:
    """Name of the first owner of every thing, in the order of the things."""
    return parties["name"].take(pa.array(owners.party[owners.seq == 1]))


def only_some(column: Column, draw: Draw, share: float) -> Column:
    """`column` with all but `share` of its values taken away: what a clerk fills in now and then."""
    return blank(column, ~draw.chance(len(column), share))
