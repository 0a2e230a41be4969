"""Arguments, dispatch and exit codes.

Exit codes: 0 fine; 1 the operator must look; 2 wrong or missing arguments; 3 internal failure.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from cli.arguments import access, demo, night, reading
from cli.arguments.forms import Command

FINE, LOOK, MISUSE, FAILURE = 0, 1, 2, 3


def entry() -> None:
    """Console script: run and leave with the exit code."""
    sys.exit(main())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; return its exit code. Errors are printed in one line, never as a traceback."""
    from core.errors import ChakongError, ConflictError, NotFoundError, SettingsError, UsageError

    options = build_parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except (UsageError, SettingsError) as error:
        print(f"用法错误：{error}", file=sys.stderr)
        return MISUSE
    except (ConflictError, NotFoundError) as error:
        print(f"{'未找到' if isinstance(error, NotFoundError) else '情况已有变化'}：{error}", file=sys.stderr)
        return LOOK
    except ChakongError as error:
        print(f"运行失败：{error}", file=sys.stderr)
        return FAILURE
    except BrokenPipeError:
        return FINE
    except Exception as error:  # the last line of defence: say what kind, never the values
        from core.log import record_failure

        print(f"内部错误（{type(error).__name__}），详情见 {record_failure(error)}", file=sys.stderr)
        return FAILURE


def build_parser() -> argparse.ArgumentParser:
    """The whole command line, in Chinese, without importing anything heavy."""
    parser = argparse.ArgumentParser(
        prog="chakong", description="查控：被执行人财产查控。每晚汇集十六个来源，形成每名被执行人的财产档案。"
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    for group in (night, reading, access, demo):
        group.add(commands)
    return parser


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("chakong")
    except PackageNotFoundError:
        return "unknown"


if __name__ == "__main__":
    entry()
