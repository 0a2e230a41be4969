"""Words of the console, and the name of its style sheet as its content makes it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

import yaml


def say(name: str, value: str) -> str:
    """The word of `value` in the list `name`; the value itself where the list has none."""
    return _lists()[name].get(value, value)


def style() -> str:
    """Changes whenever a file under ``static`` does, so that browsers may keep them."""
    digest = hashlib.sha256()
    for entry in sorted(resources.files("web").joinpath("static").iterdir(), key=lambda file: file.name):
        digest.update(entry.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _lists() -> dict[str, dict[str, str]]:
    text = resources.files("web").joinpath("words_zh.yaml").read_text(encoding="utf-8")
    lists: dict[str, dict[str, str]] = yaml.safe_load(text)
    return lists
