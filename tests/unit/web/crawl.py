"""What the pages themselves lead to: an address of each route, and the forms with the values that they come with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from fastapi.routing import APIRoute
from officers import Browser


@dataclass
class Seen:
    """By "METHOD /path/{as_declared}": an address, and the fields of the form that goes there."""

    addresses: dict[str, str] = field(default_factory=dict)
    fields: dict[str, dict[str, str]] = field(default_factory=dict)


class _Page(HTMLParser):
    """Links and forms of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(told.get("href", ""))
        elif tag == "form":
            self.forms.append((told.get("method", "get").upper(), told.get("action", ""), {}))
        elif told.get("name") and self.forms and tag in ("input", "select", "textarea", "button"):
            self.forms[-1][2].setdefault(told["name"], told.get("value", ""))


def crawl(browser: Browser, routes: Sequence[APIRoute], starts: Sequence[str]) -> Seen:
    """Follow links from `starts`, one page of each route."""
    seen, visited, waiting = Seen(), set[str](), list(starts)
    while waiting:
        address = waiting.pop(0)
        route = _route(routes, "GET", address)
        if route is None or route in visited:
            continue
        visited.add(route)
        seen.addresses.setdefault(route, address)
        answer = browser.follow(browser.get(address))
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        page = _Page(answer.text)
        waiting += [link for link in page.links if link.startswith("/")]
        for method, action, fields in page.forms:
            target = _route(routes, method, action)
            if target is not None:
                seen.addresses.setdefault(target, action)
                seen.fields.setdefault(target, fields)
    return seen


def _route(routes: Sequence[APIRoute], method: str, address: str) -> str | None:
    path = address.partition("?")[0].partition("#")[0]
    for route in routes:
        if method in route.methods and route.path_regex.match(path):
            return f"{method} {route.path}"
    return None
