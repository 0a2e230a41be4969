"""``chakong history``: the nights that can be shown again."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from cli.main import FINE
from cli.profile import published
from core.store import Store
from core.terminal import aligned
from profiles import history as kept
from profiles.history import KeptNight

TITLES = ("业务日期", "运行", "发布行数", "新增", "变动", "消失", "分册", "分册大小")
RIGHT = frozenset({2, 3, 4, 5, 7})


def history(options: argparse.Namespace) -> int:
    """Print every night of the history, oldest first."""
    published(options.store).close()  # no store: said as everywhere
    nights = kept.nights(Store(options.store))
    if options.format == "json":
        print(json.dumps([asdict(night) for night in nights], ensure_ascii=False, indent=1, default=str))
    elif nights:
        print(aligned([TITLES, *map(_line, nights)], right=RIGHT))
    else:
        print("历史中还没有任何一夜；下一次夜间对账起保存。")
    return FINE


def _line(night: KeptNight) -> tuple[str, ...]:
    counts = (night.rows, night.rows_new, night.rows_changed, night.rows_gone)
    size = f"{night.bytes / 1e6:,.1f} MB"
    return (str(night.night), night.run_id, *(f"{count:,}" for count in counts), night.volume, size)
