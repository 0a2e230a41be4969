"""Finding a debtor. The words travel in the body and never in an address, where proxies keep them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from profiles import query
from web.api.answers import answered
from web.api.ground import asking, own
from web.api.paging import Asked, Cut, page_of
from web.api.problems import Route
from web.pages.search import LONGEST, shown

router = APIRouter(prefix="/api/v1", route_class=Route)


class Wanted(Asked):
    """要查找的内容。"""

    words: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST,
            pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$",
            description="姓名、曾用名、拼音、证件号码、案号、号牌、账号、车架号、不动产单元号、权证号",
        ),
    ]


class Found(BaseModel):
    """找到的被执行人；号码隐去中间各位。"""

    debtor_id: str = Field(description="档案编号")
    party_type: Literal["person", "organization"] | None = Field(description="自然人或组织")
    name: str | None = Field(description="姓名或名称")
    former_names: list[str] | None = Field(description="曾用名")
    id_type: str | None = Field(description="证件种类")
    id_number: str | None = Field(description="证件号码，隐去中间各位")
    birth_date: str | None = Field(description="出生日期")
    address: str | None = Field(description="住所")
    flags: list[str] | None = Field(description="提示标记")
    claim_balance: str | None = Field(pattern=r"^-?[0-9]+\.[0-9]{2}$", description="尚欠金额合计（元）")
    case_count: int | None = Field(description="在查案件数")
    case_nos: list[str] | None = Field(description="案号")
    judges: list[str] | None = Field(description="未结案件的承办法官")
    found_by: str = Field(description="为何找到，例如 name 姓名相同、sound 读音相同、near_number 号码相差一处")
    matched: str | None = Field(description="相符的姓名或名称；凭号码找到的为空")


FoundPage = page_of(Found)


@router.post("/search", response_model=FoundPage, summary="查找被执行人")
def find_debtors(request: Request, wanted: Wanted) -> Response:
    """容忍写错一个字、一位号码；最有把握的在前，最多 200 名。审计日志只记内容的校验值。"""
    context, _ = asking(request)
    words = wanted.words.strip()
    digest = context.words_digest(words)
    with context.publications.reading() as reader:
        _, ground = own(request, reader)
        cut = Cut.at(context, reader, ("search", digest), wanted)
        hits = reader.index.find(reader.con, words)
        rows = shown(reader, list(cut.cut(hits)))
        page = cut.page(FoundPage, [_plain(row) for row in rows])
        ground.note(request, "search", f"{digest}:{len(hits)}", (row["debtor_id"] for row in rows))
        return answered(request, reader, page)


def _plain(row: query.Row) -> query.Row:
    """Amounts and dates as text, as everywhere in the API."""
    return {name: str(value) if isinstance(value, Decimal | date) else value for name, value in row.items()}
