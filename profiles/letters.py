"""What the court's letters rely on and must remind of: ``rules/letters.yaml`` as printable text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from profiles.measures import SEED
from profiles.protection import citation


@cache
def document() -> dict[str, Any]:
    """``rules/letters.yaml`` as it stands."""
    text = resources.files("profiles.rules").joinpath("letters.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def rule(letter: str) -> dict[str, Any]:
    """The rules of one letter: ``notice`` or ``suggestion``."""
    found: dict[str, Any] = document()[letter]
    return found


def seed_zh(letter: str) -> str:
    """The article of the local agreement that the letter relies on."""
    articles = rule(letter)["seed_article"]
    numbers = articles if isinstance(articles, list) else [articles]
    return f"{SEED}第{'、'.join(map(str, numbers))}条"


def legal_zh(letter: str) -> str:
    """All that the letter relies on by itself."""
    return "；".join([*map(citation, rule(letter).get("legal", [])), seed_zh(letter)])


def cautions(letter: str) -> list[str]:
    """What a person must mind before signing, each with its ground."""
    return [sentence(entry) for entry in rule(letter)["cautions"]]


def sentence(entry: Mapping[str, Any]) -> str:
    """``text（law）``; the text alone where nothing is cited."""
    grounds = "；".join(map(citation, entry["legal"]))
    return f"{entry['text']}（{grounds}）" if grounds else str(entry["text"])
