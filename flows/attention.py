"""What an operator does about deliveries that did not go through whole: look at them, let one in, read one again.

Deliveries lie in the store, decisions in the ledger; the command and the console do the same with both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from connectors.message_zh import verdict_zh
from connectors.quarantine import rows
from connectors.quarantine.replay import Change, readable_again, replay
from connectors.records import DeliveryRecord, read_deliveries
from connectors.releases import held, releasable
from core.clock import last_business_date
from core.errors import NotFoundError, UsageError
from core.settings import Settings
from core.store import Store
from data_contracts import load, sources
from flows import waivers
from ledger import database, quarantine, releases
from ledger.releases import Release
from ledger.signing import signed


def attention(settings: Settings, store: Store) -> list[dict[str, Any]]:
    """Deliveries that are held, that were let in only in part, or that the newest night has something to say about.

    Counts, codes and sentences of the contract; nothing that a row says. Newest first.
    """
    given = {release.delivery_id: release for release in released(settings, store)}
    told = []
    for source in sources():
        records = read_deliveries(store, source)
        waiting = {record.delivery_id for record in held(records)}
        again = {record.delivery_id for record in readable_again(store, load(source))}
        newest = max((record.night for record in records), default=None)
        for record in records:
            noted = record.night == newest and record.verdicts
            if record.delivery_id in waiting | again or noted:
                facts = {"waits": record.delivery_id in waiting, "again": record.delivery_id in again}
                told.append(_told(record, given.get(record.delivery_id), **facts))
    return sorted(told, key=lambda row: (row["night"], row["source"], row["delivery_id"]), reverse=True)


def released(settings: Settings, store: Store) -> list[Release]:
    """Every release so far; none where there is no ledger yet."""
    url = database.url_of(settings, store)
    if not database.is_begun(url):
        return []
    with database.opened(url) as engine:
        return releases.given(engine)


def release(settings: Settings, store: Store, delivery_id: str, *, reason: str, officer: str) -> Release:
    """Let a held delivery in with the next night. NotFoundError if it is not held, UsageError if nobody could read it
    or nobody signs."""
    record = _waiting(store, delivery_id)
    with database.opened(database.url_of(settings, store)) as engine:
        return releases.give(
            engine,
            record.delivery_id,
            source=record.source,
            business_date=record.business_date,
            reason=reason,
            officer=officer,
        )


def read_again(
    settings: Settings,
    store: Store,
    source: str,
    *,
    chosen: Callable[[DeliveryRecord], bool],
    signature: tuple[str, str] | None,
) -> list[Change]:
    """Read the chosen deliveries of a source again from the archive. Without a `signature` (reason, officer) only say
    what would change."""

    def decided(change: Change) -> str:
        assert signature is not None
        subject = quarantine.Subject(change.before.source, rows.origin(change.before))
        with database.opened(database.url_of(settings, store)) as engine:
            return quarantine.note_replay(engine, subject, reason=signature[0], officer=signature[1]).decision_id

    if signature is not None:
        signed(*signature)
    return replay(
        settings,
        store,
        source,
        night=last_business_date(),
        chosen=chosen,
        decide=decided if signature else None,
        waived=partial(waivers.waived_rows, settings, store, [source]),
    )


def change_zh(change: Change) -> str:
    """What reading a delivery again has changed, in one line."""
    before, after = change.before, change.after
    head = f"{before.source}　业务日期 {before.business_date}　到件 {before.delivery_id}："
    if change.held:
        return f"{head}仍不能采用，{'；'.join(dict.fromkeys(map(verdict_zh, change.held)))}"
    if change.same:
        return f"{head}结果不变"
    counts = [
        f"{name} {sum(getattr(count, key) for count in record.tables.values()):,}"
        for record in (before, after)
        for name, key in (("接收", "accepted"), ("隔离", "quarantined"))
    ]
    also = f"，另有 {change.refused:,} 行改为隔离" if change.refused else ""
    done = "已采用为 " + after.delivery_id if change.filed else "试读，未写入"
    return f"{head}{counts[0]}、{counts[1]} → {counts[2]}、{counts[3]}（放出 {change.released:,} 行{also}）；{done}"


def _waiting(store: Store, delivery_id: str) -> DeliveryRecord:
    for source in sources():
        for record in held(read_deliveries(store, source)):
            if record.delivery_id == delivery_id:
                if not releasable(record):
                    raise UsageError("该到件无法读取，放行也不能采用", where=delivery_id, do="请来源单位重送")
                return record
    raise NotFoundError("没有这份扣留的到件", where=delivery_id, do="用 chakong deliveries list 查看编号")


def _told(record: DeliveryRecord, given: Release | None, *, waits: bool, again: bool) -> dict[str, Any]:
    return {
        "delivery_id": record.delivery_id,
        "source": record.source,
        "business_date": record.business_date.isoformat(),
        "night": record.night.isoformat(),
        "quarantined": sum(count.quarantined for count in record.tables.values()),
        "why": list(dict.fromkeys(map(verdict_zh, record.verdicts))),
        "waits": waits,
        "releasable": waits and given is None and releasable(record),
        "released": f"{given.officer} 于 {given.decided_at:%Y-%m-%d %H:%M} 放行：{given.reason}" if given else "",
        "readable": again,
    }
