"""One debtor, on the ground that the request states: the profile whole, or a part of it page by page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from exports import imprint, profile_json
from profiles import query
from profiles.order import clause
from web.api.answers import DebtorId, answered, row_of
from web.api.ground import Shown, ShownPage, about, asking, disclosed
from web.api.paging import Cut, Page, page_of
from web.api.problems import Route

router = APIRouter(prefix="/api/v1/debtors/{debtor_id}", route_class=Route)

TargetPage = page_of(row_of("target", "Target"))
AlertPage = page_of(row_of("alert", "Alert"))
LinkPage = page_of(row_of("link", "Link"))
#: The document of ``chakong export profile``: one shape for whoever reads profiles.
PROFILE: dict[str, Any] = {"$ref": "#/components/schemas/Profile"}


@router.get(
    "",
    summary="财产档案",
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": PROFILE}}}},
)
def get_profile(request: Request, debtor_id: DebtorId, asked: Annotated[Shown, Query()]) -> Response:
    """与 `chakong export profile --format json` 的文件同形。"""
    context, _ = asking(request)
    with context.publications.reading() as reader:
        ground = about(request, reader, debtor_id)
        told = query.profile(reader.con, debtor_id, reader.night)
        shown = disclosed(request, told, asked.numbers, ground)
        ground.note(request, "view")
        return answered(request, reader, profile_json.whole(shown, imprint.read(reader.con, context.settings)))


@router.get("/targets", response_model=TargetPage, summary="一名被执行人的建议措施")
def list_targets(request: Request, debtor_id: DebtorId, asked: Annotated[ShownPage, Query()]) -> Response:
    """写明案号的只列该案，写明事由的列各案；每案按宜先执行的顺序。"""
    return _part(request, debtor_id, "targets", TargetPage, asked)


@router.get("/alerts", response_model=AlertPage, summary="一名被执行人的预警")
def list_alerts(request: Request, debtor_id: DebtorId, asked: Annotated[ShownPage, Query()]) -> Response:
    """最紧急的在前。"""
    return _part(request, debtor_id, "alerts", AlertPage, asked)


@router.get("/links", response_model=LinkPage, summary="关联及其证据")
def list_links(request: Request, debtor_id: DebtorId, asked: Annotated[ShownPage, Query()]) -> Response:
    """为何认定某条记录属于该被执行人；认定时须写明所见的 basis_digest。"""
    return _part(request, debtor_id, "links", LinkPage, asked)


def _part(request: Request, debtor_id: str, part: str, kind: type[Page], asked: ShownPage) -> Response:
    context, _ = asking(request)
    view, order = query.PARTS[part]
    with context.publications.reading() as reader:
        ground = about(request, reader, debtor_id)
        case_no = ground.case_no if part == "targets" else None
        cut = Cut.at(context, reader, (part, debtor_id, case_no), asked)
        in_case = "AND case_no = $case_no" if case_no else ""
        rows = query.rows(
            reader.con,
            f'SELECT * FROM "{view}" WHERE debtor_id = $debtor {in_case}'
            f" ORDER BY {clause(order)} LIMIT $limit OFFSET $start",
            debtor_id,
            **cut.bounds,
            **({"case_no": case_no} if case_no else {}),
        )
        shown = disclosed(request, rows, asked.numbers, ground)
        ground.note(request, part)
        return answered(request, reader, cut.page(kind, shown))
