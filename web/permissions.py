"""The one table of who may do what (``permissions.yaml``), denying what it does not name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from core.errors import SettingsError

#: Where the API lies: keys open what begins so and nothing else, sessions everything else.
API = "/api/"


@dataclass(frozen=True)
class ApiRule:
    """What a route of the API asks for: a scope of the key, and one of the roles of its officer."""

    scope: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Permissions:
    """`routes`: "METHOD /path/{as_declared}" -> roles. `public`: such routes that need nobody. `api`: routes of the
    API."""

    roles: dict[str, str]
    public: frozenset[str]
    routes: dict[str, frozenset[str]]
    numbers_under_own_case: frozenset[str]
    numbers_on_request: frozenset[str]
    scopes: dict[str, str]
    api: dict[str, ApiRule]

    def is_public(self, route: str) -> bool:
        return route in self.public

    def allows(self, role: str, route: str) -> bool:
        """False for a route or role that the table does not name."""
        return role in self.routes.get(route, frozenset())

    def allows_key(self, scopes: Collection[str], role: str, route: str) -> bool:
        """The same for a route of the API, which asks for a scope and a role."""
        rule = self.api.get(route)
        return rule is not None and rule.scope in scopes and role in rule.roles


def load() -> Permissions:
    """The table that ships. SettingsError as in `parsed`."""
    text = resources.files("web").joinpath("permissions.yaml").read_text(encoding="utf-8")
    return parsed(yaml.safe_load(text))


def parsed(document: dict[str, Any]) -> Permissions:
    """The table of a document. SettingsError if it names a role or scope that it does not declare, or mixes pages and
    API."""
    roles: dict[str, str] = document["roles"]
    routes = {route: frozenset(allowed) for route, allowed in document["routes"].items()}
    numbers = {name: frozenset(allowed) for name, allowed in document["numbers"].items()}
    scopes: dict[str, str] = document["scopes"]
    api = {route: ApiRule(rule["scope"], frozenset(rule["roles"])) for route, rule in document["api"].items()}
    _require_known("roles", roles, [*routes.values(), *numbers.values(), *(rule.roles for rule in api.values())])
    _require_known("scopes", scopes, [frozenset([rule.scope]) for rule in api.values()])
    _require_apart(routes, api)
    return Permissions(
        roles, frozenset(document["public"]), routes, numbers["under_own_case"], numbers["on_request"], scopes, api
    )


def _require_known(what: str, declared: Collection[str], used: Collection[frozenset[str]]) -> None:
    unknown = sorted(frozenset().union(*used) - set(declared))
    if unknown:
        raise SettingsError(
            f"unknown {what}: {', '.join(unknown)}", where="permissions.yaml", do="declare or correct them"
        )


def _require_apart(routes: Collection[str], api: Collection[str]) -> None:
    astray = [route for route in routes if _is_api(route)] + [route for route in api if not _is_api(route)]
    if astray:
        raise SettingsError(
            f"pages and API are mixed: {', '.join(astray)}", where="permissions.yaml", do="move them to their table"
        )


def _is_api(route: str) -> bool:
    return route.partition(" ")[2].startswith(API)
