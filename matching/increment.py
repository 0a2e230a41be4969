"""The second night compares what changed: the same links as a full run under the same frozen model.

What a night leaves for the next is a folder of Parquet files, because it is as large as the district: ``left`` and
``right`` (record_id and a digest of everything compared), ``answer`` (LINKS and `place`, see engine.answering) and
``beyond`` (left_id and its leads that are not kept).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from core.errors import UsageError
from core.files import replace_durably
from matching import engine, sides, steps
from matching.model import Model
from matching.session import Session, session
from matching.sides import COLUMNS, Side


@dataclass(frozen=True)
class Memory:
    """What one night leaves for the next in `folder`, under one model version.

    `leads_beyond_limit`: leads not shown tonight; of a debtor that has not been compared whole since, those that went
    unseen are still counted. `pairs_not_compared`: what the last run that learned left out of comparison; null where no
    such run counted. Both as in LinkReport.
    """

    model: str
    folder: Path
    leads_beyond_limit: int | None = None
    pairs_not_compared: int | None = None

    def links(self, leads_per_left: int) -> pa.RecordBatchReader:
        """The links of the night, as `link` gives them but in no order, and read once: bounded memory."""
        shown = ds.field("place").is_null() | (ds.field("place") <= leads_per_left)
        return (
            ds.dataset(self.file("answer"))
            .scanner(
                columns=engine.LINKS.names, filter=shown, batch_size=16_384, batch_readahead=2, fragment_readahead=1
            )
            .to_reader()
        )

    def is_whole(self) -> bool:
        """Whether every part lies there."""
        return all(self.file(part).exists() for part in ("left", "right", "answer", "beyond"))

    def file(self, part: str) -> Path:
        """Where a part lies."""
        return self.folder / f"{part}.parquet"


def begin(
    left: Side, right: Side, folder: Path, base: str | Model = "v3", *, threads: int = 2, memory: str = "1GB"
) -> tuple[Memory, Model]:
    """A week's first night: what to remember, written into `folder`, and the model learned from the two sides."""
    with engine.learning(left, right, base, threads=threads, memory=memory) as (run, model):
        _write(run.con, "FROM answer", folder / "answer.parquet")
        _write(run.con, _NOT_KEPT, folder / "beyond.parquet")
        beyond = sum(more for _, more in engine.leads_beyond(run.con))
        left_behind = Memory(model.version, folder, beyond, run.value("SELECT pairs FROM not_compared"))
    with session(threads, memory) as run:
        _write_digests(run, left_behind, left, right)
    return left_behind, model


def relink(
    left: Side,
    right: Side,
    model: Model,
    before: Memory | None,
    folder: Path,
    *,
    threads: int = 2,
    memory: str = "1GB",
) -> Memory:
    """What to remember of tonight, written into `folder`. Only changed records and changed debtors are compared.

    `before` of another model version, or None, makes a full run. Raises UsageError if the model is not frozen: what is
    estimated from tonight's rows would make a pair's score depend on rows that have nothing to do with it.
    """
    if model.population is None:
        raise UsageError("only a frozen model can be carried from night to night", where=model.version, do="train it")
    tonight = Memory(model.version, folder)
    carried = before if before is not None and before.model == model.version else None
    # one session at a time: each may use all the memory given
    with session(threads, memory) as run:
        steps.declare(run, model)
        _write_digests(run, tonight, left, right)
        pairs = [(left, right)] if carried is None else _changed(run, tonight, carried, left, right)
    parts = [] if carried is None else ["kept"]
    for number, (one, other) in enumerate(pairs):
        with engine.answering(one, other, model, threads=threads, memory=memory) as con:
            part = f"found_{number}"
            _write(con, "FROM answer", tonight.file(f"{part}_answer"))
            unplaced = "NULL::DOUBLE AS last_probability, NULL::VARCHAR AS last_right_id"
            _write(con, f"SELECT *, {unplaced} FROM ({_NOT_KEPT})", tonight.file(f"{part}_beyond"))
            parts.append(part)
    with session(threads, memory) as run:
        steps.declare(run, model)
        beyond = _join(run, tonight, parts)
    return Memory(model.version, folder, beyond, carried.pairs_not_compared if carried else None)


#: Leads of a run that it does not keep, by debtor.
_NOT_KEPT = (
    "SELECT left_id, leads - getvariable('leads_kept') AS leads FROM lead_count WHERE leads > getvariable('leads_kept')"
)


#: Records that came or changed, as long as they are compared.
_ARRIVED = "arrived"


def _changed(run: Session, tonight: Memory, before: Memory, left: Side, right: Side) -> list[tuple[Side, Side]]:
    """What must be compared: changed debtors with every record, the others with changed records. Writes what stays: of
    pairs of which both sides stayed as they were."""
    for name, side in {"left_rows": left, "right_rows": right}.items():
        sides.put(run, name, side)
    for part in ("left", "right"):
        sides.put(run, f"{part}_now", tonight.file(part))
        sides.put(run, f"{part}_before", before.file(part))
    for part in ("answer", "beyond"):
        sides.put(run, f"{part}_before", before.file(part))
    run.run("increment")
    _write(run.con, "FROM kept_answer", tonight.file("kept_answer"))
    _write(run.con, "FROM kept_beyond", tonight.file("kept_beyond"))
    changed, same = (run.table(f"FROM {name}") for name in ("left_changed", "left_same"))
    pairs: list[tuple[Side, Side]] = [(changed, right)] if changed.num_rows else []
    if same.num_rows and run.value("SELECT count(*) FROM right_changed"):
        _write(run.con, "FROM right_changed", tonight.file(_ARRIVED))
        pairs.append((same, tonight.file(_ARRIVED)))
    return pairs


def _join(run: Session, tonight: Memory, parts: list[str]) -> int:
    """Write the night's answer from its parts, which are removed; returns how many leads are not shown."""
    for what in ("answer", "beyond"):
        files = ", ".join(sides.quoted(tonight.file(f"{part}_{what}")) for part in parts)
        run.con.execute(f"CREATE TEMP VIEW part_{what} AS FROM read_parquet([{files}])")
    run.run("joined")
    for what in ("answer", "beyond"):
        _write(run.con, f"FROM {what}", tonight.file(what))
        for part in parts:
            tonight.file(f"{part}_{what}").unlink()
    tonight.file(_ARRIVED).unlink(missing_ok=True)
    return int(
        run.value(
            "SELECT coalesce((SELECT sum(leads) FROM beyond), 0)"
            " + (SELECT count(*) FROM answer WHERE place > getvariable('leads_per_left'))"
        )
    )


def _write_digests(run: Session, tonight: Memory, left: Side, right: Side) -> None:
    """Grain of both: record_id. `digest` of all its rows, in any order."""
    for part, side in {"left": left, "right": right}.items():
        present = [name for name in COLUMNS if name in sides.names(side)]
        sides.put(run, "digested", side)
        texts = ", ".join(f"nullif({name}::VARCHAR, '')" for name in present)
        # Sums: no order to keep, two numbers a record to hold. Exclusive or would not see a row that stands twice.
        _write(
            run.con,
            "SELECT record_id, sum(md5_number_lower(line)) || '.' || sum(md5_number_upper(line)) AS digest"
            f" FROM (SELECT record_id, to_json([{texts}])::VARCHAR AS line FROM digested) GROUP BY record_id",
            tonight.file(part),
        )


def _write(con: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    # on the disk before the night is named: the next one rests on it
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    con.execute(f"COPY ({query}) TO {sides.quoted(part)} (FORMAT parquet, COMPRESSION zstd)")
    replace_durably(part, file)
