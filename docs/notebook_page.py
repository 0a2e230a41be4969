"""Runs the notebook's cells as plain Python and keeps what they give, as a notebook server would; none is needed.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent / "notebooks" / "profiles.ipynb"
#: What a chart is shown as; its text stays the same from version to version, the picture need not.
VEGA_LITE = "application/vnd.vegalite.v6+json"


def executed(notebook: dict[str, Any], database: Path) -> dict[str, Any]:
    """The notebook with the outputs of its cells, run in order in one namespace against this database."""
    os.environ["CHAKONG_PROFILES"] = str(database)
    scope: dict[str, Any] = {}
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            number = 1 + sum(done["cell_type"] == "code" for done in cells)
            cell = {**cell, "execution_count": number, "outputs": _outputs("".join(cell["source"]), scope, number)}
        cells.append(cell)
    return {**notebook, "cells": cells}


def texts(notebook: dict[str, Any]) -> list[str]:
    """What the cells print and give, as text."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return ["".join(output.get("text") or output["data"]["text/plain"]) for output in outputs]


def _outputs(source: str, scope: dict[str, Any], number: int) -> list[dict[str, Any]]:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), scope)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), scope) if isinstance(last, ast.Expr) else None
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"output_type": "stream", "name": "stdout", "text": printed.getvalue().splitlines(keepends=True)})
    if value is not None:
        shown = {"data": _shown(value), "metadata": {}, "execution_count": number}
        outputs.append({"output_type": "execute_result", **shown})
    return outputs


def _shown(value: Any) -> dict[str, Any]:
    if hasattr(value, "to_dict") and hasattr(value, "mark_bar"):
        return {VEGA_LITE: json.loads(value.to_json()), "text/plain": ["alt.Chart(...)"]}
    html = {"text/html": value._repr_html_().splitlines(keepends=True)} if hasattr(value, "_repr_html_") else {}
    return {**html, "text/plain": repr(value).splitlines(keepends=True)}


def write(database: Path) -> None:
    """Answer the page anew."""
    notebook = executed(json.loads(PAGE.read_text(encoding="utf-8")), database)
    PAGE.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
