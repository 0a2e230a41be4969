"""Text tables of one delivery become accepted and quarantined rows in its folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from connectors import inquiry, present
from connectors.delivery import Candidate
from connectors.layers import Layer
from connectors.pull import Read
from connectors.records import TableCount
from core.store import Store
from data_contracts import Contract, Table, arrow_schema
from data_contracts.row_filter import FilterContext, FilterResult, filter_table

#: What the filter says of a refused row.
QUARANTINED: list[tuple[str, pa.DataType]] = [
    ("table_name", pa.string()),
    ("row_no", pa.int64()),
    ("file", pa.string()),
    ("reasons", pa.list_(pa.string())),
    ("fields", pa.list_(pa.string())),
    ("severity", pa.string()),
    ("raw", pa.string()),
]
#: Relation with the inquiries that a reply may answer.
ASKED = "asked_of_source"
PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 50000)"


@dataclass(frozen=True)
class Origin:
    """Where the rows of a delivery come from; `files`: delivered name -> (SHA-256, data_as_of)."""

    business_date: date
    batch: str | None
    files: Mapping[str, tuple[str, datetime]]


@dataclass(frozen=True)
class Filtered:
    """What became of the rows: per table, and rows per reason or warning code. `texts` are what was filtered, by table
    and delivered file name; `rejects` counts rows by table, reject code and column; `distinct` names the tables in
    which no key is there twice."""

    tables: Mapping[str, TableCount] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    rejects: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    distinct: frozenset[str] = frozenset()


def filter_delivery(
    con: duckdb.DuckDBPyConnection,
    store: Store,
    contract: Contract,
    candidate: Candidate,
    reads: Sequence[Read],
    *,
    held: Sequence[Layer],
    folder: Path,
) -> Filtered:
    """Filter every table that `reads` carry, parents before children, into `folder`.

    `held` is the present state without this delivery; its views stand in the session under the prefix ``held_``. Writes
    ``accepted/<table>.parquet`` (with the provenance of `present.PROVENANCE`), ``quarantine.parquet`` and, for
    extracts, ``orphans/<table>.parquet``: the text of rows that lack nothing but their parent.
    """
    if candidate.batch is not None:
        lines = inquiry.asked_lines_sql(store, candidate.batch, contract.source)
        con.execute(f"CREATE OR REPLACE TEMP VIEW {ASKED} AS {lines}")
    origin = Origin(
        candidate.business_date,
        candidate.batch,
        {read.part.file.name: (read.sha256, read.control.data_as_of) for read in reads},
    )
    results: dict[str, FilterResult] = {}
    texts: dict[str, Mapping[str, Path]] = {}
    for table in present.parents_first(contract):
        text = {read.part.file.name: read.text / f"{table.name}.parquet" for read in reads if table.name in read.rows}
        if not text:
            continue
        rows = sum(read.rows.get(table.name, 0) for read in reads)
        texts[table.name] = text
        context = _context(contract, candidate, table, results, held)
        result = (
            _empty(table, folder.with_name(f"{folder.name}.rows"))
            if not rows
            else filter_table(con, contract, table, text, context, out=folder.with_name(f"{folder.name}.rows"))
        )
        results[table.name] = result
        file_accepted(con, origin, result.accepted_path, folder / "accepted" / f"{table.name}.parquet")
        if contract.mode == "extract" and table.parent and not table.nested:
            _file_orphans(con, result, text, folder / "orphans" / f"{table.name}.parquet")
    _file_quarantine(con, contract.source, candidate, results, folder / "quarantine.parquet")
    return Filtered(
        tables={
            name: TableCount(found.delivered, found.accepted, found.quarantined) for name, found in results.items()
        },
        texts=texts,
        reasons=_reasons(con, folder / "quarantine.parquet"),
        warnings=_warnings(con, [folder / "accepted" / f"{name}.parquet" for name in results]),
        rejects={name: found.rejects for name, found in results.items()},
        distinct=frozenset(name for name, found in results.items() if found.distinct),
    )


def _empty(table: Table, out: Path) -> FilterResult:
    """The result for a table without rows: most tables of most deltas, not worth compiling their contract."""
    accepted, quarantine = (out / kind / f"{table.name}.parquet" for kind in ("accepted", "quarantine"))
    for path, schema in ((accepted, arrow_schema.accepted_schema(table)), (quarantine, pa.schema(QUARANTINED))):
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(schema.empty_table(), path)
    return FilterResult(table.name, 0, 0, 0, accepted, quarantine, {}, {})


def _context(
    contract: Contract,
    candidate: Candidate,
    table: Table,
    results: Mapping[str, FilterResult],
    held: Sequence[Layer],
) -> FilterContext:
    """Parents come from this delivery; a delta's children may also belong to a parent that we hold already, and so may
    those of an extract whose parents' file did not come. Where nothing at all is known of the parents, nothing can be
    said of an orphan."""
    accepted: dict[str, Path] = {}
    present_parents: dict[str, str] = {}
    if table.parent is not None:
        name = table.parent.parent_table
        if name in results:
            accepted[name] = results[name].accepted_path
        known = contract.mode == "extract" and any(layer.carries(name) for layer in held)
        if known and (name not in results or candidate.mode == "delta"):
            present_parents[name] = f'"held_{present.view_name(contract.source, name)}"'
    asked = ASKED if candidate.batch is not None else None
    return FilterContext(candidate.mode, accepted, present_parents, asked)


def file_accepted(con: duckdb.DuckDBPyConnection, origin: Origin, accepted: Path, to: Path) -> None:
    """Copy accepted rows with their place (`present.PROVENANCE`) and `_repeated` on all but the first of equals."""
    to.parent.mkdir(parents=True, exist_ok=True)
    names = list(origin.files)
    for variable, position in (("sha256_of", 0), ("as_of", 1)):
        values = [facts[position] for facts in origin.files.values()]
        con.execute(f"SET VARIABLE {variable} = map($names, $values)", {"names": names, "values": values})
    query = """
        SELECT *, getvariable('sha256_of')[_file] AS _file_sha256, $day::DATE AS _business_date,
               getvariable('as_of')[_file] AS _data_as_of, $batch::VARCHAR AS _batch,
               list_contains(_warnings, 'duplicate_row') AS _repeated
        FROM read_parquet($path)"""
    copy_to(con, query, {"path": str(accepted), "day": origin.business_date, "batch": origin.batch}, to)


def _file_orphans(con: duckdb.DuckDBPyConnection, result: FilterResult, text: Mapping[str, Path], to: Path) -> None:
    """The text of rows that were refused for nothing but their parent, so that they can be offered again."""
    if "orphan_child" not in result.rejects:
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    arms = " UNION ALL ".join(
        f"SELECT *, getvariable('orphan_files')[{place}] AS _file"
        f" FROM read_parquet(getvariable('orphan_texts')[{place}])"
        for place in range(1, len(text) + 1)
    )
    con.execute("SET VARIABLE orphan_files = $files", {"files": list(text)})
    con.execute("SET VARIABLE orphan_texts = $paths", {"paths": [str(path) for path in text.values()]})
    query = f"""
        SELECT t.* FROM ({arms}) t
        SEMI JOIN (FROM read_parquet($quarantine) WHERE reasons = ['orphan_child']) q
          ON q.row_no = t._row_no AND q.file = t._file"""
    copy_to(con, query, {"quarantine": str(result.quarantine_path)}, to)


def _file_quarantine(
    con: duckdb.DuckDBPyConnection,
    source: str,
    candidate: Candidate,
    results: Mapping[str, FilterResult],
    to: Path,
) -> None:
    """All refused rows of the delivery in one file, with source and business date."""
    query = """
        SELECT $source::VARCHAR AS source, $day::DATE AS business_date, file, table_name, row_no, reasons, fields,
               severity, raw
        FROM read_parquet($paths)"""
    paths = [str(result.quarantine_path) for result in results.values()]
    copy_to(con, query, {"source": source, "day": candidate.business_date, "paths": paths}, to)


def _reasons(con: duckdb.DuckDBPyConnection, quarantine: Path) -> dict[str, int]:
    found = con.execute(
        "SELECT reason, count(*) FROM (SELECT unnest(reasons) AS reason FROM read_parquet($path)) GROUP BY reason",
        {"path": str(quarantine)},
    ).fetchall()
    return dict(sorted(found))


def _warnings(con: duckdb.DuckDBPyConnection, accepted: Sequence[Path]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for path in accepted:
        found = con.execute(
            "SELECT code, count(*) FROM (SELECT unnest(_warnings) AS code FROM read_parquet($path)) GROUP BY code",
            {"path": str(path)},
        ).fetchall()
        total.update(dict(found))
    return dict(sorted(total.items()))


def copy_to(con: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, object], to: Path) -> None:
    """Write the rows of `query` as Parquet."""
    con.execute(f"COPY ({query}) TO '{str(to).replace(chr(39), chr(39) * 2)}' {PARQUET}", dict(values))
