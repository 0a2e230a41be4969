"""Who may see what, and what they decide: the console, accounts, keys, the audit log, verdicts."""

from __future__ import annotations

from pathlib import Path

from cli.arguments.forms import Commands, as_positive, run


def add(commands: Commands) -> None:
    """Add the commands."""
    _console(commands)
    _users(commands)
    _keys(commands)
    _audit(commands)
    _verdict(commands)


def _console(commands: Commands) -> None:
    parser = commands.add_parser("console", help="打开网页：查找被执行人、查看档案与出处、夜间对账、审计")
    parser.add_argument("--store", type=Path, required=True, help="存储目录")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址（缺省 127.0.0.1；对外服务须在 TLS 代理之后）")
    parser.add_argument("--port", type=as_positive, default=8710, help="端口（缺省 8710）")
    parser.add_argument("--demo", action="store_true", help="建立示例用户并显示口令；只用于示范辖区")
    parser.set_defaults(command=run("cli.console", "console"))


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
    add.set_defaults(command=run("cli.users", "add"))
    listing = actions.add_parser("list", help="列出账户")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    listing.set_defaults(command=run("cli.users", "show"))
    disable = actions.add_parser("disable", help="停用账户，结束其会话")
    disable.set_defaults(command=run("cli.users", "disable"))
    passwd = actions.add_parser("passwd", help="更换口令，解除锁定和停用")
    passwd.set_defaults(command=run("cli.users", "passwd"))
    assign = actions.add_parser("assign", help="把案件分配给人员，或收回")
    assign.add_argument("--case", required=True, help="案号，按档案中的写法")
    assign.add_argument("--withdraw", action="store_true", help="收回")
    assign.set_defaults(command=run("cli.users", "assign"))
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
    add.add_argument("--days", type=as_positive, default=365, help="有效天数（缺省 365，最长 730）")
    add.set_defaults(command=run("cli.keys", "add"))
    listing = actions.add_parser("list", help="列出密钥：系统、负责人、权限范围、有效期、最近使用")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    listing.set_defaults(command=run("cli.keys", "show"))
    revoke = actions.add_parser("revoke", help="吊销密钥，立即生效")
    revoke.add_argument("key_id", help="密钥编号，见 chakong keys list")
    revoke.set_defaults(command=run("cli.keys", "revoke"))
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
    verify.set_defaults(command=run("cli.audit", "verify"))


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
    give.set_defaults(command=run("cli.verdict", "give"))
    withdraw = actions.add_parser("withdraw", help="撤回一条认定，恢复此前的状态")
    withdraw.add_argument("verdict_id", help="认定编号，见 chakong verdict list")
    withdraw.set_defaults(command=run("cli.verdict", "withdraw"))
    confirm = actions.add_parser("confirm", help="以第二名人员的身份复核一项提议，使其成为认定")
    confirm.set_defaults(command=run("cli.verdict", "confirm"))
    give_back = actions.add_parser("give-back", help="退回或撤回一项等待复核的提议")
    give_back.set_defaults(command=run("cli.verdict", "give_back"))
    for ending in (confirm, give_back):
        ending.add_argument("proposal_id", help="提议编号（P 开头），见 chakong verdict list")
    for signed in (give, withdraw, confirm, give_back):
        signed.add_argument("--reason", required=True, help="理由；不要写姓名和证件号码")
        signed.add_argument("--officer", required=True, help="承办人员编号")
    listing = actions.add_parser("list", help="列出认定及其现状")
    listing.add_argument("--debtor", help="只列一名被执行人：档案编号")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="输出形式")
    listing.set_defaults(command=run("cli.verdict", "show"))
    for action in (give, withdraw, confirm, give_back, listing):
        action.add_argument("--store", type=Path, required=True, help="存储目录")
