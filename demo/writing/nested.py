"""Nested records, XML and JSON alike: the texts of children are gathered behind their parent, columns at a time."""

from __future__ import annotations

import numpy as np

from data_contracts import Table as DeclaredTable
from demo.arrow import Column, Table, pa, pc


def own_columns(table: DeclaredTable) -> list[tuple[str, str]]:
    """(name, label) of what stands in the record itself, without keys that come from the enclosing one."""
    return [(column.name, column.label) for column in table.columns if not column.from_parent]


def gathered(parents: Column, children: Column, texts: Column, between: str) -> Column:
    """Per parent key the texts of its children, joined; null without children. Children stand in parents' order.

    ValueError when a child has no parent in the batch or stands out of order: row numbers would lie.
    """
    place = pc.index_in(children, parents.combine_chunks() if isinstance(parents, pa.ChunkedArray) else parents)
    if place.null_count:
        raise ValueError(f"{place.null_count} children without a parent in the batch")
    numbers = place.to_numpy()
    if len(numbers) and (np.diff(numbers) < 0).any():
        raise ValueError("children stand in another order than their parents")
    offsets = np.searchsorted(numbers, np.arange(len(parents) + 1)).astype(np.int32)
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), _one(texts)), between)
    return pc.if_else(pa.array(np.diff(offsets) > 0), joined, pa.scalar(None, pa.string()))


def key_of(rows: Table, name: str) -> Column:
    """A key column in one piece."""
    return _one(rows[name])


def _one(column: Column) -> Column:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
