"""What is read of the profiles: a debtor, targets, files; and linking for other programs."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.arguments.forms import Commands, as_day, as_positive, run


def add(commands: Commands) -> None:
    """Add the commands."""
    _profile(commands)
    _targets(commands)
    _export(commands)
    _link(commands)


def _profile(commands: Commands) -> None:
    parser = commands.add_parser("profile", help="按姓名、证件号码或案号查看被执行人财产档案")
    parser.add_argument("query", nargs="?", help="姓名或名称、证件号码、案号")
    parser.add_argument("--example", action="store_true", help="展示一份内容较完整的档案")
    parser.add_argument(
        "--as-of", type=as_day, metavar="日期", help="显示过去某一夜的档案；当日没有对账的，显示此前最近一夜"
    )
    parser.add_argument("--store", type=Path, required=True, help="存储目录")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    parser.set_defaults(command=run("cli.profile", "profile"))


def _targets(commands: Commands) -> None:
    parser = commands.add_parser("targets", help="一案的建议措施清单；可用另一份权重重新排序，查看变化")
    parser.add_argument("case", help="案号")
    parser.add_argument(
        "--as-of", type=as_day, metavar="日期", help="按过去某一夜的档案排列；当日没有对账的，用此前最近一夜"
    )
    parser.add_argument("--store", type=Path, required=True, help="存储目录")
    parser.add_argument(
        "--weights", type=Path, help="权重文件（形式见 profiles/rules/targeting.yaml）；缺省为本院现用权重"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    parser.set_defaults(command=run("cli.targets", "targets"))


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
    notice.add_argument("--rank", type=as_positive, help="只要建议措施的第几项")
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
            "--as-of", type=as_day, metavar="日期", help="过去某一夜的内容；当日没有对账的，用此前最近一夜"
        )
    for name, action in made.items():
        action.add_argument("--store", type=Path, required=True, help="存储目录")
        action.add_argument("--to", type=Path, default=Path(), help="写入目录（缺省为当前目录）；已有的同名文件被替换")
        action.set_defaults(command=run("cli.export", name))


def _forms(parser: argparse.ArgumentParser, forms: tuple[str, ...], default: list[str]) -> None:
    told = f"文件形式，可写几个（缺省 {' '.join(default)}）"
    parser.add_argument("--format", choices=forms, nargs="+", default=default, help=told)


def _link(commands: Commands) -> None:
    parser = commands.add_parser("link", help="比对两份名册（Parquet）：被执行人与登记记录，输出关联及证据")
    parser.add_argument("--left", type=Path, required=True, help="被执行人名册")
    parser.add_argument("--right", type=Path, required=True, help="登记记录")
    parser.add_argument("--out", type=Path, required=True, help="写出关联的文件")
    parser.add_argument("--model", default="v3", help="模型名称，或已保存模型的目录（缺省 v3）")
    parser.add_argument("--save-model", type=Path, help="把由两份名册估计出的模型存入此目录")
    parser.add_argument("--threads", type=as_positive, default=2, help="线程数（缺省 2）")
    parser.add_argument("--memory", default="1GB", help="内存上限（缺省 1GB）")
    parser.set_defaults(command=run("cli.link", "link"))
