"""The peer's own virtual environment: its pins differ from our lock (duckdb), so it never meets ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def peer_python(folder: Path, requirements: Path = REQUIREMENTS) -> str:
    """The Python of the environment in `folder`, made anew when the requirements have changed."""
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    wanted = requirements.read_text(encoding="utf-8")
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == wanted):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*install, "-r", str(requirements)], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return str(python)


def version(python: str, package: str) -> str:
    """The version of a package installed there."""
    script = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", script], check=True, capture_output=True, text=True).stdout.strip()
