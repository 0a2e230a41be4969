"""A profile as JSON for other programs, and its JSON schema: amounts as text with two decimals, dates as ISO text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.files import write_json
from exports.imprint import Imprint
from profiles import query, schema

Row = Mapping[str, Any]
FORMAT = "chakong.profile/1"

#: DuckDB type of a published column -> JSON schema of what `profiles.query` makes of it.
TYPES: dict[str, dict[str, Any]] = {
    "VARCHAR": {"type": ["string", "null"]},
    "VARCHAR[]": {"type": ["array", "null"], "items": {"type": "string"}},
    "DECIMAL(18,2)": {"type": ["string", "null"], "pattern": r"^-?[0-9]+\.[0-9]{2}$"},
    "DATE": {"type": ["string", "null"], "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "TIMESTAMP": {"type": ["string", "null"], "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}$"},
    "DOUBLE": {"type": ["number", "null"]},
    "INTEGER": {"type": ["integer", "null"]},
    "BIGINT": {"type": ["integer", "null"]},
    "BOOLEAN": {"type": ["boolean", "null"]},
    "JSON": {},
}
_IMPRINT = (
    "court_name",
    "court_code",
    "classification",
    "business_date",
    "run_id",
    "code_version",
    "published_at",
    "notice",
)


def write(profile: Row, imprint: Imprint, path: Path) -> None:
    """Write one profile to `path`, whole or not at all; keys and rows stand in the order of `profiles.query`."""
    write_json(path, whole(profile, imprint))


def whole(profile: Row, imprint: Imprint) -> dict[str, Any]:
    """The document of one profile, as `json_schema` describes it."""
    return {"format": FORMAT, "imprint": imprint.as_dict(), **profile}


def json_schema() -> dict[str, Any]:
    """JSON schema (draft 2020-12) of what `write` writes, from the published views."""
    views = {view.name: view for view in schema.load()}
    own = {"debtor": _object(views["debtor"]), "run": _object(views["run"])}
    lists = {name: _list(_object(views[view], without="debtor_id")) for name, (view, _) in query.PARTS.items()}
    laid = {name: _list(_object(views[view], without="asset_id")) for name, (view, _) in query.ON_ASSETS.items()}
    asset = lists["assets"]["items"]
    asset["properties"] |= laid | {"links": _list({"type": "string", "description": "关联标识，见 links"})}
    asset["required"] = sorted(asset["properties"])
    imprint: dict[str, Any] = {name: {"type": "string"} for name in _IMPRINT}
    imprint["not_delivered"] = _list({"type": "string"})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "被执行人财产档案",
        "description": "chakong export profile 的文件。金额为两位小数的文本（元），空值表示未提供，不表示零。",
        **_closed(
            {
                "format": {"const": FORMAT},
                "imprint": _closed(imprint),
                **own,
                **lists,
                "sources": _list(_object(views["source_status"])),
            }
        ),
    }


def _object(view: schema.View, without: str = "") -> dict[str, Any]:
    columns = {
        column.name: {**TYPES[column.type], "description": column.comment}
        for column in view.columns
        if column.name != without
    }
    return {"description": view.comment, **_closed(columns)}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
