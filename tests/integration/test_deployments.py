"""A real Prefect server and worker: deploy from prefect.yaml, trigger, see the run complete."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PREFECT = [sys.executable, "-m", "prefect"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, small_district: Path) -> dict[str, str]:
    home = tmp_path_factory.mktemp("prefect")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_CLI_PROMPT": "false",
        "CHAKONG_HOME": str(ROOT),
        "CHAKONG_DROPS": str(small_district),
        "CHAKONG_STORE": str(home / "store"),
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture(scope="module")
def server(environment: dict[str, str]) -> Iterator[str]:
    url = environment["PREFECT_API_URL"]
    process = subprocess.Popen([*PREFECT, "server", "start"], env=environment, cwd=ROOT,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        _wait_for(lambda: _call(f"{url}/health") is True, seconds=180)
        yield url
    finally:
        _stop(process)


@pytest.fixture(scope="module")
def worker(server: str, environment: dict[str, str]) -> Iterator[None]:
    for command in (["work-pool", "create", "chakong", "--type", "process"], ["deploy", "--all"]):
        subprocess.run([*PREFECT, *command], env=environment, cwd=ROOT, check=True, capture_output=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(
        [*PREFECT, "worker", "start", "--pool", "chakong"], env=environment, cwd=environment["PREFECT_HOME"], **quiet
    )
    try:
        yield
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End it; a slow machine gets a minute, then it is killed: how it ends is not what is tested."""
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.mark.system  # a Prefect server, a worker and a night
@pytest.mark.usefixtures("worker")
def test_the_deployed_night_completes_and_leaves_artifacts(server: str, environment: dict[str, str]) -> None:
    deployed = {found["name"]: found for found in _call(f"{server}/deployments/filter", {})}
    declared = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    assert set(deployed) == {each["name"] for each in declared}
    schedules = {name: [(s["schedule"]["cron"], s["schedule"]["timezone"]) for s in found["schedules"]]
                 for name, found in deployed.items()}  # fmt: skip
    assert schedules["evening-inquiry"] == [("45 18 * * *", "Asia/Shanghai")]
    assert schedules["nightly"] == [("30 2 * * *", "Asia/Shanghai")]

    created = _call(
        f"{server}/deployments/{deployed['nightly']['id']}/create_flow_run",
        {"parameters": {"business_date": "2026-11-22"}},
    )
    state = _wait_for(lambda: _final_state(server, created["id"]), seconds=180)
    assert state == "COMPLETED"
    assert (Path(environment["CHAKONG_STORE"]) / "profiles.duckdb").exists()

    runs = _call(f"{server}/task_runs/filter", {"flow_runs": {"id": {"any_": [created["id"]]}}})
    names = {run["name"] for run in runs}
    assert {"ask-2026-11-22", "take-vehicles-2026-11-22", "publish-2026-11-22"} <= names
    artifacts = _call(f"{server}/artifacts/filter", {})
    assert {"night-sources", "night-counts"} <= {artifact["key"] for artifact in artifacts}


def _final_state(server: str, run_id: str) -> str | None:
    kind: str = _call(f"{server}/flow_runs/{run_id}")["state"]["type"]
    return kind if kind in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None


def _wait_for(probe: Any, *, seconds: float) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = probe()
        except OSError:
            found = None
        if found:
            return found
        time.sleep(0.5)
    raise TimeoutError(f"nothing within {seconds} s")


def _call(url: str, body: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(
        url, data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)
