"""``chakong console``: the web pages over a store, until stopped."""

from __future__ import annotations

import argparse
import secrets
import sys

from cli.main import FINE
from core.errors import UsageError
from core.settings import Settings, load_settings
from core.store import Store

#: Number and role of those who may try the console on the demo district. The judge's name is one that its cases bear.
DEMO_OFFICERS = (
    ("judge", "judge", "法官甲"),
    ("analyst", "analyst", "示例分析员"),
    ("operator", "operator", "示例值守员"),
    ("supervisor", "supervisor", "示例监督员"),
    ("administrator", "administrator", "示例管理员"),
)


def console(options: argparse.Namespace) -> int:
    """Serve the pages. UsageError if nothing is published, or demo users are wanted in a real court's ledger."""
    import uvicorn

    from cli.beyond import beyond
    from web.app import create_app

    settings, store = load_settings(), Store(options.store)
    if not store.profiles.exists():
        raise UsageError("存储目录中还没有已发布的档案库", where=str(options.store), do="先运行一次夜间对账")
    app = create_app(settings, store, beyond(settings, store))
    print(f"查控网页：http://{options.host}:{options.port}/　按 Ctrl-C 停止")
    if options.demo:
        print("\n".join(_demo_logins(settings, store)))
    sys.stdout.flush()
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        # addresses name debtors, and a traceback may quote a row
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=settings.console_proxy is not None,
        forwarded_allow_ips=settings.console_proxy or "",
    )
    return FINE


def _demo_logins(settings: Settings, store: Store) -> list[str]:
    """One line per demo user, who has a new password at every start. UsageError outside of the demo district."""
    from ledger import accounts, database

    if settings.id_key != Settings().id_key or settings.court_code != Settings().court_code:
        raise UsageError("示例用户只用于示范辖区", where="--demo", do="用 chakong users add 建立账户")
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    lines = [f"示例用户（口令均为 {password}，每次启动更换；法官甲的案件可直接查看，他人案件须写事由）："]
    with database.opened(database.url_of(settings, store)) as engine:
        known = {account.officer for account in accounts.listed(engine)}
        for officer, role, name in DEMO_OFFICERS:
            if officer in known:
                account = accounts.set_password(engine, officer, password)
            else:
                account = accounts.add(engine, officer, name=name, role=role, password=password)
            lines.append(f"  {account.officer:<14}{account.name}")
    return lines
