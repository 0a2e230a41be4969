"""Reads the folders of this directory."""

from __future__ import annotations

import lzma
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
#: A delivered file that would be large lies here packed, under its name and this.
PACKED = ".xz"


@dataclass(frozen=True)
class Case:
    """One defect. `nights`: business date of the run -> outcome, message and verdicts; `delivered`: night -> (business
    date, file) of everything that came until then."""

    folder: Path
    about: str
    source: str
    nights: dict[date, dict[str, Any]]
    faults: tuple[str, ...] = ()
    asked: tuple[dict[str, Any], ...] = ()
    accepted: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    quarantined: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    afterwards: dict[date, dict[str, Any]] = field(default_factory=dict)
    repeated: dict[str, list[int]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its place below this directory."""
        return str(self.folder.relative_to(HERE))

    def told(self) -> list[dict[str, Any]]:
        """All that the operator reads."""
        return [*self.nights.values(), *self.afterwards.values()]

    def delivered(self, night: date) -> list[tuple[str, Path]]:
        """(folder at the sender, file) of what came for the run of `night`."""
        stood = self.folder / f"{night:%Y%m%d}"
        if not stood.is_dir():
            return []
        files = [(stood.name, file) for file in sorted(stood.iterdir()) if file.is_file()]
        late = [folder for folder in sorted(stood.iterdir()) if folder.is_dir()]
        return files + [(folder.name, file) for folder in late for file in sorted(folder.iterdir())]


def content(file: Path) -> bytes:
    """The bytes that the agency delivered."""
    return lzma.decompress(file.read_bytes()) if file.suffix == PACKED else file.read_bytes()


def cases() -> list[Case]:
    """Every folder that has an expectation."""
    return [_read(path) for path in sorted(HERE.glob("*/*/expected.yaml"))]


def _read(path: Path) -> Case:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    nights, afterwards = (_by_date(document.pop(key, {})) for key in ("nights", "afterwards"))
    asked = document.pop("asked", ())
    return Case(
        folder=path.parent,
        nights=nights,
        afterwards=afterwards,
        faults=tuple(document.pop("faults", ())),
        asked=(asked,) if isinstance(asked, dict) else tuple(asked),
        **document,
    )


def _by_date(told: dict[int, dict[str, Any]]) -> dict[date, dict[str, Any]]:
    return {datetime.strptime(str(day), "%Y%m%d").date(): said for day, said in told.items()}
