"""What pursuing an asset can be expected to bring: the weights file as tables for ``targets.sql``."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml
from duckdb import DuckDBPyConnection

from core.errors import SettingsError
from profiles import measures, tables

#: Values of asset.value_basis.
BASES = {
    "balance",
    "available",
    "refund",
    "price_paid",
    "paid_capital",
    "subscribed_capital",
    "declared",
    "estimate",
    "unknown",
}
CONDITIONS = ("others_before_us", "burdened", "co_owned", "only_home_possible")


@dataclass(frozen=True)
class Weights:
    """``rules/targeting.yaml``, or a site's own file of the same form. Factors lie in 0..1, months are 0 or more."""

    version: str
    discount_per_month: float
    kinds: dict[str, dict[str, float]]
    conditions: dict[str, float]
    bases: dict[str, float]


def load(path: Path | None = None) -> Weights:
    """The site's weights, or those that ship. SettingsError says what is wrong in the file."""
    if path is None:
        text, where = resources.files("profiles.rules").joinpath("targeting.yaml").read_text("utf-8"), "targeting.yaml"
    elif path.is_file():
        text, where = path.read_text(encoding="utf-8"), str(path)
    else:
        raise SettingsError("the weights file does not exist", where=str(path), do="correct targeting_weights")
    try:
        weights = Weights(**yaml.safe_load(text))
        wrong = _wrong(weights)
    except (yaml.YAMLError, TypeError, AttributeError, ValueError) as error:
        wrong = f"it has another form: {type(error).__name__}"
    if wrong:
        raise SettingsError(f"the weights file is wrong: {wrong}", where=where, do="see profiles/rules/targeting.yaml")
    return weights


def _wrong(weights: Weights) -> str:
    """The first thing that is wrong, or nothing."""
    factors = {
        "discount_per_month": weights.discount_per_month,
        **{f"kinds.{kind}.certainty": float(figures["certainty"]) for kind, figures in weights.kinds.items()},
        **{f"conditions.{name}": float(factor) for name, factor in weights.conditions.items()},
        **{f"bases.{name}": float(factor) for name, factor in weights.bases.items()},
    }
    for found, wanted, what in (
        (weights.kinds, set(measures.document()["kinds"]), "kinds"),
        (weights.conditions, set(CONDITIONS), "conditions"),
        (weights.bases, BASES, "bases"),
    ):
        if set(found) != wanted:
            return f"{what}: {', '.join(sorted(set(found) ^ wanted))} missing or unknown"
    for name, factor in factors.items():
        if not 0 <= factor <= 1:
            return f"{name} is not between 0 and 1"
    late = [kind for kind, figures in weights.kinds.items() if set(figures) != {"certainty", "months"}]
    late += [kind for kind, figures in weights.kinds.items() if not float(figures.get("months", 0)) >= 0]
    return f"kinds.{late[0]} needs certainty and months" if late else ""


def load_weights(con: DuckDBPyConnection, context: Any) -> None:
    """Build ``kind_weight`` and ``basis_weight`` of the site's file and set the session's factors."""
    path = context.settings.targeting_weights
    put(con, load(Path(path) if path else None))


def put(con: DuckDBPyConnection, weights: Weights) -> None:
    """Give weights to a session: ``kind_weight`` (kind, certainty, months), ``basis_weight`` (basis, factor)."""
    kinds = [{"kind": kind, **{key: float(x) for key, x in figures.items()}} for kind, figures in weights.kinds.items()]
    bases = [{"basis": basis, "factor": float(factor)} for basis, factor in weights.bases.items()]
    tables.create(con, "kind_weight", pa.Table.from_pylist(kinds))
    tables.create(con, "basis_weight", pa.Table.from_pylist(bases))
    factors = {"discount_per_month": weights.discount_per_month, **weights.conditions}
    for name, factor in factors.items():
        con.execute(f"SET VARIABLE weight_{name} = $value::DOUBLE", {"value": float(factor)})
