"""Rows of answers as models, from the published views, whose columns are declared once; and how an answer is sent."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, Field, create_model
from starlette.requests import Request
from starlette.responses import Response

from exports import profile_json
from profiles import query, schema
from web.api.paging import publication
from web.publications import Reader

PUBLICATION = "Chakong-Publication"
_KINDS: dict[str, Any] = {
    "VARCHAR": str,
    "VARCHAR[]": list[str],
    "DOUBLE": float,
    "INTEGER": int,
    "BIGINT": int,
    "BOOLEAN": bool,
    "JSON": Any,
}

DebtorId = Annotated[str, Path(pattern="^D[0-9a-f]{24}$", description="档案编号")]


def row_of(view: str, name: str) -> type[BaseModel]:
    """The model of a published row."""
    found = next(one for one in schema.load() if one.name == view)
    columns: dict[str, Any] = {
        column.name: (_kind(column.type) | None, Field(description=column.comment)) for column in found.columns
    }
    return create_model(name, __doc__=found.comment, **columns)


def _kind(sql_type: str) -> Any:
    pattern = profile_json.TYPES[sql_type].get("pattern")
    return Annotated[str, Field(pattern=pattern)] if pattern else _KINDS[sql_type]


def answered(request: Request, reader: Reader, body: BaseModel | query.Row, status: int = 200) -> Response:
    """The body as JSON, with the publication it rests on, and a tag of its content; 304 if who asks has just that."""
    plain = body.model_dump(mode="json") if isinstance(body, BaseModel) else body
    text = json.dumps(plain, ensure_ascii=False).encode()
    headers = {"ETag": f'"{hashlib.sha256(text).hexdigest()[:32]}"', PUBLICATION: publication(reader)}
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if request.method == "GET" and headers["ETag"] in known:
        return Response(status_code=304, headers=headers)
    return Response(text, status, headers, "application/json")
