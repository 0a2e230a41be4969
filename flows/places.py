"""Where a run reads and writes: one small value that every step takes, cheap to pass between processes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from connectors.site import Site, SourceSite, load_site
from core.errors import UsageError
from core.settings import Settings
from core.store import Store


@dataclass(frozen=True)
class Places:
    """`drops`: the folder of every source that `site` gives no URL of its own; None when `site` says it all. `store`:
    ours."""

    drops: Path | None
    store: Store
    settings: Settings
    site: Site = field(default_factory=Site)

    def sender(self, source: str) -> SourceSite:
        """How to reach `source`."""
        return self.site.of(source, None if self.drops is None else str(self.drops))


def places(settings: Settings, drops: str | Path | None = None, store: str | Path | None = None) -> Places:
    """Read the site's sources; fill in CHAKONG_DROPS and CHAKONG_STORE, else var/drops (if needed) and var/store.

    UsageError if there are no drops.
    """
    site = load_site()
    chosen_drops = drops_of(site, drops)
    chosen_store = Path(store or os.environ.get("CHAKONG_STORE", "var/store"))
    if chosen_drops is not None and not Path(chosen_drops).is_dir():
        raise UsageError("drops folder does not exist", where=str(chosen_drops), do="correct --drops")
    chosen_store.mkdir(parents=True, exist_ok=True)
    return Places(None if chosen_drops is None else Path(chosen_drops), Store(chosen_store), settings, site)


def drops_of(site: Site, given: str | Path | None) -> str | None:
    """The folder of sources without a URL of their own: `given`, else CHAKONG_DROPS, else var/drops if it is needed."""
    return str(given) if given else os.environ.get("CHAKONG_DROPS") or ("var/drops" if site.needs_drops() else None)
