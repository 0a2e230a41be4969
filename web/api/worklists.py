"""What is to be done in the officer's own cases, over all their debtors. Of others' debtors there is no list."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from core.duck import sql
from profiles import query
from web.api.answers import answered
from web.api.debtors import AlertPage, TargetPage
from web.api.ground import ShownPage, asking, disclosed, own
from web.api.paging import Cut, Page
from web.api.problems import Route

router = APIRouter(prefix="/api/v1", route_class=Route)


class Severity(StrEnum):
    """How pressing an alert is."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"


class AlertsAsked(ShownPage):
    """Which alerts."""

    severity: Annotated[Severity | None, Field(description="只列一个级别")] = None


@router.get("/targets", response_model=TargetPage, summary="自己案件的建议措施")
def list_own_targets(request: Request, asked: Annotated[ShownPage, Query()]) -> Response:
    """写明案号的只列该案，须由所称人员承办；写明事由的列其承办的全部案件。"""
    return _list(request, "targets", TargetPage, asked)


@router.get("/alerts", response_model=AlertPage, summary="自己案件的预警")
def list_own_alerts(request: Request, asked: Annotated[AlertsAsked, Query()]) -> Response:
    """最紧急的在前；写明案号的只列该案的被执行人。"""
    return _list(request, "alerts", AlertPage, asked, severity=asked.severity)


def _list(request: Request, name: str, kind: type[Page], asked: ShownPage, **where: str | None) -> Response:
    context, caller = asking(request)
    with context.publications.reading() as reader:
        cases, ground = own(request, reader)
        cut = Cut.at(context, reader, (name, caller.officer, *cases, *where.values()), asked)
        rows = query.rows(reader.con, sql("web.api.sql", name), None, cases=cases, **where, **cut.bounds)
        shown = disclosed(request, rows, asked.numbers, ground)
        told = shown[: cut.limit]
        ground.note(request, name, str(len(told)), (row["debtor_id"] for row in told))
        return answered(request, reader, cut.page(kind, shown))
