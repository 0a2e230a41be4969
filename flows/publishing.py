"""Match and publish, unless nothing that the profiles rest on has changed since they were last published.

What they rest on is digested: the layers of every source, the outcomes of the night, the inquiry batches, what people
decided, the site's settings, the code and the matching model. The record of the last publication stands in
``<store>/published.json``. What a night found different is found against the database published for an earlier date,
which is kept beside: a night that is run again, because a sender came late or a run was killed, ends like one run once.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from connectors.records import read_outcomes
from core.clock import now
from core.files import write_json, written_whole
from core.memory import give_back
from core.store import Store, compact
from flows import linking
from flows.places import Places
from ledger import database, verdicts
from profiles import build, matching_input

#: What the build's session may hold while matching has the machine.
IDLE = "64MB"
SEVERITIES = ("urgent", "high", "normal")


def publish(con: duckdb.DuckDBPyConnection, place: Places, business_date: date, *, rebuild: bool) -> dict[str, Any]:
    """Build and publish from what the session has attached; returns the publication record plus `rebuilt`."""
    decided = standing_verdicts(place)
    digest = inputs_digest(place, business_date, decided)
    last = last_publication(place.store)
    if last and not rebuild and place.store.profiles.exists():
        if last["digest"] == digest:
            return {**last, "rebuilt": False}
        if date.fromisoformat(last["business_date"]) > business_date:
            # A later night stands published; showing an earlier one instead would take knowledge away.
            return {**last, "rebuilt": False}
    context = _context(place, business_date, decided)
    seconds = build.prepare(con, context)
    started = time.perf_counter()
    with _parties(con, place.store.work / "parties.parquet") as parties:
        linked = linking.link(place, matching_input.left(con), parties, context.run_id, rebuild=rebuild)
    seconds["matching"] = time.perf_counter() - started
    give_back()
    context = replace(context, model_version=linked.model, is_incremental=linked.incremental)
    report = build.finish(con, context, linked.links, place.store.profiles)
    record = {
        "digest": digest,
        "business_date": business_date.isoformat(),
        "run_id": context.run_id,
        "seconds": {**seconds, **report.seconds},
        "left_out": linked.left_out,
        **_findings(place.store.profiles, business_date),
    }
    write_json(publication_path(place.store), record)
    return {**record, "rebuilt": True}


@contextmanager
def _parties(con: duckdb.DuckDBPyConnection, file: Path) -> Iterator[Path]:
    """The right side of matching, in a file as long as it is wanted; meanwhile the session keeps next to nothing."""
    limit = con.execute("SELECT current_setting('memory_limit')").fetchall()[0][0]
    try:
        matching_input.right(con, file)
        con.execute(f"SET memory_limit = '{IDLE}'")
        give_back()
        yield file
    finally:
        con.execute(f"SET memory_limit = '{limit}'")
        file.unlink(missing_ok=True)


def publication_path(store: Store) -> Path:
    """Where the record of the last publication stands."""
    return store.root / "published.json"


def last_publication(store: Store) -> dict[str, Any] | None:
    """The record of the last publication, or None before the first."""
    path = publication_path(store)
    if not path.exists():
        return None
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def inputs_digest(place: Places, business_date: date, decided: pa.Table) -> str:
    """SHA-256 over everything a publication rests on; equal digests mean an equal database."""
    digest = hashlib.sha256()
    for part in (business_date, asdict(place.settings), code_version(), linking.BASE):
        digest.update(repr(part).encode())
    store = place.store
    files = [*store.present.glob("*.json"), *(store.nights / compact(business_date)).glob("*.json")]
    for path in sorted(files):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    for path in sorted(store.inquiries.glob("*.parquet")):
        digest.update(path.name.encode())
    digest.update(repr(decided.to_pylist()).encode())
    return digest.hexdigest()


def code_version() -> str:
    """The installed version of Chakong."""
    try:
        return version("chakong")
    except PackageNotFoundError:
        return "unknown"


def standing_verdicts(place: Places) -> pa.Table:
    """What people decided and did not withdraw, as the build takes it (build.VERDICT_SCHEMA), by link.

    A ledger that cannot be read raises: without it the night would undo what people decided.
    """
    url = database.url_of(place.settings, place.store)
    if not database.is_begun(url):
        return build.VERDICT_SCHEMA.empty_table()
    with database.opened(url) as engine:
        found = verdicts.standing(engine)
    rows = [{**asdict(verdict), **asdict(verdict.subject)} for verdict in found]
    rows.sort(key=lambda row: str(row["link_id"]))
    return pa.Table.from_pylist(rows, schema=build.VERDICT_SCHEMA)


def _context(place: Places, business_date: date, decided: pa.Table) -> build.BuildContext:
    started = now()
    return build.BuildContext(
        settings=place.settings,
        business_date=business_date,
        run_id=f"R{compact(business_date)}-{started:%Y%m%d%H%M%S}",
        started_at=started,
        code_version=code_version(),
        work=place.store.work,
        previous=_night_before(place.store, business_date),
        outcomes=_outcomes(place.store, business_date),
        verdicts=decided,
        told=frozenset(path.stem for path in place.store.present.glob("*.json")),
    )


def _night_before(store: Store, business_date: date) -> Path | None:
    """The database published for an earlier date: what the night is compared with, however often it is run.

    Compared with itself, a night of which a part came only with a later run would forget what vanished in between. The
    first night of all has nothing else to be compared with.
    """
    shown = _shown_date(store.profiles)
    if shown is not None and shown < business_date:
        with written_whole(store.profiles_before) as beside:
            beside.hardlink_to(store.profiles)
    before = _shown_date(store.profiles_before)
    if shown is not None and shown <= business_date and before is not None and before < business_date:
        return store.profiles_before
    return store.profiles if store.profiles.exists() else None


def _shown_date(published: Path) -> date | None:
    """The business date that a published database shows; None when there is none, or none that we can read."""
    if not published.exists():
        return None
    try:
        with duckdb.connect(str(published), read_only=True) as con:
            shown: date | None = con.execute("SELECT max(run_date) FROM run").fetchall()[0][0]
    except duckdb.Error:
        return None
    return shown


def _outcomes(store: Store, business_date: date) -> pa.Table:
    """Outcomes of every night up to this one, with the columns that the build expects."""
    names = build.OUTCOME_SCHEMA.names
    rows = [
        {name: getattr(outcome, name) for name in names}
        for outcome in read_outcomes(store)
        if outcome.business_date <= business_date
    ]
    return pa.Table.from_pylist(rows, schema=build.OUTCOME_SCHEMA)


COUNTS = {
    "被执行人": "SELECT count(*) FROM debtor",
    "案件": "SELECT count(DISTINCT case_no) FROM debtor_case",
    "已确认现有财产": "SELECT coalesce(sum(confirmed_assets), 0)::BIGINT FROM debtor",
    "可执行净值合计（元）": "SELECT coalesce(sum(net_value), 0) FROM debtor",
    "未能估值": "SELECT coalesce(sum(unvalued_assets), 0)::BIGINT FROM debtor",
    "待人工核实": "SELECT coalesce(sum(waiting_review), 0)::BIGINT FROM debtor",
    "可以叫停的在办手续": "SELECT count(*) FROM application WHERE can_be_stopped",
}


def _findings(database: Path, business_date: date) -> dict[str, Any]:
    """Counts, changes by kind and alerts by severity and kind of the database just published; no row of anybody."""
    with duckdb.connect(str(database), read_only=True) as con:
        counts = {name: _plain(con.execute(query).fetchall()[0][0]) for name, query in COUNTS.items()}
        changes = con.execute(
            "SELECT kind, count(*) FROM change_event WHERE run_date = $day GROUP BY kind ORDER BY kind",
            {"day": business_date},
        ).fetchall()
        alerts: dict[str, dict[str, int]] = {}
        by_kind = con.execute("SELECT severity, kind, count(*) AS number FROM alert GROUP BY severity, kind").fetchall()
        for severity, kind, number in sorted(by_kind, key=lambda row: (SEVERITIES.index(row[0]), row[1])):
            alerts.setdefault(severity, {})[kind] = number
        nights = con.execute("SELECT count(DISTINCT run_date) FROM run").fetchall()[0][0]
    return {"counts": counts, "changes": dict(changes), "alerts": alerts, "is_baseline": nights <= 1}


def _plain(value: Any) -> int | str:
    return value if isinstance(value, int) else f"{value:,.2f}"
