"""The two baselines: the same number, and the same number with the same name."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from benchmarks.peers.prepare import connect, prepare


def exact_links(left: Path, right: Path, threads: int) -> dict[str, pa.Table]:
    """Links by equal normalised number, without and with equal normalised name, each with probability 1."""
    connection = connect(threads)
    prepare(connection, left, "debtors")
    prepare(connection, right, "records")
    query = """
        SELECT l.unique_id AS left_id, r.unique_id AS right_id, 1.0::DOUBLE AS probability, 'confirmed' AS tier
        FROM debtors l JOIN records r ON l.id_norm = r.id_norm {also} ORDER BY 1, 2"""
    return {
        "exact number": connection.sql(query.format(also="")).to_arrow_table(),
        "exact number and name": connection.sql(query.format(also="AND l.name = r.name")).to_arrow_table(),
    }
