"""What the console gets of the packages that it does not know (`web.beyond`)."""

from __future__ import annotations

from functools import partial

from connectors.quarantine.rows import origin
from connectors.records import read_deliveries
from core.errors import NotFoundError
from core.settings import Settings
from core.store import Store
from data_contracts import sources
from flows import attention
from matching.sentence import evidence_sentence_zh
from matching.waterfall import waterfall_svg
from web.beyond import Beyond


def beyond(settings: Settings, store: Store) -> Beyond:
    """All of it, over one store."""

    def release(delivery_id: str, reason: str, officer: str) -> None:
        attention.release(settings, store, delivery_id, reason=reason, officer=officer)

    def read_again(delivery_id: str, reason: str, officer: str) -> list[str]:
        source = _source_of(store, delivery_id)
        changes = attention.read_again(
            settings,
            store,
            source,
            chosen=lambda record: delivery_id in (record.delivery_id, origin(record)),
            signature=(reason, officer),
        )
        return [attention.change_zh(change) for change in changes]

    return Beyond(
        sentence=evidence_sentence_zh,
        picture=partial(waterfall_svg, styled=False),
        attention=partial(attention.attention, settings, store),
        release=release,
        read_again=read_again,
    )


def _source_of(store: Store, delivery_id: str) -> str:
    for source in sources():
        if any(record.delivery_id == delivery_id for record in read_deliveries(store, source)):
            return source
    raise NotFoundError("没有这份到件", where=delivery_id, do="查看夜间对账页")
