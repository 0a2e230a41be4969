"""The one table of who may do what (``permissions.yaml``), denying what it does not name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from core.errors import SettingsError


@dataclass(frozen=True)
class Permissions:
    """`routes`: "METHOD /path/{as_declared}" -> roles. `public`: such routes that need nobody."""

    roles: dict[str, str]
    public: frozenset[str]
    routes: dict[str, frozenset[str]]
    numbers_under_own_case: frozenset[str]
    numbers_on_request: frozenset[str]

    def is_public(self, route: str) -> bool:
        return route in self.public

    def allows(self, role: str, route: str) -> bool:
        """False for a route or role that the table does not name."""
        return role in self.routes.get(route, frozenset())


def load() -> Permissions:
    """The table that ships. SettingsError if it names a role that it does not declare."""
    text = resources.files("web").joinpath("permissions.yaml").read_text(encoding="utf-8")
    return parsed(yaml.safe_load(text))


def parsed(document: dict[str, Any]) -> Permissions:
    """The table of a document. SettingsError if it names a role that it does not declare."""
    roles: dict[str, str] = document["roles"]
    routes = {route: frozenset(allowed) for route, allowed in document["routes"].items()}
    numbers = {name: frozenset(allowed) for name, allowed in document["numbers"].items()}
    _require_known(roles, [*routes.values(), *numbers.values()])
    return Permissions(roles, frozenset(document["public"]), routes, numbers["under_own_case"], numbers["on_request"])


def _require_known(roles: Collection[str], used: Collection[frozenset[str]]) -> None:
    unknown = sorted(set().union(*used) - set(roles))
    if unknown:
        raise SettingsError(
            f"unknown roles: {', '.join(unknown)}", where="permissions.yaml", do="declare or correct them"
        )
