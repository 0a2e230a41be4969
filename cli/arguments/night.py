"""What the operator runs and looks at: inquiries, the night, deliveries, quarantine, sources, contracts, history."""

from __future__ import annotations

from pathlib import Path

from cli.arguments.forms import Commands, as_day, as_positive, places, run


def add(commands: Commands) -> None:
    """Add the commands."""
    _inquire(commands)
    _nightly(commands)
    _status(commands)
    _sources(commands)
    _deliveries(commands)
    _quarantine(commands)
    _contracts(commands)
    _history(commands)


def _inquire(commands: Commands) -> None:
    parser = commands.add_parser("inquire", help="读取法院当日案件，向户籍、税务和六家银行发出查询名单")
    places(parser, day="业务日期 YYYY-MM-DD；缺省为当晚（中午以前为前一晚）")
    parser.add_argument("--again", action="store_true", help="当日已发过名单时再发一批（inquiry_02.csv 等）")
    parser.set_defaults(command=run("cli.night", "inquire"))


def _nightly(commands: Commands) -> None:
    parser = commands.add_parser("nightly", help="夜间对账：接收、校验、比对、发布，并报告结果")
    places(parser)
    parser.add_argument("--rebuild", action="store_true", help="输入未变化时也重新发布（每周全量重建）")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    parser.set_defaults(command=run("cli.night", "nightly"))


def _status(commands: Commands) -> None:
    parser = commands.add_parser("status", help="各来源最近一夜的情况")
    parser.add_argument("--store", type=Path, required=True, help="存储目录")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    parser.set_defaults(command=run("cli.profile", "status"))


def _sources(commands: Commands) -> None:
    parser = commands.add_parser("sources", help="列出来源，或检查连接与到件")
    actions = parser.add_subparsers(title="操作", metavar="操作")
    parser.set_defaults(command=run("cli.sources", "list_sources"))
    actions.add_parser("list", help="列出全部来源").set_defaults(command=run("cli.sources", "list_sources"))
    check = actions.add_parser("check", help="检查全部来源能否连通、当日是否到件；或一个来源的数据契约与到件")
    check.add_argument("source", nargs="?", help="来源编号，例如 vehicles；缺省为全部来源，每个一行")
    check.add_argument("--drops", type=Path, help="交换目录：chakong.toml 未写明地址的来源从这里接收")
    check.add_argument("--date", type=as_day, help="业务日期 YYYY-MM-DD；缺省为最近一个业务日")
    check.set_defaults(command=run("cli.sources", "check"))


def _deliveries(commands: Commands) -> None:
    parser = commands.add_parser("deliveries", help="查看被扣留的到件；核实无误的，放行")
    actions = parser.add_subparsers(title="操作", metavar="操作", required=True)
    listing = actions.add_parser("list", help="列出扣留的和已放行的到件，说明原因")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    listing.set_defaults(command=run("cli.deliveries", "show"))
    accept = actions.add_parser("accept", help="放行一份扣留的到件；下一次夜间对账采用")
    accept.add_argument("delivery_id", help="到件编号，见 chakong deliveries list")
    accept.add_argument("--reason", required=True, help="理由；不要写姓名和证件号码")
    accept.add_argument("--officer", required=True, help="承办人员编号")
    accept.set_defaults(command=run("cli.deliveries", "accept"))
    for action in (listing, accept):
        action.add_argument("--store", type=Path, required=True, help="存储目录")


def _quarantine(commands: Commands) -> None:
    parser = commands.add_parser("quarantine", help="处理隔离的行：列出、查看原文、重新读取、搁置")
    actions = parser.add_subparsers(title="操作", metavar="操作", required=True)
    listing = actions.add_parser("list", help="按来源、数据表和原因列出隔离的行；不显示原文")
    listing.add_argument("--rows", action="store_true", help="逐行列出，含行编号")
    listing.add_argument(
        "--state", choices=("open", "waived", "all"), default="open", help="未搁置（缺省）、已搁置、全部"
    )
    listing.add_argument("--page", type=as_positive, default=1, help="第几页（缺省 1）")
    listing.add_argument("--size", type=as_positive, default=50, help="每页多少（缺省 50）")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    listing.set_defaults(command=run("cli.quarantine", "show_list"))
    show = actions.add_parser("show", help="查看一行：位置、原因、原文")
    show.add_argument("row_id", help="行编号，见 chakong quarantine list --rows")
    show.add_argument("--raw", action="store_true", help="不在终端时也输出原文；不要写入日志")
    show.set_defaults(command=run("cli.quarantine", "show"))
    replay = actions.add_parser("replay", help="契约或程序更正后，从原始存档重新读取到件；下一次夜间对账起进入档案")
    replay.add_argument("--dry-run", action="store_true", help="只说明会有什么变化，不写入")
    replay.set_defaults(command=run("cli.quarantine", "replay_again"))
    waive = actions.add_parser("waive", help="搁置一行，或一份到件中因同一原因隔离的行：仍计入隔离，不再提醒")
    waive.add_argument("row_id", nargs="?", help="行编号")
    waive.add_argument("--delivery", help="到件编号")
    waive.add_argument("--code", help="原因代码")
    waive.set_defaults(command=run("cli.quarantine", "waive"))
    withdraw = actions.add_parser("withdraw", help="撤回搁置")
    withdraw.add_argument("decision_id", help="搁置编号，见 chakong quarantine list --rows --state waived")
    withdraw.set_defaults(command=run("cli.quarantine", "withdraw"))
    for choosing in (listing, replay):
        choosing.add_argument("--source", help="只看一个来源")
        choosing.add_argument("--code", help="只看一个原因代码，例如 unknown_code")
        choosing.add_argument("--delivery", help="只看一份到件")
        choosing.add_argument("--since", type=as_day, help="只看此业务日期之夜及以后隔离的")
    for signed in (replay, waive, withdraw):
        needed = signed is not replay
        signed.add_argument("--reason", required=needed, help="理由；不要写姓名和证件号码")
        signed.add_argument("--officer", required=needed, help="承办人员编号")
    for action in (listing, show, replay, waive, withdraw):
        action.add_argument("--store", type=Path, required=True, help="存储目录")


def _contracts(commands: Commands) -> None:
    parser = commands.add_parser("contracts", help="查看数据契约；比较新旧两版，说明会影响什么")
    actions = parser.add_subparsers(title="操作", metavar="操作", required=True)
    show = actions.add_parser("show", help="显示一个来源的契约：文件、数据表、字段、变动如何处理")
    show.add_argument("contract", help="来源编号（例如 land）或契约文件")
    show.set_defaults(command=run("cli.contracts", "show"))
    diff = actions.add_parser("diff", help="比较两版契约；有不兼容的变动时退出码为 1")
    diff.add_argument("old", help="旧版：契约文件，或来源编号（现行版本）")
    diff.add_argument("new", help="新版：契约文件，或来源编号（现行版本）")
    diff.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    diff.set_defaults(command=run("cli.contracts", "diff"))


def _history(commands: Commands) -> None:
    parser = commands.add_parser("history", help="列出历史中的各夜；任何一夜的档案都可以用 profile --as-of 查看")
    parser.add_argument("--store", type=Path, required=True, help="存储目录")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    parser.set_defaults(command=run("cli.history", "history"))
