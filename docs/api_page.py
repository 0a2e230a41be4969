"""The reference of the REST API, from the description that it serves."""

from __future__ import annotations

from typing import Any

from web import permissions
from web.api import openapi
from web.api.problems import KINDS

PAGE = "reference/api.md"


def page() -> str:
    """Headers, scopes, routes with their inputs and answers, models, problems."""
    document = openapi.document()
    parts = [
        "# 接口参考",
        "由 `docs/generate.py` 根据程序生成。用法见[使用接口](../how-to/use-the-api.md)；同样的内容以 OpenAPI 3.1 提供："
        "`GET /api/v1/openapi.json`，不需要密钥。",
        document["info"]["description"],
        _headers(document),
        "## 权限范围\n\n" + _table(["范围", "含义"], [[f"`{name}`", told] for name, told in permissions.load().scopes.items()]),
        "## 地址",
        *(_operation(path, method, one) for path, methods in document["paths"].items() for method, one in methods.items()),
        "## 内容",
        *(_model(name, one) for name, one in document["components"]["schemas"].items()),
        "## 出错时的答复\n\n`application/problem+json`（RFC 9457），内容见 Problem。\n\n"
        + _table(
            ["状态码", "`type`", "含义", "通常的说明"],
            [[str(status), f"`urn:chakong:problem:{name}`", title, usual] for status, (name, title, usual) in KINDS.items()],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _headers(document: dict[str, Any]) -> str:
    first = next(iter(next(iter(document["paths"].values())).values()))
    rows = [
        [f"`{one['name']}`", "是" if one["required"] else "", one["description"]]
        for one in first["parameters"]
        if one["in"] == "header"
    ]
    rows.insert(0, ["`Authorization`", "是", "`Bearer ` 加密钥"])
    return "## 请求头\n\n" + _table(["请求头", "必填", "含义"], rows)


def _operation(path: str, method: str, one: dict[str, Any]) -> str:
    lines = [f"### {one['summary']}", f"`{method.upper()} {path}`", one["description"]]
    rows = [
        [f"`{part['name']}`", {"path": "地址", "query": "查询"}[part["in"]], _kind(part["schema"]), part["description"]]
        for part in one["parameters"]
        if part["in"] != "header"
    ]
    if rows:
        lines.append(_table(["参数", "位置", "取值", "含义"], rows))
    if "requestBody" in one:
        lines.append(f"正文：{_kind(one['requestBody']['content']['application/json']['schema'])}")
    answers = [
        f"{status} {_kind(answer['content']['application/json']['schema'])}"
        for status, answer in one["responses"].items()
        if "application/json" in answer.get("content", {})
    ]
    wrong = [status for status, answer in one["responses"].items() if "application/json" not in answer.get("content", {})]
    lines.append(f"答复：{'，'.join(answers)}；{'、'.join(sorted(wrong))}")
    return "\n\n".join(lines)


def _model(name: str, one: dict[str, Any]) -> str:
    told = one.get("description", "")
    if name == "Profile":
        return f"### {name}\n\n与[档案的 JSON 文件](profile.schema.json)同形。"
    if "enum" in one:
        return f"### {name}\n\n{_kind(one)}"
    required = one.get("required", [])
    rows = [
        [f"`{field}`", _kind(shape), "是" if field in required else "", shape.get("description", "")]
        for field, shape in one["properties"].items()
    ]
    return f"### {name}\n\n{told}\n\n" + _table(["字段", "取值", "必有", "含义"], rows)


def _kind(shape: dict[str, Any]) -> str:
    """The shape of a value in one cell."""
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in shape:
        return " 或 ".join(dict.fromkeys("空" if one.get("type") == "null" else _kind(one) for one in shape["anyOf"]))
    if "enum" in shape:
        return "、".join(f"`{value}`" for value in shape["enum"])
    if "const" in shape:
        return f"`{shape['const']}`"
    if shape.get("type") == "array":
        return f"列表：{_kind(shape['items'])}"
    told = {"string": "文本", "integer": "整数", "number": "数", "boolean": "是否"}.get(shape.get("type", ""), "任意")
    if "pattern" in shape and len(shape["pattern"]) < 40:
        told += f" `{shape['pattern']}`".replace("|", "\\|")
    if "maximum" in shape:
        told += f" {shape.get('minimum', 0)}–{shape['maximum']}"
    return told


def _table(titles: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
