"""Stories about equity: held, frozen, pledged, sold; and about firms that want to be struck off."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from demo.firms import FIRMS_PER_CHUNK
from demo.neighbourhood import LENDERS, OUR_COURT
from demo.registers.enterprises import Equity
from demo.stories.procedures import Procedure
from demo.stories.tale import Party, Row, Tale, yuan

_HOLDER_IDS = ("resident_id", "passport", "hm_travel", "tw_travel", "uscc", "reg_no")
_WAN = 10_000


def equity_of_debtors(tale: Tale, equity: Equity) -> None:
    """Truth about the equity that debtors hold as founders of their firms."""
    debtor_no = tale.place.parties["debtor_no"].to_numpy(zero_copy_only=False)[equity.holder]
    for place in np.flatnonzero(~np.isnan(debtor_no.astype(float))):
        firm = tale.place.firms.slice(int(equity.firm[place]), 1).to_pylist()[0]
        counted = (firm["capital_paid"] or firm["capital_registered"]) * int(equity.percent[place]) * _WAN // 100
        _claim(tale, tale.party(int(equity.holder[place])), firm, f"GQ{equity.serial[place]:012d}", counted)


def hold_equity(tale: Tale, holder: Party) -> tuple[Row, Row]:
    """A tenth of a stranger company; (firm, equity row)."""
    firms = tale.place.free_firms_of("company")
    firm = tale.place.firms.slice(int(firms[tale.count("equity/firm") * 7 % len(firms)]), 1).to_pylist()[0]
    capital, paid = firm["capital_registered"] or 100, firm["capital_paid"]
    row: Row = {
        "equity_id": tale.number("GQ", 12),
        "entity_id": f"ZT{firm['firm_id'] + 1:012d}",
        "company_uscc": firm["uscc"],
        "holder_name": holder.name,
        "holder_kind": "person" if holder.is_person else "company",
        "holder_id_type": holder.id_type if holder.id_type in _HOLDER_IDS else "other",
        "holder_id": holder.id_number,
        "subscribed": Decimal(capital) / 10,
        "paid": Decimal(paid) / 10,
        "ratio_percent": Decimal(10),
        "due_on": date(2036, 2, 28),
        "updated_at": tale.at(tale.ago(100)),
    }
    tale.write("enterprises", "equity", row)
    _claim(tale, holder, firm, row["equity_id"], (paid or capital) * _WAN // 10)
    return firm, row


def _claim(tale: Tale, holder: Party, firm: Row, equity_id: str, value: int) -> None:
    """The truth about one entry: paid capital where there is any, else subscribed; nothing known is null."""
    tale.owned(
        "enterprises",
        ("equity", equity_id),
        ("equity", f"{firm['uscc']}:"),
        (holder, "sole", 1.0),
        gross_value=yuan(value) if value else None,
        is_current=firm["status"] != "cancelled",
    )


def freeze(tale: Tale, holder: Party, firm: Row, equity: Row, *, waiting: bool = False, published: bool = True) -> None:
    """Our freeze, first in rank or waiting behind another court; it counts from its publication."""
    case = tale.enforcing_case(holder.debtor_no or 0)
    if case is None:
        return
    if waiting:
        first = _freeze_row(tale, holder, equity, tale.their_seizure(tale.ago(300), 1094), 1)
        tale.write("enterprises", "equity_freeze", first)
    order = 2 if waiting else 1
    facts = {"kind": "waiting" if waiting else "freeze", "addressee": "市场监督管理局"}
    amount = yuan(int(equity["subscribed"] * _WAN))
    measure = tale.measure(case, holder.debtor_no or 0, "equity", firm["name"], amount=amount, **facts)
    columns = tale.our_seizure(measure, "waiting_freeze" if waiting else "freeze", 1094, 2 if waiting else None)
    row = _freeze_row(tale, holder, equity, columns, order)
    if not published:
        row["published_at"] = None
    tale.write("enterprises", "equity_freeze", row)


def _freeze_row(tale: Tale, holder: Party, equity: Row, columns: Row, order: int) -> Row:
    return {
        "freeze_no": tale.number("GD", 12),
        "entity_id": equity["entity_id"],
        "holder_name": holder.name,
        "holder_id": holder.id_number,
        "kind": "freeze" if columns["kind"] == "seizure" else columns["kind"],
        "court": columns.get("authority", OUR_COURT),
        "ruling_no": columns["document"],
        "case_no": columns["case_no"],
        "amount": equity["subscribed"],
        "from_date": columns["from_date"],
        "to_date": columns["to_date"],
        "wait_order": order,
        "published_at": columns["registered_at"],
        "updated_at": columns["registered_at"],
    }


def pledge(tale: Tale, holder: Party, equity: Row, *, cancelled: bool = False) -> None:
    """The equity secures a loan, or did."""
    since = tale.ago(700)
    row: Row = {
        "pledge_no": tale.number("370499A", 9),
        "entity_id": equity["entity_id"],
        "pledgor_name": holder.name,
        "pledgor_id": holder.id_number,
        "pledgee_name": LENDERS[0],
        "amount": equity["subscribed"],
        "registered_at": since,
        "status": "cancelled" if cancelled else "active",
        "cancelled_at": since + timedelta(days=400) if cancelled else None,
        "updated_at": tale.at(since),
    }
    tale.write("enterprises", "equity_pledge", row)


def entity_procedure(tale: Tale, debtor_no: int, entity_id: str, night: int, *, equity: str | None) -> None:
    """A filing at the register, stopped on `night`: transfer of an equity entry, or simple cancellation without one."""
    row: Row = {
        "application_no": tale.number("SL2026", 9),
        "entity_id": entity_id,
        "kind": "cancellation",
        "accepted_at": tale.at(tale.ago(2)),
        "stage": "first_check",
        "status": "open",
        "updated_at": tale.at(tale.ago(2)),
    }
    if equity is None:
        row |= {"notice_from": tale.ago(2), "notice_to": tale.ago(2) + timedelta(days=19)}
    else:
        row |= {"kind": "transfer", "counterparty_name": tale.stranger().name}
    Procedure(tale, "enterprises", row, debtor_no=debtor_no, record_id=equity).stop(night)


def firm_id_of(tale: Tale, party: Party) -> int:
    """firm_id of a firm party."""
    return tale.place.number * FIRMS_PER_CHUNK + party.row - len(tale.place.people)
