"""What every source must deliver: one ODCS v3.1 document per source, compiled to a row filter and to a suite.

`load("land")` gives the typed contract. The compilers live in `arrow_schema`, `row_filter` and `suite`; only the last
one imports Great Expectations, and only when a delivery is judged.
"""

from data_contracts.loading import OUTGOING, load, sources
from data_contracts.model import Column, Contract, FileDecl, ForeignKey, Format, Freshness, Table

__all__ = [
    "OUTGOING",
    "Column",
    "Contract",
    "FileDecl",
    "ForeignKey",
    "Format",
    "Freshness",
    "Table",
    "load",
    "sources",
]
