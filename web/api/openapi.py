"""The description of the API: its routes, and what holds for every one of them, said in one place."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import BaseRoute

from exports import profile_json
from web import permissions
from web.api import debtors, records, search, verdicts, worklists
from web.api.answers import PUBLICATION
from web.api.entry import CASE, OFFICER, REASON
from web.api.problems import KINDS, MEDIA_TYPE, Problem

VERSION = "1"
router = APIRouter(prefix="/api/v1")
#: Each brings its routes.
PARTS = (search, worklists, debtors, records, verdicts)

_ABOUT = """查控的接口，供法院的其他系统使用。

每次请求须带密钥（`Authorization: Bearer …`，由管理员以 `chakong keys add` 建立），
写明为哪位人员、依哪件案件或何事由查询；与网页一样记入审计日志。
金额为两位小数的文本（元），日期为 ISO 8601；空值表示未提供，不表示零。
每个密钥每分钟的请求有限额，超过的答复 429，过 `Retry-After` 所示秒数再发送。
列表分页：`next_cursor` 在同一档案库内有效，档案库更新后答复 409，从第一页重新开始。"""
_ENCODED = r"^(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+$"
_HEADERS: list[dict[str, Any]] = [
    {
        "name": OFFICER,
        "required": True,
        "schema": {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$"},
        "description": "为哪位人员查询：工号，须有账户",
    },
    {
        "name": CASE,
        "required": False,
        "schema": {"type": "string", "pattern": _ENCODED},
        "description": f"依哪件案件：案号，百分号编码的 UTF-8，须由该人员承办。与 {REASON} 写且只写一个",
    },
    {
        "name": REASON,
        "required": False,
        "schema": {"type": "string", "pattern": _ENCODED},
        "description": f"查询事由，百分号编码的 UTF-8，监督人员可见。与 {CASE} 写且只写一个",
    },
]
_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
_TOLD = {"ETag": "内容的标记", PUBLICATION: "所依据的档案库：发布它的运行编号"}


@router.get("/openapi.json", include_in_schema=False)
def described() -> Response:
    """This description. Open to everybody: it names nobody, and who writes a client has no key yet."""
    return Response(json.dumps(document(), ensure_ascii=False), media_type="application/json")


def routes() -> list[BaseRoute]:
    """All routes of the API, one by one as the gate wants to see them."""
    return [*_described(), *router.routes]


@cache
def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    told = get_openapi(title="查控接口", version=VERSION, description=_ABOUT, routes=_described())
    schemas: dict[str, Any] = told["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    profile = profile_json.json_schema()
    schemas["Profile"] = {name: value for name, value in profile.items() if name != "$schema"}
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {**problem.pop("$defs"), "Problem": problem}
    told["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    told["security"] = [{"key": []}]
    rules = permissions.load().api
    names = {(route.path, *(route.methods or ())): route.name for route in _described() if isinstance(route, APIRoute)}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            scope = rules[f"{method.upper()} {path}"].scope
            operation["description"] = f"{operation['description']}\n\n权限范围：`{scope}`"
            operation["operationId"] = names[path, method.upper()]
            _complete(operation, is_read=method == "get", of_debtor="{debtor_id}" in path)
    return told


def _described() -> list[BaseRoute]:
    return [route for part in PARTS for route in part.router.routes]


def _complete(operation: dict[str, Any], *, is_read: bool, of_debtor: bool) -> None:
    """Add what the gate and the way of answering add to every route."""
    parameters = operation.setdefault("parameters", [])
    has_cursor = any(one["name"] == "cursor" for one in parameters)
    parameters += [{"in": "header", **header} for header in _HEADERS]
    answers = operation["responses"]
    for answer in answers.values():
        answer["headers"] = {name: {**_TEXT, "description": told} for name, told in _TOLD.items()}
        answer["description"] = "答复"
    if is_read:
        parameters.append({"in": "header", "name": "If-None-Match", "required": False, **_TEXT,
                           "description": "已有答复的 ETag；内容未变的答复 304"})  # fmt: skip
        answers["304"] = {"description": "内容与 If-None-Match 所示相同"}
    wrong = (
        {401, 403, 413, 422, 429, 500}
        | ({404} if of_debtor else set())
        | ({409} if has_cursor or not is_read else set())
    )
    for status in sorted(wrong):
        schema = {"$ref": "#/components/schemas/Problem"}
        answers[str(status)] = {"description": KINDS[status][1], "content": {MEDIA_TYPE: {"schema": schema}}}
    answers["429"]["headers"] = {
        "Retry-After": {"schema": {"type": "integer", "minimum": 1}, "description": "过几秒再发送"}
    }
