"""The truth beside the deliveries: ``<out>/truth/``, everything that a test or a player of agencies needs to know.

demo.json          the district: seed, debtors, nights, faults, first_night, dates (YYYY-MM-DD, one per night)
debtors.parquet    `demo.population.DEBTORS`: whom the court looks for, as the court knows them
people.parquet     `demo.people.PEOPLE` + reason: everybody an inquiry can hit: debtors, people of a debtor's name
                   (at most NAMESAKES per name), and the households of debtors (relatives: never to be delivered)
firms.parquet      `demo.firms.FIRMS` + reason: debtor firms, their branches, shops that debtors operate, same names

rows.parquet       ROWS: what every delivered file holds
assets.parquet     ASSETS: per night, debtor and record what the profile must show
applications.parquet  APPLICATIONS: procedures in progress at debtors' things, from the night given on
not_theirs.parquet NOT_THEIRS: records that look like a debtor's and belong to nobody who is one
declared.parquet   DECLARED: what debtors declared, and whether a register holds it
cases.parquet      CASES: per night, case and debtor whether the court still asks
faults.parquet     FAULTS: every planted fault with its place and the verdict expected (empty without faults);
                   of a whole file without table and row, its verdict the outcome of the source that night

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


def write_parties(out: Path, population: Population) -> Column:
    """Write debtors.parquet, people.parquet and firms.parquet; return every name that a debtor bears or bore."""
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
    return wanted_names


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


#: One row per night, debtor and record of an asset that the registers then show as the debtor's.
ASSETS = pa.schema(
    [
        ("night", pa.int64()),
        ("business_date", pa.date32()),
        ("debtor_no", pa.int64()),
        ("name", pa.string()),  # the debtor as the court knows it, so too the next two
        ("id_type", pa.string()),
        ("id_number", pa.string()),
        ("case_nos", pa.list_(pa.string())),
        ("in_scope", pa.bool_()),  # an open case, or one ended for lack of assets less than five years ago
        ("source", pa.string()),
        ("table_name", pa.string()),  # the table that names the owner
        ("record_id", pa.string()),  # its delivered key columns joined by /
        ("kind", pa.string()),
        ("identifier", pa.string()),  # as identifier_forms say; of equity up to the colon, the debtor_id follows
        ("tier", pa.string()),  # expected: confirmed where strong_id; probable or possible elsewhere are a first guess
        ("strong_id", pa.bool_()),  # court and register both hold a valid number that proves identity
        ("reach", pa.string()),
        ("ownership", pa.string()),
        ("share", pa.float64()),  # null when not stated
        ("gross_value", pa.decimal128(18, 2)),  # yuan; null where the register states none
        ("is_current", pa.bool_()),
        ("fault", pa.string()),  # planted in the rows of this asset; null: none
    ]
)
#: One row per procedure and night from which its state holds.
APPLICATIONS = pa.schema(
    [
        ("source", pa.string()),
        ("app_no", pa.string()),
        ("debtor_no", pa.int64()),
        ("record_id", pa.string()),  # of the asset it is about, if any
        ("kind", pa.string()),
        ("status", pa.string()),
        ("stage", pa.string()),
        ("can_be_stopped", pa.bool_()),
        ("from_night", pa.int64()),
    ]
)
#: One row per record of a register. why: family | given_away | twin | double | same_name.
NOT_THEIRS = pa.schema(
    [
        ("source", pa.string()),
        ("table_name", pa.string()),
        ("record_id", pa.string()),
        ("debtor_no", pa.int64()),  # whose it seems to be; null where several debtors bear the name
        ("why", pa.string()),
    ]
)
#: One row per asset a debtor declared in a case.
DECLARED = pa.schema(
    [
        ("debtor_no", pa.int64()),
        ("case_no", pa.string()),
        ("kind", pa.string()),
        ("identifier", pa.string()),
        ("found", pa.bool_()),
    ]
)
#: One row per night, case and debtor.
CASES = pa.schema(
    [("night", pa.int64()), ("case_no", pa.string()), ("debtor_no", pa.int64()), ("in_scope", pa.bool_())]
)
#: One row per delivered file and table.
ROWS = pa.schema(
    [
        ("source", pa.string()),
        ("business_date", pa.date32()),
        ("mode", pa.string()),
        ("file", pa.string()),
        ("table_name", pa.string()),
        ("rows", pa.int64()),
    ]
)
#: One row per planted fault. verdict: accepted (then codes are warnings) | quarantined (codes are reasons) | not_a_row.
FAULTS = pa.schema(
    [
        ("source", pa.string()),
        ("table_name", pa.string()),
        ("column_name", pa.string()),
        ("fault", pa.string()),
        ("business_date", pa.date32()),
        ("file", pa.string()),
        ("row_no", pa.int64()),
        ("record_id", pa.string()),
        ("verdict", pa.string()),
        ("codes", pa.list_(pa.string())),
        ("delivered", pa.string()),  # the value as planted, null for nothing
    ]
)
TABLES = {
    "assets": ASSETS,
    "applications": APPLICATIONS,
    "not_theirs": NOT_THEIRS,
    "declared": DECLARED,
    "cases": CASES,
    "rows": ROWS,
    "faults": FAULTS,
}


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
