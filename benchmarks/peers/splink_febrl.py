"""Splink set up for the FEBRL columns."""

from __future__ import annotations

from pathlib import Path

import duckdb
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

DETERMINISTIC = [
    block_on("soc_sec_id"),
    block_on("given_name", "surname", "date_of_birth"),
]
ASSUMED_RECALL = 0.9
TRAINING = [block_on("date_of_birth"), block_on("postcode")]


def settings() -> SettingsCreator:
    """After the peer's own example for FEBRL 4, with term frequencies where values repeat."""
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("address_1", [2, 5]),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
            cl.JaroWinklerAtThresholds("suburb", [0.9]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("soc_sec_id"),
            block_on("date_of_birth"),
            block_on("surname", "given_name"),
            block_on("given_name", "postcode"),
            block_on("surname", "postcode"),
            block_on("address_1", "street_number"),
            block_on("substr(given_name, 1, 3)", "substr(surname, 1, 4)"),
            block_on("suburb", "street_number"),
        ],
        retain_matching_columns=False,
    )


def prepare(connection: duckdb.DuckDBPyConnection, path: Path, table: str) -> None:
    """The columns as they are, with the identifier Splink asks for."""
    connection.execute(f"CREATE TABLE {table} AS SELECT record_id AS unique_id, * EXCLUDE (record_id) FROM '{path}'")
