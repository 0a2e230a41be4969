"""``chakong console``: questions to the published database, one a line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cli.main import FINE
from cli.profile import named, profile_text, published, status_facts
from core.errors import ChakongError, NotFoundError

PROMPT = "查控> "
HELP = """输入姓名或名称、证件号码、案号或档案编号，查看被执行人财产档案。
  状态    各来源最近一夜的情况
  帮助    显示本说明
  退出    离开（也可按 Ctrl-D）"""
STATUS = ("状态", "status")
HELPING = ("帮助", "help", "?", "？")
LEAVING = ("退出", "exit", "quit")


def console(options: argparse.Namespace) -> int:
    """Answer line after line until told to leave. Without a terminal, lines are read and no prompt is shown."""
    published(options.store).close()  # no store: said before the first question
    for line in _lines():
        if line in LEAVING:
            break
        if line:
            print(_answered(options.store, line), flush=True)
    return FINE


def _answered(store: Path, line: str) -> str:
    """The answer to one line. Opened for each: a night that publishes in between is seen, and no file is held."""
    if line in HELPING:
        return HELP
    try:
        if line in STATUS:
            from profiles import status_zh

            return status_zh.text(status_facts(store))
        with published(store) as database:
            return profile_text(named(database, line))
    except NotFoundError as error:
        return f"未找到：{error}"
    except ChakongError as error:
        return f"未能回答：{error}"


def _lines() -> Iterator[str]:
    if not sys.stdin.isatty():
        yield from map(_plain, sys.stdin)
        return
    with suppress(ImportError):
        import readline  # noqa: F401  arrow keys and this session's lines; nothing is kept on disk
    print(HELP)
    while True:
        try:
            yield _plain(input(PROMPT))
        except KeyboardInterrupt:
            print()  # the line is thrown away, not the console
        except EOFError:
            print()
            return


def _plain(line: str) -> str:
    """Without surrounding space and without bytes that were no text."""
    return line.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()
