"""Where tasks run: threads of this machine by default, a Dask cluster by setting. The same code, the same result."""

from __future__ import annotations

import os
from typing import Any

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from core.errors import SettingsError
from core.settings import load_settings


def task_runner() -> TaskRunner[Any]:
    """CHAKONG_DASK unset: as many threads as the site has; an address: that Dask scheduler; ``local``: its own.

    Raises SettingsError when Dask is asked for and the extra `dask` is not installed.
    """
    address = os.environ.get("CHAKONG_DASK")
    if not address:
        return ThreadPoolTaskRunner(max_workers=load_settings().threads)
    try:
        from prefect_dask import DaskTaskRunner
    except ImportError:
        raise SettingsError("CHAKONG_DASK is set, but prefect-dask is missing", do="install chakong[dask]") from None
    runner: TaskRunner[Any] = DaskTaskRunner() if address == "local" else DaskTaskRunner(address=address)
    return runner
