"""The outgoing question: one list per addressee and batch in the outbox, and the store's memory of who was asked.

The memory (``inquiries/<batch>.parquet``) is written last. A run killed before that has asked nobody as far as the next
run knows: it writes the same batch again, and the same lines get the same numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from connectors.control import Control
from core.errors import StoreError
from core.files import write_json, written_whole
from core.store import Store, compact
from data_contracts import OUTGOING, load

#: How `contract.format` spells the end of a line.
_LINE_END = {"CRLF": "\r\n", "LF": "\n", None: "\n"}

#: What the store remembers of an inquiry line; `sources` are its addressees.
MEMORY = """
SELECT inquiry_no, $batch AS batch, $business_date::DATE AS business_date, asked_at::TIMESTAMP AS asked_at, debtor_id,
       case_no, debtor_name AS name, id_type, id_number, sources
FROM inquiry_line ORDER BY inquiry_no
"""


REMEMBERED: list[tuple[str, pa.DataType]] = [
    ("inquiry_no", pa.string()),
    ("batch", pa.string()),
    ("business_date", pa.date32()),
    ("asked_at", pa.timestamp("us")),
    ("debtor_id", pa.string()),
    ("case_no", pa.string()),
    ("name", pa.string()),
    ("id_type", pa.string()),
    ("id_number", pa.string()),
    ("sources", pa.list_(pa.string())),
]


@dataclass(frozen=True)
class Batch:
    """One inquiry batch of `lines` inquiries; `sources` maps each addressee to the number of lines it got."""

    batch: str
    business_date: date
    asked_at: datetime
    lines: int
    sources: dict[str, int]


def batch_id(business_date: date, run: int) -> str:
    """Q + business date + two-digit run."""
    return f"Q{compact(business_date)}{run:02d}"


def next_run(store: Store, business_date: date) -> int:
    """1 for the first list of a business date, then 2, 3 …: known batches and lists already sent both count."""
    known = {int(path.stem[-2:]) for path in store.inquiries.glob(f"Q{compact(business_date)}[0-9][0-9].parquet")}
    return max(known, default=0) + 1


def asked_batches(store: Store, business_date: date, source: str | None = None) -> tuple[Batch, ...]:
    """Batches asked on that business date in order of run; with `source` only those with lines for that addressee."""
    found = []
    for path in sorted(store.inquiries.glob(f"Q{compact(business_date)}[0-9][0-9].parquet")):
        batch = _read_batch(path, business_date)
        if source is None or source in batch.sources:
            found.append(batch)
    return tuple(found)


def memory_path(store: Store, batch: str) -> Path:
    """Where the store remembers the lines of `batch`."""
    return store.inquiries / f"{batch}.parquet"


def asked_lines_sql(store: Store, batch: str, source: str) -> str:
    """A SELECT of the lines of `batch` that went to `source`; `source` must be a known source id."""
    path = str(memory_path(store, batch)).replace("'", "''")
    return f"FROM read_parquet('{path}') WHERE list_contains(sources, '{source}')"


def write_lists(
    con: duckdb.DuckDBPyConnection, store: Store, business_date: date, run: int, asked_at: datetime
) -> Batch:
    """Send table ``inquiry_line`` of the session: one list with its control file per addressee, then remember it.

    ``inquiry_line`` holds the columns of the outgoing contract in typed form (id_type canonical, former_names a list),
    then debtor_id and sources. Every inquiry_no must belong to this batch. A batch once asked is never written again.
    """
    batch = batch_id(business_date, run)
    if memory_path(store, batch).exists():
        raise StoreError("this batch has already been asked", where=batch, do="ask the next run of that date")
    foreign = con.execute(
        "SELECT count(*) FROM inquiry_line WHERE inquiry_no IS NULL OR NOT starts_with(inquiry_no, $batch || '-')",
        {"batch": batch},
    ).fetchall()[0][0]
    if foreign:
        raise StoreError(f"{foreign} inquiry numbers do not belong to the batch", where=batch)
    con.execute(f"CREATE OR REPLACE TEMP TABLE _inquiry_text AS {_text_sql()}")
    addressed = con.execute("SELECT DISTINCT unnest(sources) AS source FROM inquiry_line ORDER BY 1").fetchall()
    sent = {}
    for (source,) in addressed:
        lines = _lines_for(con, source)
        folder = store.outbox_folder(source, business_date)
        _send(folder / ("inquiry.csv" if run == 1 else f"inquiry_{run:02d}.csv"), lines, batch, asked_at)
        sent[source] = len(lines)
    con.execute("DROP TABLE _inquiry_text")
    memory = con.execute(MEMORY, {"batch": batch, "business_date": business_date}).to_arrow_table()
    with written_whole(memory_path(store, batch)) as temporary:
        pq.write_table(memory, temporary)
    return Batch(batch, business_date, asked_at, memory.num_rows, sent)


def leave_out(con: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> None:
    """Take addressees that are not connected out of ``inquiry_line``, and lines that nobody is left to answer."""
    con.execute(
        "UPDATE inquiry_line SET sources = list_filter(sources, lambda source: NOT list_contains($sources, source))",
        {"sources": list(sources)},
    )
    con.execute("DELETE FROM inquiry_line WHERE len(sources) = 0")


def _lines_for(con: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    lines = con.execute(
        "SELECT line FROM _inquiry_text WHERE list_contains(sources, $source) ORDER BY inquiry_no", {"source": source}
    ).to_arrow_table()
    return [str(line) for line in lines.column("line").to_pylist()]


def _send(path: Path, lines: Sequence[str], batch: str, asked_at: datetime) -> None:
    """Write one addressee's list and then its control file."""
    content = _content(lines)
    with written_whole(path) as temporary:
        temporary.write_bytes(content)
    control = Control(
        file=path.name,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        rows={OUTGOING: len(lines)},
        mode="reply",
        extracted_at=asked_at,
        data_as_of=asked_at,
        inquiry_batch=batch,
    )
    write_json(path.with_name(f"{path.name}.ok"), control.as_json())


def _content(lines: Sequence[str]) -> bytes:
    """The file: BOM, header, lines, every line ended as the agreement says."""
    contract = load(OUTGOING)
    end = _LINE_END[contract.format.line_end]
    header = ",".join(f'"{column.label}"' for column in contract.tables[0].columns)
    text = end.join([header, *lines]) + end
    return text.encode("utf-8-sig" if contract.format.bom else "utf-8")


def _text_sql() -> str:
    """Lines as text, generated from the outgoing contract: every field quoted, quotes doubled, null an empty field."""
    contract = load(OUTGOING)
    fields = []
    for column in contract.tables[0].columns:
        name = f'"{column.name}"'
        if column.type == "list":
            value = f"array_to_string({name}, '{contract.format.list_separator}')"
        elif column.type == "date":
            value = f"strftime({name}::DATE, '{contract.format.date[0]}')"
        elif column.type == "datetime":
            value = f"strftime({name}::TIMESTAMP, '{contract.format.datetime[0]}')"
        elif column.codes:
            codes = "".join(f" WHEN '{canonical}' THEN '{code}'" for code, (canonical, _) in column.codes.items())
            value = f"CASE {name}{codes} ELSE {name} END"
        else:
            value = f"{name}::VARCHAR"
        # A line break inside a value would make two records of one.
        flat = f"regexp_replace(coalesce({value}, ''), '[\\r\\n]+', ' ', 'g')"
        fields.append(f"""'"' || replace({flat}, '"', '""') || '"'""")
    joined = " || ',' || ".join(fields)
    return f"SELECT inquiry_no, sources, {joined} AS line FROM inquiry_line"


def _read_batch(path: Path, business_date: date) -> Batch:
    memory = pq.read_table(path, columns=["asked_at", "sources"])
    counted = pc.value_counts(pc.list_flatten(memory.column("sources")))
    sources = {entry["values"].as_py(): entry["counts"].as_py() for entry in counted if entry["values"].is_valid}
    asked_at = pc.min(memory.column("asked_at")).as_py() or datetime.combine(business_date, datetime.min.time())
    return Batch(path.stem, business_date, asked_at, memory.num_rows, dict(sorted(sources.items())))


def remembered(store: Store) -> pa.Table:
    """Every inquiry line ever sent, as table ``asked`` of the profiles has it; empty before the first evening."""
    paths = sorted(store.inquiries.glob("Q*.parquet"))
    if paths:
        return pa.concat_tables(pq.read_table(path) for path in paths)
    return pa.schema(REMEMBERED).empty_table()
