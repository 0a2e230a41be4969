"""How places, days and numbers are told, and how a command is found when it is run."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

Command = Callable[[argparse.Namespace], int]

#: As text: the class takes no parameter when it runs.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def places(
    parser: argparse.ArgumentParser,
    day: str = "业务日期 YYYY-MM-DD；缺省为最近一个业务日",
    drops: str = "交换目录：chakong.toml 未写明地址的来源从这里接收；缺省为 CHAKONG_DROPS 或 var/drops",
    needs_drops: bool = False,
) -> None:
    """Where deliveries come from, where the store is, and which day."""
    parser.add_argument("--drops", type=Path, required=needs_drops, help=drops)
    parser.add_argument("--store", type=Path, required=True, help="存储目录：原始文件、数据、档案库")
    parser.add_argument("--date", type=as_day, help=day)


def run(module: str, function: str) -> Command:
    """The function of that module, imported when it is called."""

    def call(options: argparse.Namespace) -> int:
        from importlib import import_module

        chosen: Command = getattr(import_module(module), function)
        return chosen(options)

    return call


def as_day(text: str) -> date:
    """A day, with or without hyphens."""
    for form in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise argparse.ArgumentTypeError("日期应为 YYYY-MM-DD")


def as_positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError("应为正整数")
    return int(text)
