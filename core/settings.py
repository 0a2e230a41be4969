"""What a site decides: read once from ``chakong.toml`` (or the file that CHAKONG_CONFIG names), then passed around.

Nothing here touches the disk at import. A missing file means the demo district's defaults. The file has two tables:
``[site]`` is read here, ``[sources]`` by `connectors.site`.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.errors import SettingsError

#: Top-level tables of the site's file.
TABLES = {"site", "sources"}


@dataclass(frozen=True)
class Settings:
    """One site. Amounts in yuan, memory as DuckDB writes it, days as whole days."""

    court_code: str = "370499"
    court_name: str = "测试区人民法院"
    #: Secret that keys debtor, asset and link ids: the same key gives the same ids on every machine.
    id_key: str = "chakong-demo-district"
    #: Below this balance wages and pensions are kept for living; None = shown and not counted.
    living_reserve: Decimal | None = None
    #: Days that accepted rows of unmatched parties outlive the next full delivery.
    retention_days: int = 35
    #: A full delivery at or below this share of the last full is held for the operator.
    full_volume_floor: float = 0.7
    threads: int = 2
    #: What one DuckDB session may hold in memory before it spills to disk.
    memory_limit: str = "384MB"
    #: Where verdicts are kept: ``postgresql://user@host/database`` (password in ~/.pgpass); None = ledger.sqlite in the
    #: store.
    ledger_url: str | None = None
    #: Confirming a link takes a second officer when the assets that it brings are together worth so much, or nobody
    #: knows their worth; 0 = always.
    second_officer_from: Decimal = Decimal("500000")
    #: Minutes without a request after which an officer must log in to the console again.
    console_idle_minutes: int = 30
    #: Address of the proxy that speaks TLS before the console, whose word on the client's address is taken; None = no
    #: proxy, and the cookie is sent over plain HTTP too.
    console_proxy: str | None = None
    #: Whether officers may log in with a password of ours; false: only by the identity provider.
    console_passwords: bool = True
    #: Requests that one key of the API may send in a minute; a sixth of them at once.
    api_requests_per_minute: int = 600
    #: The court's identity provider (OpenID Connect): its issuer address; None = there is none.
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    #: File that holds the client's secret.
    oidc_secret_file: str | None = None
    #: The console's own address as browsers know it, to which the provider sends them back: ``https://host``.
    oidc_address: str | None = None
    #: The claim that holds the officer's number.
    oidc_claim: str = "preferred_username"
    #: The court's own weights of targeting, a file like profiles/rules/targeting.yaml; None = those that ship.
    targeting_weights: str | None = None
    #: The line that stands at the head of every page of an exported file.
    export_classification: str = "内部资料　含个人信息　仅用于办理执行案件"
    #: Folder with the court's own letter templates (notice.docx, suggestion.docx); what it has not got is taken
    #: from those that ship.
    export_templates: str | None = None


def read_site_file(path: Path | None = None) -> tuple[Path, dict[str, Any]]:
    """The site's file and its tables; no tables when there is no file and nobody named one.

    Raises SettingsError when a named file does not exist, is no TOML, or has a table that nobody reads.
    """
    chosen = path or Path(os.environ.get("CHAKONG_CONFIG", "chakong.toml"))
    if not chosen.exists():
        if path is not None or "CHAKONG_CONFIG" in os.environ:
            raise SettingsError("settings file does not exist", where=str(chosen), do="correct the path")
        return chosen, {}
    try:
        tables = tomllib.loads(chosen.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SettingsError("settings file is no TOML in UTF-8", where=str(chosen), do="correct it") from None
    unknown = sorted(set(tables) - TABLES)
    if unknown:
        raise SettingsError(f"unknown tables: {', '.join(unknown)}", where=str(chosen), do="remove or correct them")
    return chosen, tables


def load_settings(path: Path | None = None) -> Settings:
    """Read the site's settings; raise SettingsError on unknown keys or wrong types."""
    chosen, tables = read_site_file(path)
    document: dict[str, Any] = tables.get("site", {})
    known = {field.name: field for field in fields(Settings)}
    unknown = sorted(set(document) - set(known))
    if unknown:
        raise SettingsError(f"unknown settings: {', '.join(unknown)}", where=str(chosen), do="remove or correct them")
    for name in ("living_reserve", "second_officer_from"):
        if document.get(name) is not None:
            document[name] = Decimal(str(document[name]))
    return Settings(**document)
