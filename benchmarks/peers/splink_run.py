"""Run by the peer's own Python: link two Parquet files with Splink, training a model or using a saved one.

Prints one JSON line: seconds of each step. `--schema febrl` takes the columns of FEBRL.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator

from benchmarks.peers import splink_febrl, splink_model
from benchmarks.peers.prepare import connect, prepare

SEED = 1
LEAST_PROBABILITY = 0.01


class Clock:
    """Seconds of named steps."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what happens inside."""
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 3)


def main() -> None:
    """Parse, link, print the seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("left", "right", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--max-pairs", type=float, default=1e6)
    parser.add_argument("--save", type=Path, help="write the trained model here")
    parser.add_argument("--model", type=Path, help="use this saved model, train nothing")
    parser.add_argument("--schema", choices=["chinese", "febrl"], default="chinese")
    chosen = parser.parse_args()
    clock = Clock()
    connection = connect(chosen.threads)
    model: Any = splink_febrl if chosen.schema == "febrl" else splink_model
    with clock.step("prepare"):
        make_ready = splink_febrl.prepare if chosen.schema == "febrl" else prepare
        make_ready(connection, chosen.left, "debtors")
        make_ready(connection, chosen.right, "records")
    linker = _linker(connection, chosen.model or model.settings())
    if chosen.model is None:
        with clock.step("train"):
            _train(linker, model, chosen.max_pairs)
        if chosen.save:
            linker.misc.save_model_to_json(str(chosen.save), overwrite=True)
    with clock.step("predict"):
        pairs = linker.inference.predict(threshold_match_probability=LEAST_PROBABILITY)
        _write(connection, pairs.physical_name, chosen.out)
    sys.stdout.write(json.dumps(clock.seconds) + "\n")


def _linker(connection: duckdb.DuckDBPyConnection, settings: SettingsCreator | Path) -> Linker:
    api = DuckDBAPI(connection)
    tables = [api.register(table) for table in ("debtors", "records")]
    return Linker(tables, settings, log_level=40)


def _train(linker: Linker, model: Any, max_pairs: float) -> None:
    linker.training.estimate_probability_two_random_records_match(model.DETERMINISTIC, recall=model.ASSUMED_RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=max_pairs, seed=SEED)
    for rule in model.TRAINING:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)


def _write(connection: duckdb.DuckDBPyConnection, table: str, out: Path) -> None:
    """Links as the engine gives them; Splink's confirmed are those from 0.99 on."""
    connection.execute(
        f"""COPY (SELECT unique_id_l AS left_id, unique_id_r AS right_id, match_probability AS probability,
                        CASE WHEN match_probability >= 0.99 THEN 'confirmed'
                             WHEN match_probability >= 0.5 THEN 'probable' ELSE 'possible' END AS tier
                 FROM {table}) TO '{out}' (FORMAT parquet)"""
    )


if __name__ == "__main__":
    main()
