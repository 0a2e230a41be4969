"""The district that is made up."""

from __future__ import annotations

from pathlib import Path

from cli.arguments.forms import Commands, as_positive, places, run


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("demo", help="生成虚构的示范辖区（全部为合成数据）")
    parser.set_defaults(command=run("cli.demo", "generate"))
    parser.add_argument("--out", type=Path, help="写入目录")
    parser.add_argument("--debtors", type=as_positive, default=2000, help="被执行人数（缺省 2000）")
    parser.add_argument("--nights", type=as_positive, default=1, help="夜数，第一夜为星期日（缺省 1）")
    parser.add_argument("--seed", type=int, default=1, help="随机种子（缺省 1）")
    parser.add_argument("--faults", action="store_true", help="植入各接口约定列明的全部缺陷")
    actions = parser.add_subparsers(title="操作", metavar="操作")
    answer = actions.add_parser("answer", help="扮演各单位，答复查询名单")
    places(answer, drops="交换目录：各单位送来的文件", needs_drops=True)
    answer.set_defaults(command=run("cli.demo", "answer"))
    nights = actions.add_parser("nights", help="列出示范辖区的各个业务日期")
    nights.add_argument("--drops", type=Path, required=True, help="交换目录")
    nights.set_defaults(command=run("cli.demo", "nights"))
