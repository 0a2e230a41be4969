"""``chakong audit``: whether the audit log is whole."""

from __future__ import annotations

import argparse

from cli.main import FINE, LOOK
from core.settings import load_settings
from core.store import Store
from ledger import audit, audit_key, database

_TOLD = {
    "altered": "第 {seq} 条被改动，或不是用本院密钥写成",
    "missing": "第 {seq} 条起有缺失",
    "out_of_order": "第 {seq} 条与前一条不衔接",
    "cut_off": "第 {seq} 条起的末尾被删去",
    "head_altered": "链尾记录（{seq} 条）被改动",
    "head_unknown": "此前记下的链尾（{seq} 条）与日志不符：日志被换成了别的版本",
}


def verify(options: argparse.Namespace) -> int:
    """Check every entry; print what does not hold, or the head to write down."""
    store = Store(options.store)
    seen = [audit.Head.of_note(note) for note in options.seen]
    url = database.url_of(load_settings(), store)
    if not database.is_begun(url):
        print("台账尚未建立，没有审计日志。")
        return LOOK if seen else FINE
    with database.opened(url) as engine:
        head = audit.head(engine)
        if head.entries == 0 and not seen and not store.audit_key.exists():
            print("审计日志为空。")
            return FINE
        findings = audit.verify(engine, audit_key.read(store.audit_key), seen)
    for finding in findings:
        print(_TOLD[finding.kind].format(seq=finding.seq))
    if findings:
        print(f"审计日志不完整：{len(findings)} 处")
        return LOOK
    print(f"审计日志完整，共 {head.entries} 条。链尾记号（请记在台账之外，下次用 --seen 核对）：\n{head.note}")
    return FINE
