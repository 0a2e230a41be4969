"""Protected accounts: the rules as tables, texts in normal form, and the classification of every delivered account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import yaml
from duckdb import DuckDBPyConnection

import data_contracts
from core import duck
from profiles import tables

#: After NFKC: blanks and brackets carry no meaning, ``14-`` is a code before the text.
NOISE = r"[\s\p{Z}\p{Cc}()\[\]{}<>【】〔〕《》「」『』〈〉]"
CODE_PREFIX = r"^[0-9]+-"


@dataclass(frozen=True)
class ProtectedClass:
    """One class of accounts.

    `keywords`: tuples of parts that must all stand in the text. `legal_zh`: its sources, printable.
    """

    name: str
    title_zh: str
    handling: str
    keywords: tuple[tuple[str, ...], ...]
    legal_zh: str
    note_zh: str | None


@cache
def handlings() -> tuple[str, ...]:
    """Handlings, strictest first."""
    return tuple(_document()["handling"])


@cache
def classes() -> tuple[ProtectedClass, ...]:
    """The classes in the order of the rule file."""
    return tuple(
        ProtectedClass(
            name=name,
            title_zh=entry["title_zh"],
            handling=entry["handling"],
            keywords=tuple(tuple(word) if isinstance(word, list) else (word,) for word in entry["keywords"]),
            legal_zh="、".join(citation(source) for source in entry["legal"]),
            note_zh=entry.get("note_zh"),
        )
        for name, entry in _document()["classes"].items()
    )


def citation(source: dict[str, Any]) -> str:
    """``民事诉讼法（2023）第254、255条``; a source nobody has confirmed says so."""
    articles = source.get("articles")
    text = source["law"] + (f"第{'、'.join(str(number) for number in articles)}条" if articles else "")
    return text if source["certainty"] == "sure" else f"{text}（待核）"


def normal_texts(texts: pa.Array[Any]) -> pa.Array[Any]:
    """The form in which keywords are sought: NFKC, without blanks, brackets and a leading ``digits-`` code."""
    composed = pc.call_function("utf8_normalize", [texts], pc.Utf8NormalizeOptions("NFKC"))
    bare = pc.replace_substring_regex(composed, pattern=NOISE, replacement="")
    normal: pa.Array[Any] = pc.replace_substring_regex(bare, pattern=CODE_PREFIX, replacement="")
    return normal


def normal_text(text: str) -> str:
    """`normal_texts` of one text."""
    normal: str = normal_texts(pa.array([text], pa.string()))[0].as_py()
    return normal


def classify(con: DuckDBPyConnection, _context: object = None) -> None:
    """Build ``account_class``: source, asset_key, protected_class (null: none) and handling of every deposit and
    financial product in ``asset_record``."""
    load_rules(con)
    _load_texts(con)
    duck.run_sql(con, "profiles", "protected")


@cache
def _document() -> dict[str, Any]:
    text = resources.files("profiles.rules").joinpath("protected_accounts.yaml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def load_rules(con: DuckDBPyConnection) -> None:
    """Build ``protected_keyword``, ``protected_class_rule`` and ``account_type``."""
    numbered = enumerate((rule.name, parts) for rule in classes() for parts in rule.keywords)
    keywords = [
        {"keyword_no": no, "class": name, "part": normal_text(part), "parts": len(parts), "size": sum(map(len, parts))}
        for no, (name, parts) in numbered
        for part in parts
    ]
    rules = [
        {
            "class": rule.name,
            "title_zh": rule.title_zh,
            "handling": rule.handling,
            "rank": handlings().index(rule.handling),
            "legal_zh": rule.legal_zh,
            "note_zh": rule.note_zh,
        }
        for rule in classes()
    ]
    types = [
        {"source": source, "normal": normal_text(text), "account_kind": kind, "protection": protection}
        for source in data_contracts.sources()
        for text, (kind, protection) in data_contracts.load(source).account_types.items()
    ]
    for name, rows in (("protected_keyword", keywords), ("protected_class_rule", rules), ("account_type", types)):
        tables.create(con, name, pa.Table.from_pylist(rows))


def _load_texts(con: DuckDBPyConnection) -> None:
    texts = con.execute("""
        SELECT DISTINCT raw FROM (
          SELECT unnest(type_text) AS raw FROM asset_record WHERE type_text IS NOT NULL
          UNION ALL
          SELECT unnest(from_json(json_extract(detail, '$.sub_account_types'), '["VARCHAR"]')) FROM asset_record
          WHERE type_text IS NOT NULL AND json_extract(detail, '$.sub_account_types') IS NOT NULL)
        WHERE raw IS NOT NULL""").to_arrow_table()
    raw = texts.column("raw").combine_chunks().cast(pa.string())
    normal = normal_texts(raw)
    # Most texts are plain names: one look for any keyword's first part spares them the keyword join.
    pattern = "|".join(sorted({re.escape(normal_text(parts[0])) for rule in classes() for parts in rule.keywords}))
    suspect = pc.match_substring_regex(normal, pattern=pattern)
    tables.create(con, "text_normal", pa.table({"raw": raw, "normal": normal, "suspect": suspect}))
