"""A linkage model: how likely each level of each field is, thresholds and word lists, under a version.

A model ships as ``models/<name>.yaml``; an estimated one is a folder written by `save_model`: ``model.yaml`` with the
same keys, and ``population.parquet``, the name frequencies it rests on.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from core.errors import UsageError

KINDS = ("person", "organization")
HYPOTHESES = ("match", "stranger", "relative", "other_holder", "shared_number")
RIVALS = HYPOTHESES[2:]

#: Groups of levels that belong to one field: those of a group exclude each other.
FIELD_OF = {"name_apart": "name", "birth_beside_id": "birth_date", "birth_respelt": "birth_date"}

#: group of levels -> level -> likelihood under each of HYPOTHESES; None = as for a stranger.
#: A file may leave the last out.
Levels = dict[str, dict[str, list[float | None]]]

_POPULATION: list[pa.Field[Any]] = [
    pa.field("what", pa.string()),
    pa.field("is_org", pa.bool_()),
    pa.field("hash", pa.uint64()),
    pa.field("people", pa.float64()),
]
#: Grain: what (name | phone | number | key | all), kind of party, hash of the value. `people` bear the name; a phone or
#: number is there because it belongs to nobody in particular, a key because too many records share it; the rows `all`
#: count the people delivered.
POPULATION = pa.schema(_POPULATION)


@dataclass(frozen=True)
class Model:
    """As ``models/v3.yaml`` explains key by key. While `population` is None, today's delivery is counted."""

    version: str
    made_on: str
    prior: dict[str, float]
    rivals: dict[str, dict[str, float]]
    thresholds: dict[str, float]
    limits: dict[str, int]
    name_frequency: dict[str, float]
    person: Levels
    organization: Levels
    look_alikes: list[str]
    bare_regions: list[str]
    population: pa.Table | None = field(default=None, repr=False, compare=False)

    def fields(self, kind: str) -> Levels:
        """The levels of a kind of party."""
        chosen: Levels = getattr(self, kind)
        return chosen

    def digest(self) -> str:
        """SHA-256 of all that decides a score."""
        figures = yaml.safe_dump(asdict(replace(self, version="", population=None)), allow_unicode=True)
        population = "" if self.population is None else repr(self.population.to_pydict())
        return hashlib.sha256((figures + population).encode()).hexdigest()

    def weight_table(self) -> pa.Table:
        """Grain: is_org, field, level. `bits` = log2(match / stranger), the others the rivals' likewise.

        `by_rarity`: the rarity of the name is added to `bits`; `own_relative`: to `relative` too.
        """
        rows: list[dict[str, object]] = []
        for kind in KINDS:
            rows.append(_nothing_to_compare(kind))
            for group, levels in self.fields(kind).items():
                for level, likelihoods in levels.items():
                    match, stranger, *rivals = likelihoods
                    rows.append(
                        {
                            "is_org": kind == "organization",
                            "field": FIELD_OF.get(group, group),
                            "level": level,
                            "bits": _bits(match, stranger),
                            **{name: _bits(rival, stranger) for name, rival in zip(RIVALS, rivals, strict=True)},
                            "by_rarity": group == "name",
                            "own_relative": rivals[0] is not None,
                        }
                    )
        return pa.Table.from_pylist(rows)

    def prior_table(self) -> pa.Table:
        """Grain: is_org. The prior, and how much more there is of each rival, in bits."""
        return pa.Table.from_pylist(
            [
                {
                    "is_org": kind == "organization",
                    "prior": round(self.prior[kind], 2),
                    **{rival: round(math.log2(self.rivals[kind][rival]), 2) for rival in RIVALS},
                }
                for kind in KINDS
            ]
        )

    def look_alike_pairs(self) -> tuple[str, str]:
        """Two strings of equal length for translate(): each character of a group but its first, and that first."""
        pairs = [(other, group[0]) for group in self.look_alikes for other in group[1:]]
        return "".join(other for other, _ in pairs), "".join(first for _, first in pairs)


def load_model(name: str) -> Model:
    """A model that ships with the package, or the folder of a saved one; UsageError if there is neither.

    UsageError also for a model of another schema than that of parties (``matching.febrl``), which only `link` takes.
    """
    folder = Path(name)
    if (folder / "model.yaml").is_file():
        population = pq.read_table(folder / "population.parquet", schema=POPULATION)
        document = yaml.safe_load((folder / "model.yaml").read_text(encoding="utf-8"))
        return Model(**document, population=population)
    document = shipped(name)
    if "person" not in document:
        raise UsageError("that linkage model is not one of parties", where=name, do="link with it, without saving it")
    return Model(**document | {kind: _filled(document[kind]) for kind in KINDS})


def save_model(model: Model, folder: Path) -> None:
    """Write an estimated model: names stand in it as hashes. UsageError if it has not been estimated."""
    if model.population is None:
        raise UsageError("a model without population cannot be saved", where=model.version, do="estimate it first")
    folder.mkdir(parents=True, exist_ok=True)
    document = asdict(model) | {"population": None}
    del document["population"]
    pq.write_table(model.population, folder / "population.parquet")
    (folder / "model.yaml").write_text(
        yaml.safe_dump(document, allow_unicode=True, sort_keys=False, default_flow_style=None, width=120),
        encoding="utf-8",
    )


@cache
def shipped(name: str) -> dict[str, Any]:
    """The YAML of a model that ships with the package; UsageError if there is none of that name."""
    models = resources.files("matching").joinpath("models")
    known = sorted(entry.name.removesuffix(".yaml") for entry in models.iterdir() if entry.name.endswith(".yaml"))
    if name not in known:
        raise UsageError("no linkage model of that name", where=name, do=f"use one of: {', '.join(known)}")
    document: dict[str, Any] = yaml.safe_load(models.joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    return document


def _filled(levels: Levels) -> Levels:
    """The levels with null for the hypotheses that the file leaves out."""
    return {
        group: {level: [*figures, *[None] * (len(HYPOTHESES) - len(figures))] for level, figures in table.items()}
        for group, table in levels.items()
    }


def _nothing_to_compare(kind: str) -> dict[str, object]:
    """A name that was not delivered, or of which nothing is visible: shown, and worth nothing."""
    weights = dict.fromkeys(("bits", *RIVALS), 0.0)
    flags = {"by_rarity": False, "own_relative": False}
    return {"is_org": kind == "organization", "field": "name", "level": "missing", **weights, **flags}


def _bits(likelihood: float | None, stranger: float | None) -> float:
    return 0.0 if likelihood is None or stranger is None else round(math.log2(likelihood / stranger), 2)
