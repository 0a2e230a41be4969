"""Generate a district: deliveries of eight registers for every night, and the truth beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from core.errors import UsageError
from demo.population import Population
from demo.truth import District, write_district, write_parties

FIRST_NIGHT = date(2026, 11, 22)
SUNDAY = 6

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class GenerationReport:
    """What was written: rows per source and table over all nights, files, seconds."""

    district: District
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    files: int = 0
    seconds: float = 0.0


def generate(
    out: Path,
    debtors: int = 2_000,
    nights: int = 2,
    seed: int = 7,
    faults: bool = False,
    *,
    first_night: date = FIRST_NIGHT,
    progress: Progress | None = None,
) -> GenerationReport:
    """Write ``<out>/<source>/<YYYYMMDD>/`` for every night and ``<out>/truth/``.

    `progress` is called with (done, all) after every neighbourhood. UsageError when the first night is no Sunday.
    """
    if first_night.weekday() != SUNDAY:
        raise UsageError(
            f"the first night is no Sunday: {first_night}", do="begin on a Sunday: full extracts come then"
        )
    if nights < 1:
        raise UsageError(f"cannot make {nights} nights", do="choose at least one night")
    district = District(seed, debtors, nights, faults, first_night)
    population = Population(seed, debtors)
    write_district(out, district)
    write_parties(out, population)
    return GenerationReport(district)
