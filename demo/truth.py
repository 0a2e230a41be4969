"""The truth beside the deliveries: ``<out>/truth/``, everything that a test or a player of agencies needs to know.

demo.json          the district: seed, debtors, nights, faults, first_night, dates (YYYY-MM-DD, one per night)
debtors.parquet    `demo.population.DEBTORS`: whom the court looks for, as the court knows them
people.parquet     `demo.people.PEOPLE` + reason: everybody an inquiry can hit: debtors, people of a debtor's name
                   (at most NAMESAKES per name), and the households of debtors (relatives: never to be delivered)
firms.parquet      `demo.firms.FIRMS` + reason: debtor firms, their branches, shops that debtors operate, same names

reason is debtor | namesake | relative for people, debtor | branch | shop | namesake for firms; the strongest applies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from core.errors import NotFoundError
from core.files import write_json, written_whole
from demo.arrow import Column, Table, pa, pc
from demo.firms import FIRMS
from demo.people import PEOPLE
from demo.population import DEBTORS, Population

#: A reply by name alone lists at most twenty people; more of one name need not be known to anybody.
NAMESAKES = 25
PEOPLE_WITH_REASON = PEOPLE.append(pa.field("reason", pa.string()))
FIRMS_WITH_REASON = FIRMS.append(pa.field("reason", pa.string()))


@dataclass(frozen=True)
class District:
    """What was asked of the generator; enough to make the same district again."""

    seed: int
    debtors: int
    nights: int
    faults: bool
    first_night: date

    @property
    def dates(self) -> tuple[date, ...]:
        """Business dates, one per night; the first is a Sunday."""
        return tuple(self.first_night + timedelta(days=number) for number in range(self.nights))


def truth_folder(out: Path) -> Path:
    """Where the truth of the district in `out` lies."""
    return out / "truth"


def write_district(out: Path, district: District) -> None:
    """Write demo.json."""
    document = asdict(district) | {
        "first_night": district.first_night.isoformat(),
        "dates": [day.isoformat() for day in district.dates],
    }
    write_json(truth_folder(out) / "demo.json", document)


def read_district(out: Path) -> District:
    """The district that lies in `out`; NotFoundError when there is none."""
    path = truth_folder(out) / "demo.json"
    if not path.exists():
        raise NotFoundError("no demo district here", where=str(path), do="run chakong demo first")
    document = json.loads(path.read_text(encoding="utf-8"))
    return District(
        seed=document["seed"],
        debtors=document["debtors"],
        nights=document["nights"],
        faults=document["faults"],
        first_night=date.fromisoformat(document["first_night"]),
    )


def write_parties(out: Path, population: Population) -> None:
    """Write debtors.parquet, people.parquet and firms.parquet, one neighbourhood after the other."""
    folder = truth_folder(out)
    with parquet_rows(folder / "debtors.parquet", DEBTORS) as add:
        wanted: list[Column] = []
        for chunk in range(population.chunks):
            debtors = population.debtors(chunk)
            add(debtors)
            wanted += debtors["name"].chunks + _former_names_of_debtors(population, chunk)
    wanted_names = pa.chunked_array(wanted, pa.string()).unique()
    met: dict[str, int] = {}
    with (
        parquet_rows(folder / "people.parquet", PEOPLE_WITH_REASON) as add_people,
        parquet_rows(folder / "firms.parquet", FIRMS_WITH_REASON) as add_firms,
    ):
        for chunk in range(population.chunks):
            add_people(_people_an_inquiry_hits(population, chunk, wanted_names, met))
            add_firms(_firms_an_inquiry_hits(population, chunk, wanted_names))


def _former_names_of_debtors(population: Population, chunk: int) -> list[Column]:
    return [
        pc.list_flatten(table.filter(pc.is_valid(table["debtor_no"]))["former_names"].combine_chunks())
        for table in (population.people(chunk), population.firms(chunk))
    ]


def _people_an_inquiry_hits(population: Population, chunk: int, wanted: Column, met: dict[str, int]) -> Table:
    people = population.people(chunk)
    debtor = pc.is_valid(people["debtor_no"])
    homes = people.filter(debtor)["household"].unique()
    relative = pc.and_(pc.is_in(people["household"], homes), pc.not_equal(people["role"], "double"))
    same_name = pc.is_in(people["name"], wanted)
    reason = pc.if_else(debtor, "debtor", pc.if_else(relative, "relative", pc.if_else(same_name, "namesake", "")))
    table = people.append_column("reason", reason).filter(pc.not_equal(reason, ""))
    keep = []
    for name, why in zip(table["name"].to_pylist(), table["reason"].to_pylist(), strict=True):
        if why == "namesake":
            met[name] = met.get(name, 0) + 1
        keep.append(why != "namesake" or met[name] <= NAMESAKES)
    return table.filter(pa.array(keep, pa.bool_()))


def _firms_an_inquiry_hits(population: Population, chunk: int, wanted: Column) -> Table:
    firms, people = population.firms(chunk), population.people(chunk)
    debtor = pc.is_valid(firms["debtor_no"])
    branch = pc.and_(
        pc.is_valid(firms["parent_id"]), pc.is_in(firms["parent_id"], firms.filter(debtor)["firm_id"].combine_chunks())
    )
    persons = people.filter(pc.is_valid(people["debtor_no"]))["person_id"].combine_chunks()
    shop = pc.and_(pc.equal(firms["kind"], "sole_proprietor"), pc.is_in(firms["legal_rep_id"], persons))
    same_name = pc.is_in(firms["name"], wanted)
    reason = pc.if_else(
        debtor,
        "debtor",
        pc.if_else(branch, "branch", pc.if_else(shop, "shop", pc.if_else(same_name, "namesake", ""))),
    )
    return firms.append_column("reason", reason).filter(pc.not_equal(reason, ""))


class ParquetRows:
    """Appends tables to one Parquet file; columns are put in the order of the schema."""

    def __init__(self, writer: pq.ParquetWriter, schema: pa.Schema) -> None:
        self._writer, self._schema, self.rows = writer, schema, 0

    def __call__(self, table: Table) -> None:
        """Append `table`; an empty one leaves no row group."""
        if len(table):
            self._writer.write_table(table.select(self._schema.names).cast(self._schema))
            self.rows += len(table)


@contextmanager
def parquet_rows(path: Path, schema: pa.Schema) -> Iterator[ParquetRows]:
    """A Parquet file of `schema`, whole or absent, filled by calling what is yielded with tables."""
    with written_whole(path) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        yield ParquetRows(writer, schema)
