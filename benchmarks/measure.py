"""Run a command and measure it: wall time, and the peak of the memory that it and its children hold together."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

INTERVAL = 0.02
ROOT = Path(__file__).parent.parent


class CommandError(Exception):
    """The measured command ended with an error; the message holds the end of what it said."""


@dataclass(frozen=True)
class Measured:
    """`peak` is in megabytes (10**6 bytes); `said` is standard output."""

    seconds: float
    peak: float
    said: str


def run(command: list[str]) -> Measured:
    """Run in the root of the repository, which is on the Python path, and wait."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=complained)
        watch = _Watch(process.pid)
        watch.start()
        code = process.wait()
        seconds = time.perf_counter() - started
        watch.stop()
        said.seek(0)
        if code:
            complained.seek(0)
            raise CommandError(f"{command[0]} {command[1]} ended with {code}: {complained.read()[-2_000:]}")
        return Measured(seconds, watch.peak / 1e6, said.read())


def python(module: str, *arguments: object) -> list[str]:
    """A module run by this Python."""
    return [sys.executable, "-m", module, *map(str, arguments)]


class _Watch(threading.Thread):
    """Samples the resident memory of a process tree; pages shared by a fork count for each process."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(pid)
        self._ended = threading.Event()
        self.peak = 0

    def run(self) -> None:
        while not self._ended.wait(INTERVAL):
            try:
                tree = [self._root, *self._root.children(recursive=True)]
                self.peak = max(self.peak, sum(process.memory_info().rss for process in tree))
            except psutil.NoSuchProcess:
                continue

    def stop(self) -> None:
        """No more samples."""
        self._ended.set()
        self.join()
