"""Where a run reads and writes: one small value that every step takes, cheap to pass between processes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from core.errors import UsageError
from core.settings import Settings
from core.store import Store


@dataclass(frozen=True)
class Places:
    """`drops`: where the senders' folders stand (a path; other transports by URL come per source). `store`: ours."""

    drops: Path
    store: Store
    settings: Settings


def places(settings: Settings, drops: str | Path | None = None, store: str | Path | None = None) -> Places:
    """Fill in CHAKONG_DROPS and CHAKONG_STORE, else var/drops and var/store. UsageError if there are no drops."""
    chosen_drops = Path(drops or os.environ.get("CHAKONG_DROPS", "var/drops"))
    chosen_store = Path(store or os.environ.get("CHAKONG_STORE", "var/store"))
    if not chosen_drops.is_dir():
        raise UsageError("drops folder does not exist", where=str(chosen_drops), do="correct --drops")
    chosen_store.mkdir(parents=True, exist_ok=True)
    return Places(chosen_drops, Store(chosen_store), settings)
