"""A linkage model: weights, thresholds and word lists under a version, read from ``models/<name>.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pyarrow as pa
import yaml

from core.errors import UsageError


@dataclass(frozen=True)
class Model:
    """Weights in bits by field and level. `look_alikes` and `bare_regions` as the YAML file explains them."""

    version: str
    prior: float
    thresholds: dict[str, float]
    limits: dict[str, int]
    name_frequency: dict[str, float]
    weights: dict[str, dict[str, float]]
    look_alikes: tuple[str, ...]
    bare_regions: tuple[str, ...]

    def weight_table(self) -> pa.Table:
        """Grain: field, level. Columns field, level, bits."""
        rows: list[dict[str, Any]] = [
            {"field": field, "level": level, "bits": float(bits)}
            for field, levels in self.weights.items()
            for level, bits in levels.items()
        ]
        fields: list[pa.Field[Any]] = [
            pa.field("field", pa.string()),
            pa.field("level", pa.string()),
            pa.field("bits", pa.float64()),
        ]
        return pa.Table.from_pylist(rows, schema=pa.schema(fields))

    def look_alike_pairs(self) -> tuple[str, str]:
        """Two strings of equal length for translate(): each character of a group but its first, and that first."""
        pairs = [(other, group[0]) for group in self.look_alikes for other in group[1:]]
        return "".join(other for other, _ in pairs), "".join(first for _, first in pairs)


@cache
def load_model(name: str) -> Model:
    """Read a model that ships with the package; raise UsageError if there is none of that name."""
    models = resources.files("matching").joinpath("models")
    known = sorted(entry.name.removesuffix(".yaml") for entry in models.iterdir() if entry.name.endswith(".yaml"))
    if name not in known:
        raise UsageError("no linkage model of that name", where=name, do=f"use one of: {', '.join(known)}")
    document: dict[str, Any] = yaml.safe_load(models.joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    return Model(
        version=document["version"],
        prior=document["prior"],
        thresholds=document["thresholds"],
        limits=document["limits"],
        name_frequency=document["name_frequency"],
        weights=document["weights"],
        look_alikes=tuple(document["look_alikes"]),
        bare_regions=tuple(document["bare_regions"]),
    )
