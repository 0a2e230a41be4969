"""``python -m benchmarks.ingest.ours SOURCE MODE FILE...``: one delivery from bytes to accepted rows, and its seconds.

The clock starts when everything is imported and stops when the suite has judged: reading, filtering into Parquet,
judging.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.ingest.clock import Laps
from connectors.formats import read_file
from core.duck import connect
from core.settings import Settings
from data_contracts import Contract, load, suite
from data_contracts.filtering.text_view import TextTable
from data_contracts.row_filter import FilterContext, filter_table
from data_contracts.suite import DeliveryFacts


def main(source: str, mode: str, *files: str) -> None:
    """Read, filter and judge; print what it took."""
    suite.warm_up()
    contract = load(source)
    with tempfile.TemporaryDirectory() as folder:
        told = take(contract, mode, [Path(file) for file in files], Path(folder))
    sys.stdout.write(json.dumps(told))


def take(contract: Contract, mode: str, files: list[Path], folder: Path) -> dict[str, float]:
    """One delivery, as a night takes it."""
    session = connect(Settings(), scratch=folder / "scratch")
    laps = Laps(perf_counter, process_time)
    texts: dict[str, dict[str, Path]] = {}
    for place, path in enumerate(files):
        declared = next(file for file in contract.files if re.match(file.pattern, path.name))
        read_file(contract, declared, path, folder / f"text{place}", name=path.name)
        for table in declared.tables:
            texts.setdefault(table, {})[path.name] = folder / f"text{place}" / f"{table}.parquet"
    laps.take("read")
    results = {
        table: filter_table(session, contract, table, text, FilterContext(mode), out=folder / "rows")
        for table, text in texts.items()
    }
    laps.take("filter")
    facts = DeliveryFacts(
        mode=mode,
        business_date=date(2026, 11, 22),
        data_as_of=datetime(2026, 11, 22, 20),
        delivered={name: result.delivered for name, result in results.items()},
        quarantined={name: result.quarantined for name, result in results.items()},
        distinct=frozenset(name for name, result in results.items() if result.distinct),
    )
    judged: dict[str, TextTable] = dict(texts)
    suite.judge(session, contract, facts, judged)
    laps.take("judge")
    return {
        "rows": sum(result.delivered for result in results.values()),
        "quarantined": sum(result.quarantined for result in results.values()),
        **laps.told(),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
