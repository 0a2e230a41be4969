from __future__ import annotations

import sys

import pytest

from benchmarks.measure import CommandError, run

CHILD = "import time; block = bytearray(80_000_000); time.sleep(0.6); print('done')"


def test_memory_of_children_counts() -> None:
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}], check=True)"
    measured = run([sys.executable, "-c", parent])
    assert measured.said == "done\n"
    assert measured.seconds > 0.6
    assert 90 < measured.peak < 400


def test_a_failed_command_says_what_it_said() -> None:
    with pytest.raises(CommandError, match="no such thing"):
        run([sys.executable, "-c", "raise SystemExit('no such thing')"])
