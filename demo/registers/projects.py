"""Investment projects and planning permits of strangers: two registers that tell of the same building sites."""

from __future__ import annotations

import numpy as np

from data_contracts import load
from demo import numbers
from demo.arrow import Column, Table, pa, pc
from demo.neighbourhood import Draw, Ints, Neighbourhood, amounts, blank, clock, days, joined, office_seconds, texts
from demo.people import ESTATES, TOWNS, VILLAGES
from demo.population import STREAM_REGISTERS
from demo.registers import parcels
from demo.writing.text import typed_table

PROJECTS_PER_DEBTOR, PERMITS_PER_DEBTOR = 0.3, 0.45
PROJECT_CAPACITY, PERMIT_CAPACITY = 200, 500
STORIES_FROM = 100  # of projects; permits of stories begin at 250
_PHASES = ("一期", "二期", "三期", "扩建工程", "改造工程")
_PERMIT_WORD = {"site": "选字", "land": "地字", "works": "建字", "rural": "乡字", "verification": "核字"}
_HOLDER_IDS = ("resident_id", "uscc", "org_code")


def strangers(place: Neighbourhood) -> tuple[dict[str, Table], dict[str, Table]]:
    """Typed tables of the development and of the planning register for everybody but debtors."""
    draw = place.draw(STREAM_REGISTERS, 5)
    count = max(1, int(PROJECTS_PER_DEBTOR * place.size))
    firm = draw.among(place.free_firms_of("company", "collective", "cooperative"), count)
    serial = place.number * PROJECT_CAPACITY + 1 + np.arange(count, dtype=np.int64)
    filed = place.today - draw.whole(30, 2500, count)
    code = project_codes(filed, serial)
    name = joined(
        texts(ESTATES, serial % len(ESTATES)), texts(_PHASES, serial // 7 % len(_PHASES)), pa.repeat("项目", count)
    )
    owner = place.parties.take(pa.array(place.firm_party(firm)))
    projects = {
        "projects": typed_table(
            load("development").table("projects"),
            {
                "project_code": code,
                "project_name": name,
                "applicant_name": owner["name"],
                "applicant_id_type": "uscc",
                "applicant_id": owner["id_number"],
                "kind": draw.words(("filing", "verification", "approval"), count, (70, 15, 15)),
                "investment": amounts(draw.whole(100, 40_000, count) * 10_000 + 5_000, 4),
                "location": joined("测试区", draw.words(TOWNS, count), "示例路南侧"),
                "stage": draw.words(("preparing", "started", "finished", "stopped"), count),
                "valid_to": days(filed + 730, draw.chance(count, 0.3)),
                "updated_at": clock(np.minimum(filed + 20, place.today - 1), office_seconds(draw, count)),
            },
            count,
        ),
        "documents": _documents(draw, code, serial, filed),
        "applications": _applications(place, draw, code, serial),
    }
    return projects, _planning(place, draw, (code, name, firm))


def project_codes(filed: Ints, serial: Ints) -> Column:
    """Year, 370499, industry, type, serial number."""
    year = pc.year(days(filed)).cast(pa.string())
    return joined(year, "-370499-47-03-", numbers.digits_text(serial, 6))


def _documents(draw: Draw, code: Column, serial: Ints, filed: Ints) -> Table:
    times = draw.weighted((10, 45, 45), len(serial))
    at = np.repeat(np.arange(len(serial), dtype=np.int64), times)
    seq = np.arange(len(at), dtype=np.int64) - np.repeat(np.cumsum(times) - times, times)
    year = pc.year(days(filed[at])).cast(pa.string())
    return typed_table(
        load("development").table("documents"),
        {
            "project_code": code.take(pa.array(at)),
            "document_kind": pc.if_else(pa.array(seq == 0), "filing", "other"),
            "document_no": joined("测发改备〔", year, "〕", pa.array(serial[at] * 4 + seq).cast(pa.string()), "号"),
            "document_on": days(filed[at] + seq * 40),
        },
        len(at),
    )


def _applications(place: Neighbourhood, draw: Draw, code: Column, serial: Ints) -> Table:
    rows = np.flatnonzero(draw.chance(len(serial), 0.1))
    count = len(rows)
    done = draw.chance(count, 0.5)
    at = place.today - draw.whole(1, 150, count)
    morning = office_seconds(draw, count)
    return typed_table(
        load("development").table("applications"),
        {
            "project_code": code.take(pa.array(rows)),
            "application_no": numbers.numbered("FG2026", serial[rows], 8),
            "kind": "change",
            "accepted_at": clock(at, morning),
            "stage": pc.if_else(
                pa.array(done), "certificate", draw.words(("accepted", "first_check", "review"), count)
            ),
            "registered_at": clock(at + 5, morning, ~done),
            "due_on": days(at + 15),
            "status": pc.if_else(pa.array(done), "done", "open"),
        },
        count,
    )


def _planning(place: Neighbourhood, draw: Draw, projects: tuple[Column, Column, Ints]) -> dict[str, Table]:
    """Two permits for most projects, and village houses of families."""
    code, name, firm = projects
    count = max(2, int(PERMITS_PER_DEBTOR * place.size))
    of_project = np.arange(count) < count * 3 // 5
    project = np.arange(count, dtype=np.int64) % len(firm)
    person = draw.among(place.strangers, count)
    holder = place.parties.take(pa.array(np.where(of_project, place.firm_party(firm)[project], person)))
    kind = np.where(of_project, draw.weighted((10, 35, 45, 0, 10), count), 3)
    issued = place.today - draw.whole(20, 2000, count)
    serial = place.number * PERMIT_CAPACITY + 1 + np.arange(count, dtype=np.int64)
    parcel = parcels.parcel_number(place.number, parcels.BARE_FROM + np.arange(count, dtype=np.int64))
    zero = np.zeros(count, dtype=np.int64)
    drawings = pa.ListArray.from_arrays(
        np.arange(count + 1, dtype=np.int32) * 2,
        joined("TZ-", numbers.digits_text(np.arange(2 * count, dtype=np.int64), 3)),
    )
    known = pc.is_in(holder["id_type"], pa.array(_HOLDER_IDS))
    village = joined(draw.words(TOWNS, count), draw.words(VILLAGES, count), pa.repeat("村住宅", count))
    permits = typed_table(
        load("planning").table("permits"),
        {
            "permit_id": numbers.numbered("GH", serial, 8),
            "project_code": blank(code.take(pa.array(project)), ~of_project),
            "project_name": pc.if_else(pa.array(of_project), name.take(pa.array(project)), village),
            "permit_kind": texts(tuple(_PERMIT_WORD), kind),
            "permit_no": permit_numbers(kind, issued, serial),
            "holder_name": holder["name"],
            "holder_id_type": pc.if_else(known, holder["id_type"], "other"),
            "holder_id": holder["id_number"],
            "land_unit_no": blank(
                parcels.unit_numbers(parcel, zero + 1, zero, zero), ~of_project | draw.chance(count, 0.2)
            ),
            "location": joined("测试区", draw.words(TOWNS, count), draw.words(VILLAGES, count), "村"),
            "area": amounts(
                np.where(of_project, draw.whole(200_000, 9_000_000, count), draw.whole(9_000, 30_000, count)), 2
            ),
            "drawings": pc.if_else(pa.array(of_project), drawings, pa.scalar(None, drawings.type)),
            "issued_on": days(issued),
            "valid_to": days(issued + 365, ~of_project),
            "withdrawn": pa.array(draw.chance(count, 0.01)),
            "updated_at": clock(issued, office_seconds(draw, count) // 60 * 60),
        },
        count,
    )
    return {"permits": permits, "applications": _planning_applications(place, draw, projects)}


def permit_numbers(kind: Ints, issued: Ints, serial: Ints) -> Column:
    """Kind, 370499, year, serial number."""
    year = pc.year(days(issued)).cast(pa.string())
    return joined(texts(tuple(_PERMIT_WORD.values()), kind), "第370499", year, numbers.digits_text(serial, 7), "号")


def _planning_applications(place: Neighbourhood, draw: Draw, projects: tuple[Column, Column, Ints]) -> Table:
    code, name, firm = projects
    rows = np.flatnonzero(draw.chance(len(firm), 0.1))
    count = len(rows)
    owner = place.parties.take(pa.array(place.firm_party(firm[rows])))
    done = draw.chance(count, 0.5)
    at = place.today - draw.whole(1, 150, count)
    morning = office_seconds(draw, count) // 60 * 60
    return typed_table(
        load("planning").table("applications"),
        {
            "application_no": numbers.numbered("GHSL2026", place.number * PROJECT_CAPACITY + rows + 1, 7),
            "project_code": code.take(pa.array(rows)),
            "project_name": name.take(pa.array(rows)),
            "kind": draw.words(("approval", "change"), count),
            "applicant_name": owner["name"],
            "applicant_id": owner["id_number"],
            "accepted_at": clock(at, morning),
            "stage": pc.if_else(
                pa.array(done), "certificate", draw.words(("accepted", "first_check", "review"), count)
            ),
            "registered_at": clock(at + 7, morning, ~done),
            "status": pc.if_else(pa.array(done), "done", "open"),
        },
        count,
    )
