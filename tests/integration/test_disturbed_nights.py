"""Whatever disturbs a night, the next run ends with the database of an undisturbed one."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from exchange import exchange
from published import differences
from servers import sftp
from servers.line import line_to

from core.settings import Settings
from demo.replies import answer
from flows import steps
from flows.places import Places, places

pytestmark = pytest.mark.system

SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)
ROOT = Path(__file__).parents[2]
NIGHTLY = [sys.executable, "-m", "cli.main", "nightly", "--date", str(MONDAY)]


@dataclass(frozen=True)
class Eve:
    """Monday evening: Sunday is published, the agencies have answered Monday's lists. `undisturbed` is the database
    after a Monday night in which nothing went wrong."""

    drops: Path
    store: Path
    undisturbed: Path

    def copy(self, to: Path) -> Path:
        """The store as it was in the evening."""
        return shutil.copytree(self.store, to)


@pytest.fixture(scope="module")
def eve(small_district: Path, tmp_path_factory: pytest.TempPathFactory) -> Eve:
    folder = tmp_path_factory.mktemp("eve")
    drops = shutil.copytree(small_district, folder / "drops")
    place = places(Settings(), drops, folder / "store")
    for night in (SUNDAY, MONDAY):
        steps.ask(place, night)
        answer(drops, place.store.root, night)
        if night == SUNDAY:
            take_and_publish(place, night)
    shutil.copytree(place.store.root, folder / "undisturbed")
    take_and_publish(places(Settings(), drops, folder / "undisturbed"), MONDAY)
    return Eve(drops, place.store.root, folder / "undisturbed" / "profiles.duckdb")


def take_and_publish(place: Places, night: date) -> dict[str, dict[str, Any]]:
    """The night without Prefect; outcomes by source."""
    outcomes = {source: steps.take(place, source, night) for source in steps.sources()}
    steps.publish(place, night, rebuild=False)
    return outcomes


def test_senders_that_fail_are_made_up_for(eve: Eve, tmp_path: Path) -> None:
    """A changed host key, a wrong password, a slow server, lines cut in the middle of files: all in one night."""
    with ExitStack() as stack:
        site = stack.enter_context(exchange(eve.drops, tmp_path / "servers"))
        for night in (SUNDAY, MONDAY):
            site.deliver(night)
        del site.api.extracts["20261122"]  # Sunday came as files
        slow, cut, dead, broken = (
            stack.enter_context(line_to(port))
            for port in (site.web.port, site.bucket.port, int(site.api.url.rpartition(":")[2]), site.register.port)
        )
        slow.per_second = 300
        cut.cuts += [3_000] * 5
        dead.cuts += [2_000] * 50
        broken.cuts += [9_000] * 50
        other_key = asyncssh.generate_private_key("ssh-ed25519")
        site.configure(
            {
                "vehicles": {"known_hosts": f'"{sftp.known_hosts(tmp_path / "old", other_key)}"'},
                "household": {"password": '{env = "CHAKONG_TEST_ACCESS_KEY"}'},
                "planning": {"url": f'"{site.web.url(slow.port)}"', "seconds": "3"},
                "land": {"endpoint": f'"{site.bucket.endpoint(cut.port)}"'},
                "development": {"url": f'"api+https://localhost:{dead.port}"', "attempts": "2"},
                "enterprises": {"url": f'"{site.register.url(broken.port)}"', "attempts": "2"},
            }
        )
        store = eve.copy(tmp_path / "store")
        started = time.monotonic()
        outcomes = take_and_publish(places(Settings(), None, store), MONDAY)
        assert time.monotonic() - started < 240
        failed = {
            source: {verdict["code"] for verdict in outcome["verdicts"]}
            for source, outcome in outcomes.items()
            if outcome["outcome"] != "loaded" and source != "mining"
        }
        assert failed == {
            "vehicles": {"host_key_changed"},
            "household": {"access_denied"},
            "planning": {"time_exceeded"},
            "development": {"unreachable"},
            "enterprises": {"unreachable"},
        }
        assert len(cut.sent) > 5  # cut, and brought whole all the same
        assert differences(store / "profiles.duckdb", eve.undisturbed) != {}
        site.configure()
        outcomes = take_and_publish(places(Settings(), None, store), MONDAY)
        assert {source for source, outcome in outcomes.items() if outcome["outcome"] != "loaded"} <= {"mining"}
        blind = {source: ["file_sha256"] for source in ("development", "enterprises")}
        assert differences(store / "profiles.duckdb", eve.undisturbed, blind) == {}


def outcomes(store: Path) -> int:
    """Sources of which Monday's outcome is written."""
    return len(list((store / "nights" / "20261123").glob("*.json")))


def in_ingest(store: Path) -> bool:
    """Some sources are taken, some are not."""
    return outcomes(store) >= 4


def in_linking(store: Path) -> bool:
    """All sources are taken, tonight's links are not written yet."""
    return outcomes(store) == len(steps.sources())


def in_publishing(store: Path) -> bool:
    """Tonight's links are written, and the database is being built in the work folder."""
    return any((store / "work").glob("profiles.*.duckdb"))


@pytest.mark.parametrize("moment", [in_ingest, in_linking, in_publishing])
def test_a_night_killed_at_any_moment_is_made_up_for(moment: Callable[[Path], bool], eve: Eve, tmp_path: Path) -> None:
    store = eve.copy(tmp_path / "store")
    command = [*NIGHTLY, "--drops", str(eve.drops), "--store", str(store)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        until = time.monotonic() + 400
        while not moment(store):
            assert process.poll() is None and time.monotonic() < until, "the moment never came"
            time.sleep(0.002)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGKILL
    assert differences(store / "profiles.duckdb", eve.undisturbed) != {}  # Sunday's stands, whole and readable
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert differences(store / "profiles.duckdb", eve.undisturbed) == {}


SMALL_DISK = """
set -e
mount -t tmpfs -o size={size} tmpfs {disk}
cp -r {eve} {disk}/store
set +e
{nightly} > {out}/first 2>&1; echo $? > {out}/code
df {disk} > {out}/df
cp {disk}/store/profiles.duckdb {out}/after_first.duckdb
set -e
mount -o remount,size=2g {disk}
{nightly} > {out}/second 2>&1
cp {disk}/store/profiles.duckdb {out}/after_second.duckdb
"""


#: How a full disk is told, by the system, by DuckDB and by Arrow.
FULL = re.compile(
    r"disk is full|No space left on device|Errno 28|[Cc]ould not write|failed to (offload|write)", re.IGNORECASE
)


@pytest.mark.parametrize("spare", [300_000, 1_500_000])
def test_a_full_disk_is_told_and_made_up_for(spare: int, eve: Eve, tmp_path: Path) -> None:
    """A file system of its own in a name space of its own: nobody else's disk gets full, and no privilege is needed."""
    (disk := tmp_path / "disk").mkdir()
    (out := tmp_path / "out").mkdir()
    used = int(
        subprocess.run(["du", "-sk", str(eve.store)], check=True, capture_output=True, text=True).stdout.split()[0]
    )
    nightly = " ".join([*NIGHTLY, "--drops", str(eve.drops), "--store", f"{disk}/store"])
    script = SMALL_DISK.format(size=used * 1024 + spare, disk=disk, eve=eve.store, out=out, nightly=nightly)
    environment = {**os.environ, "PREFECT_HOME": str(tmp_path / "prefect")}
    subprocess.run(["unshare", "-rm", "sh", "-c", script], cwd=ROOT, env=environment, check=True)
    assert (out / "code").read_text().strip() != "0"
    assert FULL.search((out / "first").read_text(encoding="utf-8")), "the night failed for another reason"
    assert differences(out / "after_first.duckdb", eve.undisturbed) != {}
    assert differences(out / "after_second.duckdb", eve.undisturbed) == {}
