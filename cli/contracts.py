"""``chakong contracts``: what a contract says, and what a changed one breaks."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from cli.main import FINE, LOOK
from core.errors import UsageError
from data_contracts import Contract, load, sources
from data_contracts.differences import Difference, differences
from data_contracts.loading import load_at

IMPACTS_ZH = {"breaking": "不兼容", "signals": "需留意", "harmless": "无影响"}


def show(options: argparse.Namespace) -> int:
    """Print the page of one contract."""
    from data_contracts.page import page

    print(page(_read(options.contract)), end="")
    return FINE


def diff(options: argparse.Namespace) -> int:
    """Print every change with what it does; the operator must look when one breaks something."""
    old, new = _read(options.old), _read(options.new)
    if old.source != new.source:
        raise UsageError("两份契约属于不同来源", where=f"{old.source}, {new.source}", do="比较同一来源的两版")
    found = differences(old, new)
    if options.format == "json":
        print(json.dumps([asdict(change) for change in found], ensure_ascii=False, indent=1))
    else:
        print(_text(old, new, found))
    return LOOK if any(change.impact == "breaking" for change in found) else FINE


def _text(old: Contract, new: Contract, found: list[Difference]) -> str:
    lines = [f"{old.source}　{old.title_zh}　{old.version} → {new.version}"]
    for impact, title in IMPACTS_ZH.items():
        changes = [change for change in found if change.impact == impact]
        lines += [f"{title}（{len(changes)}）"] * bool(changes)
        lines += [f"  {change.place}：{'；'.join(filter(None, (change.what, change.effect)))}" for change in changes]
    return "\n".join(lines if found else [*lines, "没有变动。"])


def _read(named: str) -> Contract:
    """A source id is the contract in force, anything else a file."""
    if named in sources():
        return load(named)
    if not (path := Path(named)).is_file():
        raise UsageError("没有这个来源，也没有这个文件", where=named, do="给出来源编号或契约文件的路径")
    return load_at(path)
