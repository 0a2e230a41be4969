"""How the site reaches each source: the tables ``[sources.<id>]`` of ``chakong.toml``.

A table holds where a source delivers, when it may be asked and how we prove who we are. Secrets are never in it: it
names the environment variable or the file that holds one, so the file may be shown to anybody and a `SourceSite` may
travel through task records.

``[sources.default]`` gives what a source's own table does not say. A source with its own `url` inherits nothing that
belongs to a connection: one sender's password must not be offered to another.
"""

from __future__ import annotations

import os
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, time
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import data_contracts
from core.errors import SettingsError
from core.settings import read_site_file

#: Name of the table whose values hold for every source that does not say otherwise.
DEFAULT = "default"

Mode = Literal["pull", "off"]
MODES: tuple[Mode, ...] = typing.get_args(Mode)


@dataclass(frozen=True)
class Secret:
    """Where a secret lies: an environment variable (`env`) or a file (`file`, its last line end cut off)."""

    env: str = ""
    file: Path | None = None

    def read(self) -> str:
        """The secret itself; SettingsError when it is not there or empty. Never log what this returns."""
        if self.file is None:
            value, place = os.environ.get(self.env, ""), f"environment variable {self.env}"
        else:
            place = f"file {self.file}"
            try:
                value = self.file.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(f"the secret cannot be read: {type(error).__name__}", where=place) from None
        if not value:
            raise SettingsError("the secret is empty or not set", where=place, do="set it for the account that runs us")
        return value


@dataclass(frozen=True)
class Window:
    """Hours in which the sender may be asked, court time: `start` included, `end` not; may cross midnight."""

    start: time
    end: time

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies in the window."""
        clock = moment.time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True)
class SourceSite:
    """One source of this site."""

    source: str
    #: Where its folders stand: file:///srv/drops, sftp://user@host:22/path, s3://bucket/prefix, https://host/path; or
    #: whom to ask: api+https://host/base for a signed API, postgresql://user@host:5432/database for views.
    url: str
    #: Where the folders of our inquiry lists to it stand; without it they wait in the store's outbox.
    outbox: str | None = None
    #: pull = asked and taken every night; off = not connected yet: neither asked nor taken, and shown as such.
    mode: Mode = "pull"
    #: Hours in which the sender may be asked, such as 18:30-06:00 (court time); None = always.
    window: Window | None = None
    #: Seconds that one source may take in all, waits and retries included.
    seconds: int = 900
    #: Tries of one step before the source counts as unreachable.
    attempts: int = 6
    #: Password of the user in the URL: {env = "NAME"} or {file = "/run/secrets/x"}.
    password: Secret | None = field(default=None, metadata={"connection": True})
    #: Private key of the user in the URL (sftp).
    key_file: Path | None = field(default=None, metadata={"connection": True})
    #: Host keys that the sender may show (sftp), in OpenSSH's form; required there, nobody is trusted on first use.
    known_hosts: Path | None = field(default=None, metadata={"connection": True})
    #: Authorities that may vouch for the sender (https, s3), PEM; None = those of this machine.
    ca_file: Path | None = field(default=None, metadata={"connection": True})
    #: Address of the S3 service, such as https://s3.example:9000.
    endpoint: str | None = field(default=None, metadata={"connection": True})
    #: Region of the S3 service.
    region: str = field(default="us-east-1", metadata={"connection": True})
    #: S3 access key: {env = "NAME"} or {file = "/run/secrets/x"}.
    access_key: Secret | None = field(default=None, metadata={"connection": True})
    #: S3 secret key: {env = "NAME"} or {file = "/run/secrets/x"}.
    secret_key: Secret | None = field(default=None, metadata={"connection": True})
    #: Id that the agency gave the court for its signed API.
    app_id: str | None = field(default=None, metadata={"connection": True})
    #: Key shared with that agency, which signs requests and answers: {env = "NAME"} or {file = "/run/secrets/x"}.
    shared_key: Secret | None = field(default=None, metadata={"connection": True})

    @property
    def scheme(self) -> str:
        """``file`` for a plain path."""
        return urlsplit(self.url).scheme.lower() if "://" in self.url else "file"

    @property
    def host(self) -> str:
        """Whom to blame when nobody answers: host and port, never a user. ``localhost`` for folders of this machine."""
        parts = urlsplit(self.endpoint or self.url)
        if self.scheme == "file" or not parts.hostname:
            return "localhost"
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname

    def as_outbox(self) -> SourceSite | None:
        """The same sender with `outbox` in the place of `url`; None when lists only wait in the store."""
        return replace(self, url=self.outbox, outbox=None) if self.outbox else None


#: Keys that belong to one connection and are inherited with its `url` or not at all.
CONNECTION = {"url", "outbox"} | {item.name for item in fields(SourceSite) if item.metadata.get("connection")}


@dataclass(frozen=True)
class Site:
    """All tables: source id, or ``default``, to the values that its table gives."""

    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, source: str, drops: str | None = None) -> SourceSite:
        """How to reach `source`: its own table, else `drops` (a folder or URL), else the default table.

        SettingsError when none of them says where it delivers.
        """
        own, shared = self.tables.get(source, {}), self.tables.get(DEFAULT, {})
        if drops is not None or "url" in own:
            shared = {key: value for key, value in shared.items() if key not in CONNECTION}
        values = {**({} if drops is None else {"url": drops}), **shared, **own}
        if "url" not in values:
            raise SettingsError(
                f"nothing says where {source} delivers",
                where="chakong.toml",
                do=f"write url in [sources.{source}] or [sources.{DEFAULT}], or give --drops",
            )
        return SourceSite(source, **values)

    def mode(self, source: str) -> Mode:
        """Whether `source` is connected."""
        values = {**self.tables.get(DEFAULT, {}), **self.tables.get(source, {})}
        return typing.cast(Mode, values.get("mode", "pull"))

    def needs_drops(self) -> bool:
        """Whether some source has neither its own URL nor the default's."""
        return not all(self.says_where(source) for source in data_contracts.sources())

    def says_where(self, source: str) -> bool:
        """Whether the source's own table or the default's gives a URL."""
        return any("url" in self.tables.get(name, {}) for name in (source, DEFAULT))


def load_site(path: Path | None = None) -> Site:
    """Read ``[sources]``; an empty Site without a file. SettingsError names the table and key that is wrong."""
    chosen, tables = read_site_file(path)
    sources = tables.get("sources", {})
    known = {*data_contracts.sources(), DEFAULT}
    for name, table in sources.items():
        if name not in known or not isinstance(table, dict):
            raise SettingsError(
                f"sources.{name} is no table of a source",
                where=str(chosen),
                do=f"write [sources.<id>] with one of {', '.join(sorted(known))}",
            )
    return Site({name: _values(table, f"{chosen} [sources.{name}]", chosen.parent) for name, table in sources.items()})


def _values(table: Mapping[str, Any], where: str, folder: Path) -> dict[str, Any]:
    unknown = sorted(set(table) - set(_READERS))
    if unknown:
        raise SettingsError(f"unknown keys: {', '.join(unknown)}", where=where, do=f"use {', '.join(sorted(_READERS))}")
    values = {}
    for key, given in table.items():
        try:
            values[key] = _READERS[key](given, folder)
        except (TypeError, ValueError) as error:
            raise SettingsError(f"{key}: {error}", where=where, do="see docs/how-to/connect-a-source.md") from None
    return values


def _url(given: Any, _folder: Path) -> str:
    url = _text(given, _folder)
    if "://" in url and urlsplit(url).password is not None:
        raise ValueError("no password in a URL; write password = {env = ...} or {file = ...}")
    return url


def _text(given: Any, _folder: Path) -> str:
    if not isinstance(given, str) or not given:
        raise TypeError("a text is expected")
    return given


def _path(given: Any, folder: Path) -> Path:
    return folder / Path(_text(given, folder)).expanduser()


def _count(given: Any, _folder: Path) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise TypeError("a whole number from 1 is expected")
    return given


def _mode(given: Any, _folder: Path) -> Mode:
    if given not in MODES:
        raise ValueError(f"one of {', '.join(MODES)} is expected")
    return typing.cast(Mode, given)


def _window(given: Any, folder: Path) -> Window:
    start, _, end = _text(given, folder).partition("-")
    try:
        window = Window(*(datetime.strptime(clock, "%H:%M").time() for clock in (start, end)))
    except ValueError:
        raise ValueError("hours such as 18:30-06:00 are expected") from None
    if window.start == window.end:
        raise ValueError("the window is empty; leave it out for all day")
    return window


def _secret(given: Any, folder: Path) -> Secret:
    """A secret itself is refused, and not repeated in the message."""
    if isinstance(given, dict) and set(given) == {"env"}:
        return Secret(env=_text(given["env"], folder))
    if isinstance(given, dict) and set(given) == {"file"}:
        return Secret(file=_path(given["file"], folder))
    raise TypeError("a reference {env = ...} or {file = ...} is expected, never the secret itself")


_BY_TYPE: dict[str, Callable[[Any, Path], Any]] = {
    "str": _text,
    "str | None": _text,
    "Path | None": _path,
    "int": _count,
    "Mode": _mode,
    "Window | None": _window,
    "Secret | None": _secret,
}
#: Key of a table -> what makes a value of it. Relative paths are meant from the folder of the file.
_READERS: dict[str, Callable[[Any, Path], Any]] = {
    item.name: _url if item.name in ("url", "outbox") else _BY_TYPE[str(item.type)]
    for item in fields(SourceSite)
    if item.name != "source"
}
