"""The site file that people copy is one that loads, shows every transport, and holds no secret."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import data_contracts
from connectors.site import Secret, load_site
from connectors.transport import ASKING, CHANNELS
from core.settings import load_settings

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"
EXAMPLE = HOW_TO / "chakong.example.toml"


def test_the_example_loads_and_names_every_transport() -> None:
    site = load_site(EXAMPLE)
    schemes = {site.of(source).scheme for source in data_contracts.sources()}
    assert schemes == set(CHANNELS) | set(ASKING)
    assert not site.needs_drops()
    assert load_settings(EXAMPLE).court_code == "370499"


def test_every_reference_to_a_secret_in_it_is_a_reference() -> None:
    secrets = [
        value
        for table in load_site(EXAMPLE).tables.values()
        for key, value in table.items()
        if key in ("password", "access_key", "secret_key", "shared_key")
    ]
    assert len(secrets) >= 5
    assert all(isinstance(secret, Secret) for secret in secrets)


@pytest.mark.parametrize("page", ["connect-a-source.md", "deploy.md"])
def test_site_files_shown_in_pages_load(page: str, tmp_path: Path) -> None:
    shown = re.findall(r"```toml\n(.*?)```", (HOW_TO / page).read_text(encoding="utf-8"), flags=re.S)
    assert shown
    for number, text in enumerate(shown):
        file = tmp_path / f"{number}.toml"
        file.write_text(text, encoding="utf-8")
        assert tomllib.loads(text)
        load_site(file)
        load_settings(file)
