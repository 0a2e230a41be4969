"""``chakong deliveries``: what is held, and letting it in. A release goes to the ledger; the next run takes it."""

from __future__ import annotations

import argparse
import json
from typing import Any

from cli.main import FINE, LOOK
from connectors.message_zh import verdict_zh
from connectors.records import DeliveryRecord, read_deliveries
from connectors.releases import held, releasable
from core.settings import load_settings
from core.store import Store
from data_contracts import sources
from flows import attention
from ledger import releases

#: What became of a held delivery.
STATES_ZH = {
    "held": "待核实，可放行",
    "unreadable": "无法采用，等待来源单位重送",
    "released": "已放行，下一次夜间对账采用",
    "taken": "已放行并采用",
}


def show(options: argparse.Namespace) -> int:
    """Print every delivery that is held or was released; the operator must look while one waits."""
    store = Store(options.store)
    given = {release.delivery_id: release for release in attention.released(load_settings(), store)}
    records = {source: read_deliveries(store, source) for source in sources()}
    rows = [_held(record, given) for known in records.values() for record in held(known)]
    rows += [_taken(record) for known in records.values() for record in known if record.release]
    if options.format == "json":
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        print("\n".join(map(_text, rows)) or "没有扣留的到件。")
    return LOOK if any(row["state"] in ("held", "unreadable") for row in rows) else FINE


def accept(options: argparse.Namespace) -> int:
    """Release one held delivery. A second release of the same delivery changes nothing and says so."""
    store = Store(options.store)
    earlier = [
        release for release in attention.released(load_settings(), store) if release.delivery_id == options.delivery_id
    ]
    if earlier:
        print(f"到件 {options.delivery_id} 此前已由 {_signature(earlier[0])}放行，未重复记录。")
        return FINE
    release = attention.release(
        load_settings(), store, options.delivery_id, reason=options.reason, officer=options.officer
    )
    print(f"已放行到件 {release.delivery_id}：{release.source}　业务日期 {release.business_date}。")
    print("下一次夜间对账采用；对方须仍保留原件（约定 14 天）。放行人、时间和理由随到件保存。")
    return FINE


def _held(record: DeliveryRecord, given: dict[str, releases.Release]) -> dict[str, Any]:
    release = given.get(record.delivery_id)
    state = "released" if release else "held" if releasable(record) else "unreadable"
    return {**_row(record, state), "release": _signature(release) + release.reason if release else ""}


def _taken(record: DeliveryRecord) -> dict[str, Any]:
    assert record.release is not None
    return {**_row(record, "taken"), "release": _signature(record.release) + record.release.reason}


def _row(record: DeliveryRecord, state: str) -> dict[str, Any]:
    noted = [verdict for verdict in record.verdicts if verdict.held or record.release]
    return {
        "delivery_id": record.delivery_id,
        "source": record.source,
        "business_date": record.business_date.isoformat(),
        "held_since": record.night.isoformat(),
        "state": state,
        "files": [file.name for file in record.files],
        "why": [verdict_zh(verdict) for verdict in noted],
    }


def _signature(release: Any) -> str:
    return f"{release.officer} 于 {release.decided_at:%Y-%m-%d %H:%M} "


def _text(row: dict[str, Any]) -> str:
    lines = [f"{row['delivery_id']}　{row['source']}　业务日期 {row['business_date']}　{STATES_ZH[row['state']]}"]
    lines += [f"    {why}" for why in row["why"]]
    lines += [f"    放行：{row['release']}"] * bool(row["release"])
    return "\n".join(lines)
