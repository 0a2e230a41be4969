"""What a debtor's profile rests on: the delivered records, and each of them as it was delivered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from core.errors import NotFoundError
from web import delivered
from web.api.answers import DebtorId, answered
from web.api.ground import Numbers, Shown, about, asking, disclosed
from web.api.paging import Asked, Cut, page_of, publication
from web.api.problems import Route

router = APIRouter(prefix="/api/v1/debtors/{debtor_id}/records", route_class=Route)
_LARGEST_ROW = 2**63 - 1


class Record(BaseModel):
    """档案所依据的一条交付记录"""

    source: str = Field(description="来源")
    business_date: str = Field(description="交付的业务日期")
    file: str | None = Field(description="文件")
    file_sha256: str = Field(description="文件校验值")
    table_name: str = Field(description="数据表")
    row_no: int = Field(description="行号")
    what: str = Field(description="档案的哪些内容依据它")


class Value(BaseModel):
    """记录的一个字段"""

    name: str = Field(description="字段名")
    label: str = Field(description="交付时的名称")
    title: str = Field(description="中文名称")
    value: str | None = Field(description="按接收后的值；未交付为空")


class Delivered(Record):
    """一条交付记录，按接收后的值；已按保存期限清除的没有 values"""

    publication: str = Field(description="所依据的档案库：发布它的运行编号")
    values: list[Value] = Field(description="各字段")
    original: delivered.Original = Field(
        description="存档原件：intact 校验值一致，altered 不一致，missing 不在存档中，not_checked 文件较大未核对"
    )
    delivery_id: str | None = Field(description="到件编号")
    data_as_of: str | None = Field(description="数据时点")
    extracted_at: str | None = Field(description="抽取时间")
    contract_version: str | None = Field(description="数据契约版本")


RecordPage = page_of(Record)


@router.get("", response_model=RecordPage, summary="档案所依据的交付记录")
def list_records(request: Request, debtor_id: DebtorId, asked: Annotated[Asked, Query()]) -> Response:
    """按来源、数据表、业务日期。"""
    context, _ = asking(request)
    with context.publications.reading() as reader:
        ground = about(request, reader, debtor_id)
        cut = Cut.at(context, reader, ("records", debtor_id), asked)
        rows = disclosed(request, cut.cut(delivered.records(reader, debtor_id)), Numbers.MASKED, ground)
        ground.note(request, "records")
        return answered(request, reader, cut.page(RecordPage, rows))


@router.get("/{sha256}/{table}/{row_no}", response_model=Delivered, summary="一条交付记录")
def get_record(
    request: Request,
    *,
    debtor_id: DebtorId,
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="文件校验值")],
    table: Annotated[str, Path(pattern="^[a-z_]{1,64}$", description="数据表")],
    row_no: Annotated[int, Path(ge=0, le=_LARGEST_ROW, description="行号")],
    asked: Annotated[Shown, Query()],
) -> Response:
    """只有档案所依据的记录可以查看；每次重新计算存档原件的校验值。"""
    context, _ = asking(request)
    with context.publications.reading() as reader:
        ground = about(request, reader, debtor_id)
        place = delivered.record(reader, debtor_id, sha256, table, row_no)
        if place is None:
            raise NotFoundError("档案不依据这条记录", do="先列出 records")
        found = delivered.delivered(context.store, place)
        row = disclosed(request, found["row"], asked.numbers, ground)
        ground.note(request, "evidence", subject=f"{sha256[:16]}:{table}:{row_no}")
        delivery = found["delivery"] or {}
        told = {name: delivery.get(name) for name in ("delivery_id", "data_as_of", "extracted_at", "contract_version")}
        body = Delivered.model_validate(
            {
                **disclosed(request, place, Numbers.MASKED, ground),
                **told,
                "publication": publication(reader),
                "values": delivered.named(place, row),
                "original": delivered.original(context.store, sha256),
            }
        )
        return answered(request, reader, body)
