"""Stories about equity, mining rights, projects and permits."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from demo.firms import FIRMS_PER_CHUNK
from demo.neighbourhood import LENDERS, OUR_COURT
from demo.registers.enterprises import Equity
from demo.registers.mining import right as mining_right
from demo.registers.projects import PERMIT_CAPACITY, PROJECT_CAPACITY
from demo.registers.projects import STORIES_FROM as PROJECTS_FROM
from demo.stories.estate import new_parcel, unit_no
from demo.stories.tale import Party, Row, Tale, merged, yuan

_HOLDER_IDS = ("resident_id", "passport", "hm_travel", "tw_travel", "uscc", "reg_no")
_MINING_CHUNKS = 40
#: Numbers of a neighbourhood's rights that stories may use: those that come out young and of the wanted kind.
_MINES = tuple(number for number in range(10, 90) if number % 5 != 2 and number % 4 != 3)
_EXPLORATIONS = tuple(number for number in range(10, 90) if number % 5 != 2 and number % 4 == 3)


def equity_of_debtors(tale: Tale, equity: Equity) -> None:
    """Truth about the equity that debtors hold as founders of their firms."""
    debtor_no = tale.place.parties["debtor_no"].to_numpy(zero_copy_only=False)[equity.holder]
    for place in np.flatnonzero(~np.isnan(debtor_no.astype(float))):
        firm = tale.place.firms.slice(int(equity.firm[place]), 1).to_pylist()[0]
        _equity_truth(
            tale,
            tale.party(int(equity.holder[place])),
            firm,
            int(equity.percent[place]),
            f"GQ{equity.serial[place]:012d}",
        )


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
    _equity_truth(tale, holder, firm, 10, row["equity_id"], capital)
    return firm, row


def _equity_truth(
    tale: Tale, holder: Party, firm: Row, percent: int, equity_id: str, capital: int | None = None
) -> None:
    registered = firm["capital_registered"] if capital is None else capital
    counted = firm["capital_paid"] or registered
    tale.owned(
        "enterprises", "equity", "equity", f"{firm['uscc']}:", equity_id, [(holder, "sole", 1.0)],
        gross_value=yuan(counted * percent * 100) if counted else None, is_current=firm["status"] not in ("cancelled", "moved_out"),
    )  # fmt: skip


def freeze(tale: Tale, holder: Party, firm: Row, equity: Row, *, waiting: bool = False, effective: bool = True) -> None:
    """Our freeze, first in rank or waiting behind another court; it counts from its publication."""
    case = tale.enforcing_case(holder.debtor_no or 0)
    if case is None:
        return
    if waiting:
        tale.write(
            "enterprises",
            "equity_freeze",
            _freeze_row(tale, holder, equity, tale.their_seizure(tale.ago(300), 1094), 1),
        )
    measure = tale.measure(
        case, holder.debtor_no or 0, "equity", firm["name"], kind="waiting" if waiting else "freeze", addressee="市场监督管理局",
        amount=yuan(int(equity["subscribed"] * 10_000)),
    )  # fmt: skip
    columns = tale.our_seizure(measure, "waiting_freeze" if waiting else "freeze", 1094, 2 if waiting else None)
    row = _freeze_row(tale, holder, equity, columns, 2 if waiting else 1)
    if not effective:
        row["published_at"] = None
    tale.write("enterprises", "equity_freeze", row)


def _freeze_row(tale: Tale, holder: Party, equity: Row, columns: Row, order: int) -> Row:
    kind = {"seizure": "freeze"}.get(columns["kind"], columns["kind"])
    return {
        "freeze_no": tale.number("GD", 12),
        "entity_id": equity["entity_id"],
        "holder_name": holder.name,
        "holder_id": holder.id_number,
        "kind": kind,
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
    tale.write(
        "enterprises", "equity_pledge",
        {
            "pledge_no": tale.number("370499A", 9), "entity_id": equity["entity_id"], "pledgor_name": holder.name,
            "pledgor_id": holder.id_number, "pledgee_name": LENDERS[0], "amount": equity["subscribed"], "registered_at": since,
            "status": "cancelled" if cancelled else "active", "cancelled_at": since + timedelta(days=400) if cancelled else None,
            "updated_at": tale.at(since),
        },
    )  # fmt: skip


def entity_procedure(tale: Tale, debtor_no: int, entity_id: str, kind: str, record: str | None, night: int) -> None:
    """A filing at the register: equity transfer or simple cancellation, open on the first night, stopped on `night`."""
    cancellation = kind == "cancellation"
    buyer = None if cancellation else tale.stranger().name
    row: Row = {
        "application_no": tale.number("SL2026", 9),
        "entity_id": entity_id,
        "kind": kind,
        "accepted_at": tale.at(tale.ago(2)),
        "stage": "first_check",
        "notice_from": tale.ago(2) if cancellation else None,
        "notice_to": tale.ago(2) + timedelta(days=19) if cancellation else None,
        "counterparty_name": buyer,
        "status": "open",
        "updated_at": tale.at(tale.ago(2)),
    }
    tale.write("enterprises", "applications", row)
    tale.procedure("enterprises", row["application_no"], debtor_no, record, kind=kind, status="open", stage="first_check",
                   can_be_stopped=True, from_night=0)  # fmt: skip
    case = tale.enforcing_case(debtor_no)
    if case is None or not tale.happens(night):
        return
    at = tale.at(tale.evening(night), 15)
    stopped = {"status": "stopped", "stop_document": tale.document(case), "stopped_at": at, "updated_at": at}
    tale.later(night, "enterprises", "applications", "U", merged(row, stopped))
    tale.procedure("enterprises", row["application_no"], debtor_no, record, kind=kind, status="stopped", stage="first_check",
                   can_be_stopped=False, from_night=night)  # fmt: skip


def own_mine(tale: Tale, owner: Party, *, exploration: bool, seized: bool) -> None:
    """A mining or exploration right, perhaps with fee due, mortgage and seizures."""
    numbers, place = (_EXPLORATIONS, tale.count("exploration")) if exploration else (_MINES, tale.count("mine"))
    if tale.place.number >= _MINING_CHUNKS or place > len(numbers):
        return  # mining rights are tens in a county
    firm = {"name": owner.name, "uscc": owner.id_number, "phone": owner.phone}
    row = mining_right(tale.place, numbers[place - 1], firm, "current")
    if not exploration:
        row |= {
            "fee_due": Decimal(120),
            "mortgagee": LENDERS[0],
            "mortgage_amount": Decimal(800),
            "mortgage_to": date(2028, 6, 30),
        }
    tale.write("mining", "rights", row)
    kind = "exploration_right" if exploration else "mining_right"
    permit = row["permit_no"]
    current = row["register_status"] == "current"
    tale.owned("mining", "rights", kind, permit, permit, [(owner, "sole", 1.0)], is_current=current)
    case = tale.enforcing_case(owner.debtor_no or 0)
    if not seized or case is None:
        return
    theirs = tale.their_seizure(tale.ago(290), 1094)
    measure = tale.measure(case, owner.debtor_no or 0, kind, permit, kind="waiting", addressee="自然资源和规划局")
    ours = tale.our_seizure(measure, "waiting", 1094, 1)
    for columns in (theirs, ours):
        wanted = ("kind", "authority", "document", "from_date", "to_date", "wait_order")
        tale.write("mining", "seizures", {"permit_no": permit} | {name: columns.get(name) for name in wanted})


def build(tale: Tale, owner: Party, night: int, *, started: bool) -> None:
    """A project with permits; when not yet started, its approval is in progress and stopped on `night`."""
    place = PROJECTS_FROM + tale.count("project")
    if place > PROJECT_CAPACITY - 2:
        return
    serial = tale.place.number * PROJECT_CAPACITY + place
    code = f"{tale.ago(200).year}-370499-47-03-{serial:06d}"
    name = f"示例产业园{serial}期"
    debtor_no = owner.debtor_no or 0
    id_type = "uscc" if owner.id_type == "uscc" else ("resident_id" if owner.id_type == "resident_id" else "other")
    project: Row = {
        "project_code": code, "project_name": name, "applicant_name": owner.name, "applicant_id_type": id_type,
        "applicant_id": owner.id_number, "kind": "filing", "investment": Decimal(serial % 900 + 200),
        "location": "测试区示例路南侧", "stage": "started" if started else "preparing", "valid_to": date(2028, 5, 1),
        "updated_at": tale.at(tale.ago(20)),
    }  # fmt: skip
    tale.write("development", "projects", project)
    tale.write("development", "documents", {
        "project_code": code, "document_kind": "filing", "document_no": f"测发改备〔2026〕S{serial}号", "document_on": tale.ago(190)})  # fmt: skip
    tale.owned("development", "projects", "project", f"project:{code}", code, [(owner, "sole", 1.0)])
    if started:
        permit(tale, owner, (code, name), "land")
        permit(tale, owner, (code, name), "works")
        return
    number = tale.number("FG2026", 8)
    row: Row = {
        "project_code": code, "application_no": number, "kind": "change", "accepted_at": tale.at(tale.ago(3)), "stage": "review",
        "due_on": tale.opening + timedelta(days=9), "status": "open",
    }  # fmt: skip
    tale.write("development", "applications", row)
    tale.procedure(
        "development",
        number,
        debtor_no,
        code,
        kind="change",
        status="open",
        stage="review",
        can_be_stopped=True,
        from_night=0,
    )
    _plan(tale, owner, (code, name), night)
    case = tale.enforcing_case(debtor_no)
    if case is not None and tale.happens(night):
        at = tale.at(tale.evening(night), 15)
        stopped = {"status": "stopped", "stop_document": tale.document(case), "stopped_at": at}
        tale.later(night, "development", "applications", "U", merged(row, stopped))
        tale.procedure(
            "development",
            number,
            debtor_no,
            code,
            kind="change",
            status="stopped",
            stage="review",
            can_be_stopped=False,
            from_night=night,
        )


def _plan(tale: Tale, owner: Party, project: tuple[str, str], night: int) -> None:
    """The planning permit of the same project is asked for, and granted on `night`."""
    code, name = project
    debtor_no = owner.debtor_no or 0
    number = tale.number("GHSL2026", 7)
    row: Row = {
        "application_no": number, "project_code": code, "project_name": name, "kind": "approval", "applicant_name": owner.name,
        "applicant_id": owner.id_number, "accepted_at": tale.at(tale.ago(5), 9, 30), "stage": "review", "status": "open",
    }  # fmt: skip
    tale.write("planning", "applications", row)
    tale.procedure(
        "planning",
        number,
        debtor_no,
        number,
        kind="approval",
        status="open",
        stage="review",
        can_be_stopped=True,
        from_night=0,
    )
    if tale.happens(night):
        done = {"stage": "registered", "status": "done", "registered_at": tale.at(tale.evening(night), 10)}
        tale.later(night, "planning", "applications", "U", merged(row, done))
        tale.procedure(
            "planning",
            number,
            debtor_no,
            number,
            kind="approval",
            status="done",
            stage="registered",
            can_be_stopped=False,
            from_night=night,
        )


def permit(tale: Tale, owner: Party, project: tuple[str, str] | None, kind: str, **facts: Any) -> None:
    """A planning permit: of a project, or for a village house (then the permit itself is the clue)."""
    place = PERMIT_CAPACITY // 2 + tale.count("permit")
    if place > PERMIT_CAPACITY - 2:
        return
    serial = tale.place.number * PERMIT_CAPACITY + place
    word = {"land": "地字", "works": "建字", "rural": "乡字"}[kind]
    issued = tale.ago(150)
    number = f"{word}第370499{issued.year}{serial:07d}号"
    code, name = project or (None, "示例村住宅")
    id_type = owner.id_type if owner.id_type in ("resident_id", "uscc", "org_code") else "other"
    row: Row = {
        "permit_id": f"GH{serial:08d}", "project_code": code, "project_name": name, "permit_kind": kind, "permit_no": number,
        "holder_name": owner.name, "holder_id_type": id_type, "holder_id": owner.id_number,
        "land_unit_no": unit_no(new_parcel(tale), "GB", 0, 0) if code else None, "location": "测试区示例路南侧",
        "area": Decimal(2_560_000 if code else 18_000).scaleb(-2), "drawings": ["TZ-001", "TZ-002"] if code else None,
        "issued_on": issued, "valid_to": issued + timedelta(days=365), "withdrawn": False, "updated_at": tale.at(issued, 16, 30),
    }  # fmt: skip
    tale.write("planning", "permits", row)
    identifier = f"project:{code}" if code else f"permit:{number}"
    tale.owned("planning", "permits", "project", identifier, row["permit_id"], [(owner, "sole", 1.0)], **facts)


def firm_id_of(tale: Tale, party: Party) -> int:
    """firm_id of a firm party."""
    return tale.place.number * FIRMS_PER_CHUNK + party.row - len(tale.place.people)
