"""What went wrong, as RFC 9457 has it (``application/problem+json``). Nothing of the request is repeated in it but the
names of fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from core.errors import ChakongError, ConflictError, NotFoundError, RefusedError, UsageError

MEDIA_TYPE = "application/problem+json"
#: Status -> last part of `type`, title, and what to say where nothing better is known.
KINDS = {
    401: ("unauthenticated", "密钥无效", "请求头 Authorization 中没有密钥，或密钥有误、过期、已吊销"),
    403: ("forbidden", "不允许", "此次请求已记入审计日志"),
    404: ("not-found", "没有此内容", "地址不对，或所指的内容不在现在的档案库中"),
    405: ("method-not-allowed", "没有此方法", "此地址不接受这种请求方法"),
    409: ("conflict", "与现状不符", "所依据的内容已有变化"),
    413: ("too-large", "请求过长", "请缩短后重新提交"),
    422: ("invalid", "请求有误", "请求不合接口说明"),
    429: ("too-many", "请求过于频繁", "此密钥的请求超过每分钟的限额；过 Retry-After 所示秒数再发送"),
    500: ("internal", "内部错误", "已写下故障记录，请通知管理员"),
}
_STATUS: dict[type[Exception], int] = {ConflictError: 409, UsageError: 422, NotFoundError: 404, RefusedError: 403}
_MOST_FIELDS = 20


class WrongField(BaseModel):
    """A field that is wrong."""

    where: str = Field(description="字段位置，例如 body.words")
    what: str = Field(description="错误种类，例如 missing、string_too_long")


class Problem(BaseModel):
    """出错时的答复（RFC 9457）。"""

    type: str = Field(description="种类，urn:chakong:problem: 之后为英文名，不随措辞变化")
    title: str = Field(description="种类的中文说法")
    status: int = Field(description="同 HTTP 状态码")
    detail: str = Field(description="此次为何、如何处理")
    fields: list[WrongField] = Field(default=[], description="请求中不合要求的字段；不重复其内容")


def problem(
    status: int, detail: str = "", *, fields: list[WrongField] | None = None, headers: dict[str, str] | None = None
) -> Response:
    """The answer."""
    name, title, usual = KINDS[status]
    told = Problem(
        type=f"urn:chakong:problem:{name}", title=title, status=status, detail=detail or usual, fields=fields or []
    )
    text = json.dumps(told.model_dump(), ensure_ascii=False)
    return Response(text.encode("utf-8", "replace"), status, headers, MEDIA_TYPE)


def of_error(error: ChakongError) -> Response:
    """The answer to one of the errors that a request itself brings about."""
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    return problem(status, f"{error.what}；{error.do}" if error.do else error.what)


class Route(APIRoute):
    """A route whose errors are answered as problems."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, with its errors answered."""
        handled = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handled(request)
            except (ConflictError, UsageError, NotFoundError, RefusedError) as error:
                return of_error(error)
            except RequestValidationError as error:
                wrong = [
                    WrongField(where=_place(one["loc"]), what=one["type"]) for one in error.errors()[:_MOST_FIELDS]
                ]
                return problem(422, fields=wrong)
            except HTTPException:  # a body that is no JSON at all
                return problem(422, "请求正文不是 UTF-8 编码的 JSON")

        return answered


def _place(location: tuple[Any, ...]) -> str:
    """Only names that we gave: what somebody calls a field of his own may be anything."""
    return ".".join(part for part in map(str, location[:2]) if part.isascii() and part.replace("_", "").isalnum())
