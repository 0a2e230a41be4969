"""Prefect as a court's closed network needs it: no telemetry, no colour codes in files, its database inside the store.

Import this module before anything of Prefect; `configure` only fills in what the site has not set itself.
"""

from __future__ import annotations

import os
from pathlib import Path

QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    # A busy machine needs longer than the default of 20 s to start the temporary server.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}


def configure(store: Path | None = None, *, log_level: str = "WARNING") -> None:
    """Fill in the environment that Prefect reads at import. With `store`, runs are kept there by default."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", log_level)
    if store is not None and "PREFECT_API_URL" not in os.environ:
        os.environ.setdefault("PREFECT_HOME", str((store / "prefect").resolve()))
