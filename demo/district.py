"""Generate a district: deliveries of eight registers for every night, and the truth beside them."""

from __future__ import annotations

import shutil
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as clock_time
from pathlib import Path

from core.errors import UsageError
from core.store import compact
from data_contracts import load
from data_contracts.calendar import is_due
from demo.arrow import Table
from demo.book import TruthBook
from demo.court.cases import make_cases
from demo.court.rows import write_cases
from demo.faults import Planting
from demo.faults.files import spoil
from demo.neighbourhood import Neighbourhood
from demo.nights import Register
from demo.population import Population
from demo.registers import enterprises, housing, land, mining, projects, vehicles
from demo.registers.changes import changes, to_be_renewed
from demo.stories.plot import tell
from demo.stories.tale import Tale
from demo.truth import District, read_district, write_district, write_parties
from demo.writing.delivery import Delivery, Layout, Moment, open_delivery
from demo.writing.text import delivered, typed_rows

FIRST_NIGHT = date(2026, 11, 22)
SOURCES = ("court_cases", "vehicles", "land", "mining", "housing", "enterprises", "development", "planning")
SUNDAY = 6

#: Called with (done, all, what in Chinese) after every neighbourhood.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class GenerationReport:
    """What was written: rows per source and table over all nights, number of files, seconds."""

    district: District
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    files: int = 0
    faults: int = 0
    seconds: float = 0.0

    def text_zh(self) -> str:
        """The report as the command line prints it."""
        total = sum(sum(tables.values()) for tables in self.rows.values())
        lines = [
            f"示范辖区已生成（全部为合成数据）：被执行人{self.district.debtors:,}名，{self.district.nights}个业务日，"
            f"共{self.files:,}个文件、{total:,}行，用时{self.seconds:.1f}秒"
        ]
        for source, tables in self.rows.items():
            lines.append(f"  {load(source).title_zh}（{source}）：{sum(tables.values()):,}行")
        if self.district.faults:
            lines.append(f"  已植入缺陷{self.faults:,}处，见 truth/faults.parquet")
        return "\n".join(lines)


def generate(
    out: Path,
    debtors: int = 2_000,
    nights: int = 2,
    seed: int = 1,
    faults: bool = False,
    *,
    first_night: date = FIRST_NIGHT,
    progress: Progress | None = None,
) -> GenerationReport:
    """Write ``<out>/<source>/<YYYYMMDD>/`` for every night and ``<out>/truth/``; what lay there before is replaced.

    UsageError when the first night is no Sunday, or there is no night.
    """
    if first_night.weekday() != SUNDAY:
        raise UsageError(
            f"the first night is no Sunday: {first_night}", do="begin on a Sunday: full extracts come then"
        )
    if nights < 1:
        raise UsageError(f"cannot make {nights} nights", do="choose at least one night")
    began = time.monotonic()
    district = District(seed, debtors, nights, faults, first_night)
    population = Population(seed, debtors)
    _clear(out, district)
    write_district(out, district)
    names = write_parties(out, population)
    making = _Making(out, district)
    with TruthBook(out, district, names) as book:
        for number in range(population.chunks):
            making.neighbourhood(Neighbourhood(population, number, first_night), book)
            if progress is not None:
                progress(number + 1, population.chunks, "登记数据")
        making.finish(book)
    return GenerationReport(district, making.counts, making.files, book.faults, time.monotonic() - began)


def district_nights(out: Path) -> tuple[date, ...]:
    """The business dates of the district that lies in `out`."""
    return read_district(out).dates


def _clear(out: Path, district: District) -> None:
    """Remove what an earlier run left for the same nights, so that no file of another district remains."""
    for source in SOURCES:
        for night in district.dates:
            shutil.rmtree(out / source / compact(night), ignore_errors=True)


class _Making:
    """All deliveries of all nights, open at once; neighbourhoods are poured into them one after the other."""

    def __init__(self, out: Path, district: District) -> None:
        self._out, self._district = out, district
        self._open: dict[tuple[str, int], Delivery] = {}
        self.counts: dict[str, dict[str, int]] = {}
        self.files = 0
        self._planting: Planting | None = None

    def neighbourhood(self, place: Neighbourhood, book: TruthBook) -> None:
        """Deliver one neighbourhood, night by night."""
        tale, registers = _founded(place, self._district.nights)
        book.namesakes(tale, registers)
        planting = None
        if self._district.faults and place.number == 0:
            moving = _moving_records(tale, registers)
            self._planting = planting = Planting(place, _debtors_records(tale), moving)
        for night in range(self._district.nights):
            for source, register in registers.items():
                if night:
                    told = [change for change in tale.changes[night] if change.source == source]
                    gone = planting.vanishing(register) if planting and night == 1 else []
                    register.apply([*changes(tale, night, source, register), *told, *gone])
                self._deliver(source, register, night, planting if night == 0 else None)
        book.tell(tale, planting.planted if planting else ())

    def _deliver(self, source: str, register: Register, night: int, planting: Planting | None) -> None:
        contract, business_date = register.contract, self._district.dates[night]
        sunday = business_date.weekday() == SUNDAY
        if not (is_due(contract, business_date) or (source == "mining" and register.has_changed)):
            return
        typed = register.full() if sunday else register.delta()
        text = {name: delivered(contract, contract.table(name), rows) for name, rows in typed.items()}
        layout = None
        if planting is not None:
            text = planting.plant(contract, text)
            layout = planting.layout(contract, text)
        if (source, night) not in self._open:
            self._begin(source, night, "full" if sunday else "delta", layout)
        self._open[source, night].add(text)

    def _begin(self, source: str, night: int, mode: str, layout: Layout | None) -> None:
        evening = self._district.dates[night]
        court = source == "court_cases"
        as_of, drawn = (clock_time(18), clock_time(18, 20)) if court else (clock_time(20), clock_time(23, 40))
        moment = Moment(evening, mode, datetime.combine(evening, as_of), datetime.combine(evening, drawn))
        self._open[source, night] = open_delivery(self._out, load(source), moment, layout)

    def finish(self, book: TruthBook) -> None:
        """Close every delivery and note what it holds."""
        if self._planting is not None:
            book.planted(self._planting.planted, self._open)
        for (source, night), delivery in sorted(self._open.items()):
            for written in delivery.close():
                self.files += 1
                book.delivered(source, self._district.dates[night], written)
            tables = self.counts.setdefault(source, defaultdict(int))
            for name, rows in delivery.rows.items():
                tables[name] += rows
        if self._district.faults:
            book.spoilt(spoil(self._out, self._district.dates))


def _debtors_records(tale: Tale) -> dict[str, set[str]]:
    """source -> first parts of the record ids of debtors' things."""
    records: dict[str, set[str]] = defaultdict(set)
    for asset in tale.assets:
        records[asset["source"]].add(asset["record_id"].split("/")[0])
    return records


def _moving_records(tale: Tale, registers: dict[str, Register]) -> dict[str, set[str]]:
    """source -> first parts of the record ids of what later nights deliver again."""
    records: dict[str, set[str]] = defaultdict(set)
    for told in tale.changes.values():
        for change in told:
            key = registers[change.source].contract.table(change.table).key[0]
            records[change.source].add(str(change.row[key]))
    renewed = to_be_renewed(registers["mining"])
    records["mining"] |= {renewed["permit_no"]} if renewed else set()
    return records


def _founded(place: Neighbourhood, nights: int) -> tuple[Tale, dict[str, Register]]:
    """The stories of a neighbourhood and its registers as they stand on the first night."""
    strangers: dict[str, dict[str, Table]] = {"vehicles": vehicles.strangers(place)}
    strangers["housing"], house_owners = housing.strangers(place)
    strangers["land"] = land.strangers(place, house_owners)
    strangers["enterprises"], equity = enterprises.everybody(place)
    strangers["development"], strangers["planning"] = projects.strangers(place)
    strangers["mining"] = {
        name: typed_rows(load("mining").table(name), rows) for name, rows in mining.strangers(place).items()
    }
    tale = tell(place, nights, make_cases(place, nights), equity)
    write_cases(tale)
    return tale, {source: Register.founded(source, strangers.get(source, {}), tale.rows) for source in SOURCES}
