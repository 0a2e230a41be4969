"""Edit distances in code points, by rapidfuzz, of the texts that nothing else settled (DuckDB's count bytes)."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.distance import OSA, Indel
from rapidfuzz.process import cpdist

from matching.sounds import alike_pairs


def of_names(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Grain: pair of name_settled without a level. `distance`: optimal string alignment; `sounds_alike`: syllables."""
    unsettled = con.execute("SELECT pair, l_folded, r_folded FROM name_settled WHERE level IS NULL").to_arrow_table()
    left, right = unsettled.column("l_folded"), unsettled.column("r_folded")
    distance = cpdist(left.to_pylist(), right.to_pylist(), scorer=OSA.distance, dtype=np.int32)
    near = np.flatnonzero(
        (distance <= 2) & pc.fill_null(pc.equal(pc.utf8_length(left), pc.utf8_length(right)), False).to_numpy()
    )
    sounds = np.zeros(len(distance), dtype=bool)
    sounds[near] = alike_pairs(left.take(near).to_pylist(), right.take(near).to_pylist())
    pairs = unsettled.column("pair").combine_chunks()
    return pa.Table.from_arrays(
        [pairs, pa.array(distance), pa.array(sounds)], names=["pair", "distance", "sounds_alike"]
    )


def of_addresses(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Grain: pair of address_pair without a level. `likeness` of the words, 0 to 100."""
    unsettled = con.execute("SELECT pair, l_words, r_words FROM address_pair WHERE level IS NULL").to_arrow_table()
    likeness = cpdist(
        unsettled.column("l_words").to_pylist(),
        unsettled.column("r_words").to_pylist(),
        scorer=Indel.normalized_similarity,
        dtype=np.float32,
    )
    pairs = unsettled.column("pair").combine_chunks()
    return pa.Table.from_arrays([pairs, pa.array(likeness * 100)], names=["pair", "likeness"])
