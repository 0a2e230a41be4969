"""Chinese words for the coded values of the published views: ``words_zh.yaml``, and the contracts' shared lists."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from data_contracts.documents import read_yaml
from profiles import protection

Words = dict[str, str]


@cache
def words(name: str) -> Words:
    """The list called `name`: canonical value -> Chinese, in the order of the file."""
    return _lists()[name]


def say(name: str, value: str | None, unknown: str = "不明") -> str:
    """The word of `value` in the list `name`; the value itself where the list has none, `unknown` for null."""
    return unknown if value is None else words(name).get(value, value)


def statuses(value: str | None) -> str:
    """A status, or several joined by commas as vehicles have them."""
    return "不明" if value is None else "、".join(say("status", one) for one in value.split(","))


@cache
def protected() -> Words:
    """Class of a special account -> what it is."""
    return {rule.name: rule.title_zh for rule in protection.classes()}


@cache
def _lists() -> dict[str, Words]:
    text = resources.files("profiles").joinpath("words_zh.yaml").read_text(encoding="utf-8")
    return {**read_yaml("code_lists.yaml")["lists"], **yaml.safe_load(text)}
