"""Stories about mining rights, projects and permits."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from demo.neighbourhood import LENDERS
from demo.registers.mining import right as mining_right
from demo.registers.projects import PERMIT_CAPACITY, PROJECT_CAPACITY
from demo.registers.projects import STORIES_FROM as PROJECTS_FROM
from demo.stories.estate import new_parcel, unit_no
from demo.stories.procedures import Procedure
from demo.stories.tale import Party, Row, Tale

_MINING_CHUNKS = 5
#: Numbers of a neighbourhood's rights that stories may use: those that come out young and of the wanted kind.
_MINES = tuple(number for number in range(10, 90) if number % 5 != 2 and number % 4 != 3)
_EXPLORATIONS = tuple(number for number in range(10, 90) if number % 5 != 2 and number % 4 == 3)
_PERMIT_WORD = {"land": "地字", "works": "建字", "rural": "乡字"}


def own_mine(tale: Tale, owner: Party, *, exploration: bool, seized: bool) -> None:
    """A mining or exploration right, perhaps with fee due, mortgage and seizures."""
    numbers, place = (_EXPLORATIONS, tale.count("exploration")) if exploration else (_MINES, tale.count("mine"))
    if tale.place.number >= _MINING_CHUNKS or place > len(numbers):
        return  # mining rights are tens in a county
    firm = {"name": owner.name, "uscc": owner.id_number, "phone": owner.phone}
    row = mining_right(tale.place, numbers[place - 1], firm, "current")
    if not exploration:
        row |= {"fee_due": Decimal(120), "mortgagee": LENDERS[0]}
        row |= {"mortgage_amount": Decimal(800), "mortgage_to": date(2028, 6, 30)}
    tale.write("mining", "rights", row)
    kind = "exploration_right" if exploration else "mining_right"
    permit_no = row["permit_no"]
    tale.owned("mining", ("rights", permit_no), (kind, permit_no), (owner, "sole", 1.0))
    case = tale.enforcing_case(owner.debtor_no or 0)
    if not seized or case is None:
        return
    theirs = tale.their_seizure(tale.ago(290), 1094)
    measure = tale.measure(case, owner.debtor_no or 0, kind, permit_no, kind="waiting", addressee="自然资源和规划局")
    ours = tale.our_seizure(measure, "waiting", 1094, 1)
    for columns in (theirs, ours):
        wanted = ("kind", "authority", "document", "from_date", "to_date", "wait_order")
        tale.write("mining", "seizures", {"permit_no": permit_no} | {name: columns.get(name) for name in wanted})


def build(tale: Tale, owner: Party, night: int, *, started: bool) -> None:
    """A project with permits; when not yet started, its approval is in progress and stopped on `night`."""
    place = PROJECTS_FROM + tale.count("project")
    if place > PROJECT_CAPACITY - 2:
        return
    serial = tale.place.number * PROJECT_CAPACITY + place
    code = f"{tale.ago(200).year}-370499-47-03-{serial:06d}"
    name = f"示例产业园{serial}期"
    project: Row = {
        "project_code": code,
        "project_name": name,
        "applicant_name": owner.name,
        "applicant_id_type": owner.id_type if owner.id_type in ("uscc", "resident_id") else "other",
        "applicant_id": owner.id_number,
        "kind": "filing",
        "investment": Decimal(serial % 900 + 200),
        "location": "测试区示例路南侧",
        "stage": "started" if started else "preparing",
        "valid_to": date(2028, 5, 1),
        "updated_at": tale.at(tale.ago(20)),
    }
    document: Row = {
        "project_code": code,
        "document_kind": "filing",
        "document_no": f"测发改备〔2026〕S{serial}号",
        "document_on": tale.ago(190),
    }
    tale.write("development", "projects", project)
    tale.write("development", "documents", document)
    tale.owned("development", ("projects", code), ("project", f"project:{code}"), (owner, "sole", 1.0))
    if started:
        permit(tale, owner, (code, name), "land")
        permit(tale, owner, (code, name), "works")
    else:
        _approvals(tale, owner, (code, name), night)


def _approvals(tale: Tale, owner: Party, project: tuple[str, str], night: int) -> None:
    """A change of the project, which our court stops, and the planning permit, which is granted, both on `night`."""
    code, name = project
    change: Row = {
        "project_code": code,
        "application_no": tale.number("FG2026", 8),
        "kind": "change",
        "accepted_at": tale.at(tale.ago(3)),
        "stage": "review",
        "due_on": tale.opening + timedelta(days=9),
        "status": "open",
    }
    plan: Row = {
        "application_no": tale.number("GHSL2026", 7),
        "project_code": code,
        "project_name": name,
        "kind": "approval",
        "applicant_name": owner.name,
        "applicant_id": owner.id_number,
        "accepted_at": tale.at(tale.ago(5), 9, 30),
        "stage": "review",
        "status": "open",
    }
    debtor_no, plan_no = owner.debtor_no or 0, plan["application_no"]
    Procedure(tale, "development", change, debtor_no=debtor_no, record_id=code).stop(night)
    Procedure(tale, "planning", plan, debtor_no=debtor_no, record_id=plan_no).register(night, "registered")


def permit(tale: Tale, owner: Party, project: tuple[str, str] | None, kind: str) -> None:
    """A planning permit: of a project, or for a village house (then the permit itself is the clue)."""
    place = PERMIT_CAPACITY // 2 + tale.count("permit")
    if place > PERMIT_CAPACITY - 2:
        return
    serial = tale.place.number * PERMIT_CAPACITY + place
    issued = tale.ago(150)
    number = f"{_PERMIT_WORD[kind]}第370499{issued.year}{serial:07d}号"
    code, name = project or (None, "示例村住宅")
    row: Row = {
        "permit_id": f"GH{serial:08d}",
        "project_code": code,
        "project_name": name,
        "permit_kind": kind,
        "permit_no": number,
        "holder_name": owner.name,
        "holder_id_type": owner.id_type if owner.id_type in ("resident_id", "uscc", "org_code") else "other",
        "holder_id": owner.id_number,
        "land_unit_no": unit_no(new_parcel(tale), "GB", 0, 0) if code else None,
        "location": "测试区示例路南侧",
        "area": Decimal(2_560_000 if code else 18_000).scaleb(-2),
        "drawings": ["TZ-001", "TZ-002"] if code else None,
        "issued_on": issued,
        "valid_to": issued + timedelta(days=365),
        "withdrawn": False,
        "updated_at": tale.at(issued, 16, 30),
    }
    tale.write("planning", "permits", row)
    identifier = f"project:{code}" if code else f"permit:{number}"
    tale.owned("planning", ("permits", row["permit_id"]), ("project", identifier), (owner, "sole", 1.0))
