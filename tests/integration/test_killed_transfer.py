"""A run killed while a file comes over a slow line leaves nothing half taken; the next one brings the rest of it."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from agency import Agency
from court import SETTINGS, SUNDAY, at, holder, right
from servers import https_folder, s3, sftp
from servers.line import Line, line_to

from connectors import intake
from core.store import Store, compact

CHILD = """
import sys
from datetime import date
from core.settings import Settings
from flows import steps
from flows.places import places
steps.take(places(Settings(), sys.argv[1], sys.argv[1]), "land", date.fromisoformat(sys.argv[2]))
"""
RIGHTS = 4_000
#: Bytes that have come when the run is killed: more than what a connection needs for itself.
ENOUGH = 200_000
PER_SECOND = 500_000


@contextmanager
def slow_sender(scheme: str, drops: Path, folder: Path) -> Iterator[tuple[Line, str]]:
    """A real server of that kind with `drops` behind a line: the line, and the table of chakong.toml."""
    with ExitStack() as stack:
        if scheme == "sftp":
            server = stack.enter_context(sftp.sftp_server(drops, folder))
            line = stack.enter_context(line_to(server.port))
            told = [f'url = "{server.url(line.port)}"', f'known_hosts = "{server.known_hosts}"', secret("password")]
        elif scheme == "https":
            web = stack.enter_context(https_folder.https_folder(drops, folder))
            line = stack.enter_context(line_to(web.port))
            told = [f'url = "{web.url(line.port)}"', f'ca_file = "{web.ca_file}"', secret("password")]
        else:
            bucket = stack.enter_context(s3.s3_server(folder))
            for path in sorted(drops.rglob("*.zip*")):
                bucket.put(path.relative_to(drops).as_posix(), path.read_bytes())
            line = stack.enter_context(line_to(bucket.port))
            told = [f'url = "s3://{s3.BUCKET}"', f'endpoint = "{bucket.endpoint(line.port)}"']
            told += [secret("access_key"), secret("secret_key")]
        yield line, "\n".join(["[sources.land]", *told, ""])


def secret(name: str) -> str:
    """A line of chakong.toml."""
    return f'{name} = {{env = "CHAKONG_TEST_{name.upper()}"}}'


@pytest.fixture(scope="module")
def drops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One night of land, larger than three of the blocks that a transport takes at once."""
    folder = tmp_path_factory.mktemp("drops")
    numbers = [f"TD{number:010d}" for number in range(RIGHTS)]
    noise = [hashlib.shake_256(number.encode()).hexdigest(700) for number in numbers]  # a ZIP can only halve it
    rights = [right(number, remark=text) for number, text in zip(numbers, noise, strict=True)]
    Agency(folder, "land").zip(SUNDAY, "full", {"rights": rights, "holders": [holder(number) for number in numbers]})
    return folder


@pytest.mark.system
@pytest.mark.parametrize("scheme", ["sftp", "https", "s3"])
def test_a_transfer_killed_in_the_middle_is_made_up_for(
    scheme: str, drops: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    store.root.mkdir()
    (delivered,) = (drops / "land" / compact(SUNDAY)).glob("*.zip")
    (tmp_path / "server").mkdir()
    with slow_sender(scheme, drops, tmp_path / "server") as (line, site):
        config = tmp_path / "chakong.toml"
        config.write_text(site, encoding="utf-8")
        monkeypatch.setenv("CHAKONG_CONFIG", str(config))
        monkeypatch.setenv("CHAKONG_TEST_PASSWORD", sftp.PASSWORD if scheme == "sftp" else https_folder.PASSWORD)
        monkeypatch.setenv("CHAKONG_TEST_ACCESS_KEY", s3.ACCESS_KEY)
        monkeypatch.setenv("CHAKONG_TEST_SECRET_KEY", s3.SECRET_KEY)
        line.per_second = PER_SECOND
        child = begin(store)
        came = killed_in_the_middle(child, store.partial("land"))
        assert came < delivered.stat().st_size
        assert [path for path in store.root.rglob("*") if path.name in (delivered.name, "accepted")] == []
        line.per_second = None
        line.sent.clear()
        assert begin(store).wait(timeout=120) == 0
        assert max(line.sent) < delivered.stat().st_size - came / 2  # continued, not begun again
    undisturbed = Store(tmp_path / "undisturbed")
    intake.take(SETTINGS, undisturbed, "land", SUNDAY, at(drops))
    assert told(store) == told(undisturbed)
    assert list(store.partial("land").glob("*.part")) == []


def begin(store: Store) -> subprocess.Popen[bytes]:
    """A run of its own for the one source, which chakong.toml says where to find."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(store.root), str(SUNDAY)],
        stdout=subprocess.DEVNULL,
        env=os.environ,
    )


def killed_in_the_middle(child: subprocess.Popen[bytes], folder: Path) -> int:
    """Kill the run when enough of the file lies in `folder`; how much that is."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit and child.poll() is None:
        if (came := sum(path.stat().st_size for path in folder.glob("*.part"))) > ENOUGH:
            child.send_signal(signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL
            return came
        time.sleep(0.02)
    pytest.fail("nothing came, or all of it")


def told(store: Store) -> dict[str, str]:
    """What stands in the store: every archived and accepted file, by place and hash."""
    places = [store.deliveries, store.root / "archive"]
    files = [path for place in places for path in place.rglob("*") if path.is_file() and path.suffix != ".json"]
    return {str(path.relative_to(store.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
