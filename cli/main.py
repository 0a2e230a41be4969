"""Arguments, dispatch and exit codes.

Exit codes: 0 fine; 1 the operator must look; 2 wrong or missing arguments; 3 internal failure.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

FINE, LOOK, MISUSE, FAILURE = 0, 1, 2, 3

Command = Callable[[argparse.Namespace], int]


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
    _inquire(commands)
    _nightly(commands)
    _profile(commands)
    _targets(commands)
    _history(commands)
    _export(commands)
    _status(commands)
    _console(commands)
    _users(commands)
    _keys(commands)
    _audit(commands)
    _verdict(commands)
    _sources(commands)
    _deliveries(commands)
    _quarantine(commands)
    _contracts(commands)
    _link(commands)
    _demo(commands)
    return parser


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def _inquire(commands: Commands) -> None:
    parser = commands.add_parser("inquire", help="读取法院当日案件，向户籍、税务和六家银行发出查询名单")
    _places(parser, day="业务日期 YYYY-MM-DD；缺省为当晚（中午以前为前一晚）")
    parser.add_argument("--again", action="store_true", help="当日已发过名单时再发一批（inquiry_02.csv 等）")
    parser.set_defaults(command=_run("cli.night", "inquire"))


def _nightly(commands: Commands) -> None:
    parser = commands.add_parser("nightly", help="夜间对账：接收、校验、比对、发布，并报告结果")
    _places(parser)
    parser.add_argument("--rebuild", action="store_true", help="输入未变化时也重新发布（每周全量重建）")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    parser.set_defaults(command=_run("cli.night", "nightly"))


def _profile(commands: Commands) -> None:
    parser = commands.add_parser("profile", help="按姓名、证件号码或案号查看被执行人财产档案")
    parser.add_argument("query", nargs="?", help="姓名或名称、证件号码、案号")
    parser.add_argument("--example", action="store_true", help="展示一份内容较完整的档案")
    parser.add_argument(
        "--as-of", type=_day, metavar="日期", help="显示过去某一夜的档案；当日没有对账的，显示此前最近一夜"
    )
    parser.add_argument("--store", type=Path, required=True, help="存储目录")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    parser.set_defaults(command=_run("cli.profile", "profile"))


def _targets(commands: Commands) -> None:
    parser = commands.add_parser("targets", help="一案的建议措施清单；可用另一份权重重新排序，查看变化")
    parser.add_argument("case", help="案号")
    parser.add_argument(
        "--as-of", type=_day, metavar="日期", help="按过去某一夜的档案排列；当日没有对账的，用此前最近一夜"
    )
    parser.add_argument("--store", type=Path, required=True, help="存储目录")
    parser.add_argument(
        "--weights", type=Path, help="权重文件（形式见 profiles/rules/targeting.yaml）；缺省为本院现用权重"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    parser.set_defaults(command=_run("cli.targets", "targets"))


def _history(commands: Commands) -> None:
    parser = commands.add_parser("history", help="列出历史中的各夜；任何一夜的档案都可以用 profile --as-of 查看")
    parser.add_argument("--store", type=Path, required=True, help="存储目录")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    parser.set_defaults(command=_run("cli.history", "history"))


def _export(commands: Commands) -> None:
    parser = commands.add_parser("export", help="写成文件：档案、查控反馈、夜间报告、待办清单、文书草稿")
    actions = parser.add_subparsers(title="操作", metavar="操作", required=True)
    profile = actions.add_parser("profile", help="财产档案和建议措施：XLSX、PDF、DOCX 或 JSON，每名被执行人一份")
    profile.add_argument("query", help="姓名或名称、证件号码、案号")
    _forms(profile, ("xlsx", "pdf", "docx", "json"), ["xlsx", "pdf"])
    inquiry = actions.add_parser("inquiry", help="财产查控反馈：查询了哪些来源、如何答复、查得什么")
    inquiry.add_argument("query", help="姓名或名称、证件号码、案号；案号则只列该案")
    _forms(inquiry, ("pdf", "docx"), ["pdf"])
    night = actions.add_parser("night", help="指挥中心的夜间报告：只有数量和编号，没有姓名")
    _forms(night, ("pdf", "docx"), ["pdf"])
    worklist = actions.add_parser("worklist", help="承办法官的待办清单，列明被执行人")
    worklist.add_argument("--judge", help="只要一名承办法官；缺省为每名一份")
    _forms(worklist, ("pdf", "docx"), ["pdf"])
    notice = actions.add_parser("notice", help="协助执行通知书草稿（含回执）：每项建议措施一份，DOCX")
    notice.add_argument("case", help="案号")
    notice.add_argument("--debtor", help="只要一名被执行人：档案编号")
    notice.add_argument("--rank", type=_positive, help="只要建议措施的第几项")
    suggestion = actions.add_parser("suggestion", help="司法建议书草稿：致该案中未答复、未完整答复的单位，DOCX")
    suggestion.add_argument("case", help="案号")
    suggestion.add_argument("--source", help="只要一个来源，例如 bank_abc")
    made = {
        "profile": profile,
        "inquiry": inquiry,
        "night": night,
        "worklist": worklist,
        "notice": notice,
        "suggestion": suggestion,
    }
    for report in (profile, inquiry, night, worklist):
        report.add_argument(
            "--as-of", type=_day, metavar="日期", help="过去某一夜的内容；当日没有对账的，用此前最近一夜"
        )
    for name, action in made.items():
        action.add_argument("--store", type=Path, required=True, help="存储目录")
        action.add_argument("--to", type=Path, default=Path(), help="写入目录（缺省为当前目录）；已有的同名文件被替换")
        action.set_defaults(command=_run("cli.export", name))


def _forms(parser: argparse.ArgumentParser, forms: tuple[str, ...], default: list[str]) -> None:
    told = f"文件形式，可写几个（缺省 {' '.join(default)}）"
    parser.add_argument("--format", choices=forms, nargs="+", default=default, help=told)


def _status(commands: Commands) -> None:
    parser = commands.add_parser("status", help="各来源最近一夜的情况")
    parser.add_argument("--store", type=Path, required=True, help="存储目录")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    parser.set_defaults(command=_run("cli.profile", "status"))


def _console(commands: Commands) -> None:
    parser = commands.add_parser("console", help="打开网页：查找被执行人、查看档案与出处、夜间对账、审计")
    parser.add_argument("--store", type=Path, required=True, help="存储目录")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址（缺省 127.0.0.1；对外服务须在 TLS 代理之后）")
    parser.add_argument("--port", type=_positive, default=8710, help="端口（缺省 8710）")
    parser.add_argument("--demo", action="store_true", help="建立示例用户并显示口令；只用于示范辖区")
    parser.set_defaults(command=_run("cli.console", "console"))


def _users(commands: Commands) -> None:
    parser = commands.add_parser("users", help="网页的账户：建立、列出、停用、换口令、分配案件")
    actions = parser.add_subparsers(title="操作", metavar="操作", required=True)
    add = actions.add_parser("add", help="建立账户；口令在终端输入，或从标准输入读第一行")
    add.add_argument("officer", help="工号")
    add.add_argument("--name", required=True, help="姓名，按案件系统中的写法：法官以此对应承办案件")
    add.add_argument(
        "--role",
        required=True,
        help="judge 执行法官，analyst 指挥中心，operator 值守，supervisor 监督，administrator 管理员",
    )
    add.add_argument("--without-password", action="store_true", help="只能由统一认证平台登录")
    add.set_defaults(command=_run("cli.users", "add"))
    listing = actions.add_parser("list", help="列出账户")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    listing.set_defaults(command=_run("cli.users", "show"))
    disable = actions.add_parser("disable", help="停用账户，结束其会话")
    disable.set_defaults(command=_run("cli.users", "disable"))
    passwd = actions.add_parser("passwd", help="更换口令，解除锁定和停用")
    passwd.set_defaults(command=_run("cli.users", "passwd"))
    assign = actions.add_parser("assign", help="把案件分配给人员，或收回")
    assign.add_argument("--case", required=True, help="案号，按档案中的写法")
    assign.add_argument("--withdraw", action="store_true", help="收回")
    assign.set_defaults(command=_run("cli.users", "assign"))
    for named in (disable, passwd, assign):
        named.add_argument("officer", help="工号")
    for action in (add, disable, passwd, assign):
        action.add_argument("--by", required=True, help="办理此项的人员工号，记入审计日志")
    for action in (add, listing, disable, passwd, assign):
        action.add_argument("--store", type=Path, required=True, help="存储目录")


def _keys(commands: Commands) -> None:
    parser = commands.add_parser("keys", help="接口密钥：其他系统凭它查询；建立、列出、吊销")
    actions = parser.add_subparsers(title="操作", metavar="操作", required=True)
    add = actions.add_parser("add", help="建立密钥；只显示一次，台账只存校验值")
    add.add_argument("system", help="系统名称，例如 案件系统")
    add.add_argument("--officer", required=True, help="负责人工号，须有账户；账户停用则密钥失效")
    add.add_argument(
        "--scope",
        nargs="+",
        required=True,
        help="权限范围：search profile targets alerts evidence verdicts:read verdicts:write numbers",
    )
    add.add_argument("--days", type=_positive, default=365, help="有效天数（缺省 365，最长 730）")
    add.set_defaults(command=_run("cli.keys", "add"))
    listing = actions.add_parser("list", help="列出密钥：系统、负责人、权限范围、有效期、最近使用")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    listing.set_defaults(command=_run("cli.keys", "show"))
    revoke = actions.add_parser("revoke", help="吊销密钥，立即生效")
    revoke.add_argument("key_id", help="密钥编号，见 chakong keys list")
    revoke.set_defaults(command=_run("cli.keys", "revoke"))
    for action in (add, revoke):
        action.add_argument("--by", required=True, help="办理此项的人员工号，记入审计日志")
    for action in (add, listing, revoke):
        action.add_argument("--store", type=Path, required=True, help="存储目录")


def _audit(commands: Commands) -> None:
    parser = commands.add_parser("audit", help="审计日志")
    actions = parser.add_subparsers(title="操作", metavar="操作", required=True)
    verify = actions.add_parser("verify", help="核对审计日志是否被改动、删除、调换；有问题时退出码为 1")
    verify.add_argument("--seen", action="append", default=[], help="此前记下的链尾记号“条数:校验值”，可重复")
    verify.add_argument("--store", type=Path, required=True, help="存储目录")
    verify.set_defaults(command=_run("cli.audit", "verify"))


def _verdict(commands: Commands) -> None:
    parser = commands.add_parser("verdict", help="人工认定一条关联、撤回认定、查看认定；下一次夜间对账起生效")
    actions = parser.add_subparsers(title="操作", metavar="操作", required=True)
    give = actions.add_parser("give", help="认定一条关联")
    give.add_argument("link_id", help="关联标识，见档案库视图 link")
    give.add_argument(
        "answer",
        choices=("same", "different", "unsure"),
        help="same 属于该被执行人，different 不属于，unsure 暂不能认定",
    )
    give.set_defaults(command=_run("cli.verdict", "give"))
    withdraw = actions.add_parser("withdraw", help="撤回一条认定，恢复此前的状态")
    withdraw.add_argument("verdict_id", help="认定编号，见 chakong verdict list")
    withdraw.set_defaults(command=_run("cli.verdict", "withdraw"))
    confirm = actions.add_parser("confirm", help="以第二名人员的身份复核一项提议，使其成为认定")
    confirm.set_defaults(command=_run("cli.verdict", "confirm"))
    give_back = actions.add_parser("give-back", help="退回或撤回一项等待复核的提议")
    give_back.set_defaults(command=_run("cli.verdict", "give_back"))
    for ending in (confirm, give_back):
        ending.add_argument("proposal_id", help="提议编号（P 开头），见 chakong verdict list")
    for signed in (give, withdraw, confirm, give_back):
        signed.add_argument("--reason", required=True, help="理由；不要写姓名和证件号码")
        signed.add_argument("--officer", required=True, help="承办人员编号")
    listing = actions.add_parser("list", help="列出认定及其现状")
    listing.add_argument("--debtor", help="只列一名被执行人：档案编号")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    listing.set_defaults(command=_run("cli.verdict", "show"))
    for action in (give, withdraw, confirm, give_back, listing):
        action.add_argument("--store", type=Path, required=True, help="存储目录")


def _sources(commands: Commands) -> None:
    parser = commands.add_parser("sources", help="列出来源，或检查连接与到件")
    actions = parser.add_subparsers(title="操作", metavar="操作")
    parser.set_defaults(command=_run("cli.sources", "list_sources"))
    actions.add_parser("list", help="列出全部来源").set_defaults(command=_run("cli.sources", "list_sources"))
    check = actions.add_parser("check", help="检查全部来源能否连通、当日是否到件；或一个来源的数据契约与到件")
    check.add_argument("source", nargs="?", help="来源编号，例如 vehicles；缺省为全部来源，每个一行")
    check.add_argument("--drops", type=Path, help="交换目录：chakong.toml 未写明地址的来源从这里接收")
    check.add_argument("--date", type=_day, help="业务日期 YYYY-MM-DD；缺省为最近一个业务日")
    check.set_defaults(command=_run("cli.sources", "check"))


def _deliveries(commands: Commands) -> None:
    parser = commands.add_parser("deliveries", help="查看被扣留的到件；核实无误的，放行")
    actions = parser.add_subparsers(title="操作", metavar="操作", required=True)
    listing = actions.add_parser("list", help="列出扣留的和已放行的到件，说明原因")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    listing.set_defaults(command=_run("cli.deliveries", "show"))
    accept = actions.add_parser("accept", help="放行一份扣留的到件；下一次夜间对账采用")
    accept.add_argument("delivery_id", help="到件编号，见 chakong deliveries list")
    accept.add_argument("--reason", required=True, help="理由；不要写姓名和证件号码")
    accept.add_argument("--officer", required=True, help="承办人员编号")
    accept.set_defaults(command=_run("cli.deliveries", "accept"))
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
    listing.add_argument("--page", type=_positive, default=1, help="第几页（缺省 1）")
    listing.add_argument("--size", type=_positive, default=50, help="每页多少（缺省 50）")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    listing.set_defaults(command=_run("cli.quarantine", "show_list"))
    show = actions.add_parser("show", help="查看一行：位置、原因、原文")
    show.add_argument("row_id", help="行编号，见 chakong quarantine list --rows")
    show.add_argument("--raw", action="store_true", help="不在终端时也输出原文；不要写入日志")
    show.set_defaults(command=_run("cli.quarantine", "show"))
    replay = actions.add_parser("replay", help="契约或程序更正后，从原始存档重新读取到件；下一次夜间对账起进入档案")
    replay.add_argument("--dry-run", action="store_true", help="只说明会有什么变化，不写入")
    replay.set_defaults(command=_run("cli.quarantine", "replay_again"))
    waive = actions.add_parser("waive", help="搁置一行，或一份到件中因同一原因隔离的行：仍计入隔离，不再提醒")
    waive.add_argument("row_id", nargs="?", help="行编号")
    waive.add_argument("--delivery", help="到件编号")
    waive.add_argument("--code", help="原因代码")
    waive.set_defaults(command=_run("cli.quarantine", "waive"))
    withdraw = actions.add_parser("withdraw", help="撤回搁置")
    withdraw.add_argument("decision_id", help="搁置编号，见 chakong quarantine list --rows --state waived")
    withdraw.set_defaults(command=_run("cli.quarantine", "withdraw"))
    for choosing in (listing, replay):
        choosing.add_argument("--source", help="只看一个来源")
        choosing.add_argument("--code", help="只看一个原因代码，例如 unknown_code")
        choosing.add_argument("--delivery", help="只看一份到件")
        choosing.add_argument("--since", type=_day, help="只看此业务日期之夜及以后隔离的")
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
    show.set_defaults(command=_run("cli.contracts", "show"))
    diff = actions.add_parser("diff", help="比较两版契约；有不兼容的变动时退出码为 1")
    diff.add_argument("old", help="旧版：契约文件，或来源编号（现行版本）")
    diff.add_argument("new", help="新版：契约文件，或来源编号（现行版本）")
    diff.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    diff.set_defaults(command=_run("cli.contracts", "diff"))


def _link(commands: Commands) -> None:
    parser = commands.add_parser("link", help="比对两份名册（Parquet）：被执行人与登记记录，输出关联及证据")
    parser.add_argument("--left", type=Path, required=True, help="被执行人名册")
    parser.add_argument("--right", type=Path, required=True, help="登记记录")
    parser.add_argument("--out", type=Path, required=True, help="写出关联的文件")
    parser.add_argument("--model", default="v3", help="模型名称，或已保存模型的目录（缺省 v3）")
    parser.add_argument("--save-model", type=Path, help="把由两份名册估计出的模型存入此目录")
    parser.add_argument("--threads", type=_positive, default=2, help="线程数（缺省 2）")
    parser.add_argument("--memory", default="1GB", help="内存上限（缺省 1GB）")
    parser.set_defaults(command=_run("cli.link", "link"))


def _demo(commands: Commands) -> None:
    parser = commands.add_parser("demo", help="生成虚构的示范辖区（全部为合成数据）")
    parser.set_defaults(command=_run("cli.demo", "generate"))
    parser.add_argument("--out", type=Path, help="写入目录")
    parser.add_argument("--debtors", type=_positive, default=2000, help="被执行人数（缺省 2000）")
    parser.add_argument("--nights", type=_positive, default=1, help="夜数，第一夜为星期日（缺省 1）")
    parser.add_argument("--seed", type=int, default=1, help="随机种子（缺省 1）")
    parser.add_argument("--faults", action="store_true", help="植入各接口约定列明的全部缺陷")
    actions = parser.add_subparsers(title="操作", metavar="操作")
    answer = actions.add_parser("answer", help="扮演各单位，答复查询名单")
    _places(answer, drops="交换目录：各单位送来的文件", needs_drops=True)
    answer.set_defaults(command=_run("cli.demo", "answer"))
    nights = actions.add_parser("nights", help="列出示范辖区的各个业务日期")
    nights.add_argument("--drops", type=Path, required=True, help="交换目录")
    nights.set_defaults(command=_run("cli.demo", "nights"))


def _places(
    parser: argparse.ArgumentParser,
    day: str = "业务日期 YYYY-MM-DD；缺省为最近一个业务日",
    drops: str = "交换目录：chakong.toml 未写明地址的来源从这里接收；缺省为 CHAKONG_DROPS 或 var/drops",
    needs_drops: bool = False,
) -> None:
    parser.add_argument("--drops", type=Path, required=needs_drops, help=drops)
    parser.add_argument("--store", type=Path, required=True, help="存储目录：原始文件、数据、档案库")
    parser.add_argument("--date", type=_day, help=day)


def _run(module: str, function: str) -> Command:
    def call(options: argparse.Namespace) -> int:
        from importlib import import_module

        chosen: Command = getattr(import_module(module), function)
        return chosen(options)

    return call


def _day(text: str) -> date:
    for form in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise argparse.ArgumentTypeError("日期应为 YYYY-MM-DD")


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError("应为正整数")
    return int(text)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("chakong")
    except PackageNotFoundError:
        return "unknown"


if __name__ == "__main__":
    entry()
