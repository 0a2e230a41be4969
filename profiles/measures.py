"""What may be ordered per kind of asset, and on what ground an alert rests: the rule file as tables for SQL."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import pyarrow as pa
import yaml
from duckdb import DuckDBPyConnection

import data_contracts
from profiles import tables
from profiles.protection import citation

SEED = "山政法〔2018〕17号"


@cache
def document() -> dict[str, Any]:
    """``rules/measures.yaml`` as it stands."""
    text = resources.files("profiles.rules").joinpath("measures.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def load_rules(con: DuckDBPyConnection, _context: object = None) -> None:
    """Build ``measure_rule`` (per asset kind), ``alert_rule`` (per alert kind) and ``source_title`` (per source)."""
    measures = [
        {
            "kind": kind,
            "title_zh": rule["title_zh"],
            **{step: rule.get(step) for step in ("control", "waiting", "renewal", "realise")},
            "addressee_zh": rule["addressee_zh"],
            "max_term": rule["max_term"],
            "legal_zh": legal_basis(rule),
            "note_zh": rule.get("note_zh"),
        }
        for kind, rule in document()["kinds"].items()
    ]
    alerts = [
        {"kind": kind, "severity": rule["severity"], "legal_zh": "；".join(map(citation, rule["legal"])) or None}
        for kind, rule in document()["alerts"].items()
    ]
    titles = [
        {"source": source, "agency_zh": data_contracts.load(source).agency_now_zh}
        for source in data_contracts.sources()
    ]
    for name, rows in (("measure_rule", measures), ("alert_rule", alerts), ("source_title", titles)):
        tables.create(con, name, pa.Table.from_pylist(rows))


def legal_basis(rule: dict[str, Any]) -> str:
    """The printable ground of a measure: statutes with version and article, then the local agreement's article."""
    seed = rule["seed_article"]
    articles = "、".join(str(number) for number in (seed if isinstance(seed, list) else [seed]))
    return "；".join([*map(citation, rule["legal"]), f"{SEED}第{articles}条"])
