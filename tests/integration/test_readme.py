"""What the README shows is what `make nightly` prints, but for the time it took and the lines left out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.system  # the whole demo district


def test_the_readme_shows_the_night_of_the_demo_district(tmp_path: Path) -> None:
    places = {"BIN": Path(sys.executable).parent, "DROPS": tmp_path / "drops", "STORE": tmp_path / "store"}
    env = {**os.environ, "DEBTORS": "2000", **{name: str(path) for name, path in places.items()}}
    done = subprocess.run(["sh", "demo/nightly.sh"], cwd=ROOT, env=env, check=True, text=True, capture_output=True)
    printed = _timeless(done.stdout)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for begins in ("查控夜间对账", "════"):
        shown = re.split(
            r"\n\n……（此处略去 (\d+) 行.*\n\n", _timeless(readme[readme.index(begins) :].split("\n```")[0])
        )
        for part in shown[::2]:
            assert part in printed
        for before, omitted, after in zip(shown[::2], shown[1::2], shown[2::2], strict=False):
            between = printed[printed.index(before) + len(before) : printed.index(after)]
            assert len(between.strip().splitlines()) == int(omitted)


def _timeless(text: str) -> str:
    return re.sub(r"用时 \d+ 秒", "用时 … 秒", text)
