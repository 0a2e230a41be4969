"""What hangs on a link: which assets it brings, and what a decision about it will change with the next night."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from core.duck import sql
from core.errors import NotFoundError
from core.ids import keyed_id
from profiles.query import Row, rows

_LINK = "SELECT * FROM link WHERE link_id = $link"
_DEBTOR = "SELECT * FROM debtor WHERE debtor_id = $debtor"


@dataclass(frozen=True)
class Effect:
    """What the next night will do: assets that will count, assets that will count no more, and the net value then.

    `net_value` leaves out what is not known (`unvalued` says of how many); accounts kept for living are not in it.
    """

    joins: list[Row]
    leaves: list[Row]
    net_value: Decimal
    coverage: float | None
    unvalued: int


@dataclass(frozen=True)
class Stakes:
    """A published link, its debtor, and the assets that rest on its record."""

    link: Row
    debtor: Row
    assets: list[Row]

    @property
    def current(self) -> list[Row]:
        return [row for row in self.assets if row["is_current"] and row["handling"] != "not_an_asset"]

    @property
    def brought(self) -> list[Row]:
        """Assets that would not count without this link."""
        return [row for row in self.current if not row["confirmed_by_others"]]

    @property
    def amount(self) -> Decimal | None:
        """What the assets that the link brings are worth together; null where one's value is unknown, or where the
        link has no asset yet and nobody knows what it will bring."""
        worth = [row["net_value"] if row["net_value"] is not None else row["gross_value"] for row in self.brought]
        if not self.current or None in worth:
            return None
        return sum(map(Decimal, worth), Decimal(0))

    def subject(self, id_key: str) -> dict[str, str]:
        """The link as the ledger names it: without the record's own key, which may be an account."""
        told = {name: self.link[name] for name in ("link_id", "debtor_id", "source", "table_name", "basis_digest")}
        key = keyed_id(id_key, "R", told["source"], told["table_name"], self.link["record_id"])
        return {**told, "record_key": key}

    def effect(self, answer: str) -> Effect:
        """What `answer` will change; what others decide meanwhile, and what is delivered, is left aside."""
        joins = [row for row in self.brought if row["tier"] != "confirmed"] if answer == "same" else []
        leaves = []
        if answer == "different":
            leaves = [row for row in self.current if not row["held_by_others"]]
        elif answer == "unsure":
            leaves = [row for row in self.brought if row["tier"] == "confirmed"]
        counted_out = [row for row in leaves if row["tier"] == "confirmed"]
        net = Decimal(self.debtor["net_value"] or 0) + _net(joins) - _net(counted_out)
        owed = Decimal(self.debtor["claim_balance"] or 0)
        return Effect(joins, leaves, net, float(net / owed) if owed > 0 else None, _unvalued([*joins, *counted_out]))


def of_link(con: duckdb.DuckDBPyConnection, link_id: str) -> Stakes:
    """What hangs on a published link. NotFoundError if there is none."""
    found = rows(con, _LINK, link=link_id)
    if not found:
        raise NotFoundError("档案库中没有这条关联", where=link_id, do="核对关联标识")
    link = found[0]
    debtor = rows(con, _DEBTOR, link["debtor_id"])[0]
    return Stakes(link, debtor, rows(con, sql("profiles", "stakes"), link=link_id))


def _net(assets: list[Row]) -> Decimal:
    known = [row["net_value"] for row in assets if row["net_value"] is not None and row["handling"] == "normal"]
    return sum(map(Decimal, known), Decimal(0))


def _unvalued(assets: list[Row]) -> int:
    return sum(row["net_value"] is None for row in assets)
