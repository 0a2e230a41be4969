"""Line formats, XML and JSON Lines stream: what a file weighs must not show in memory.

The file is one block of the agreed example, repeated. The reader runs in a process of its own, whose peak is measured.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import delivered_forms as forms
import pytest

from data_contracts import load

MEGABYTE = 1 << 20
#: Of these about 80 MB are Python and Arrow themselves.
BOUND = 450 * MEGABYTE

READ = """
import re, sys
from pathlib import Path
from connectors.formats import read_file
from data_contracts import load

source, file_id, path, out = sys.argv[1:]
report = read_file(load(source), load(source).file(file_id), Path(path), Path(out))
assert not any(report.defects.values())
# Not ru_maxrss: a forked child starts with its parent's peak.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(sum(report.rows.values()), int(peak) * 1024)
"""


def parts(form: str) -> tuple[str, str, bytes, bytes, bytes]:
    """Source, file, and what stands before, in and after the part that repeats."""
    if form == "csv":
        return "vehicles", "base", b"", forms.sample("vehicles_base.txt").encode("gb18030"), b""
    if form == "quoted csv":
        header, _, rest = forms.all_quoted(forms.rows("household.csv")).partition(b"\r\n")
        return "household", "main", header + b"\r\n", rest, b""
    if form == "xml":
        text = forms.sample("housing.xml")
        first, last = text.index("<FWDY"), text.index("</FWDJ>")
        return "housing", "units", text[:first].encode(), text[first:last].encode(), b"</FWDJ>"
    return "court_cases", "cases", b"", forms.sample("court_cases.jsonl").encode(), b""


def peak(form: str, size: int, folder: Path) -> tuple[int, int]:
    """Rows read from a file of `size` bytes, and the peak of resident memory in bytes."""
    source, file_id, before, repeated, after = parts(form)
    path = folder / load(source).file(file_id).example
    block = repeated * (MEGABYTE // len(repeated))
    with path.open("wb") as file:
        file.write(before)
        for _ in range(size // len(block) + 1):
            file.write(block)
        file.write(after)
    assert path.stat().st_size >= size
    return measured(source, file_id, path)


def measured(source: str, file_id: str, path: Path) -> tuple[int, int]:
    """Read a file in a process of its own, then remove it."""
    done = subprocess.run(
        [sys.executable, "-c", READ, source, file_id, str(path), str(path.parent / "out")],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[4],
    )
    path.unlink()
    rows, memory = map(int, done.stdout.split())
    return rows, memory


@pytest.mark.slow
@pytest.mark.parametrize(("form", "megabytes"), [("csv", 100), ("xml", 25), ("jsonl", 25)])
def test_a_large_file_stays_within_bounds(form: str, megabytes: int, tmp_path: Path) -> None:
    rows, memory = peak(form, megabytes * MEGABYTE, tmp_path)
    assert rows > 90_000
    assert memory < BOUND


@pytest.mark.system
@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "xml", "jsonl"])
def test_two_gigabytes_stay_under_one(form: str, tmp_path: Path) -> None:
    rows, memory = peak(form, 2 << 30, tmp_path)
    assert rows > 8_000_000
    assert memory < BOUND
