from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import data_contracts
from connectors.site import CONNECTION, Secret, Site, Window, load_site
from core.errors import SettingsError
from core.settings import load_settings

SITE = """
[site]
court_code = "370499"

[sources.default]
url = "sftp://court@drops.example:2222/out"
password = {env = "DROPS_PASSWORD"}
known_hosts = "known_hosts"
seconds = 600

[sources.household]
url = "s3://hj/out"
endpoint = "https://s3.example:9000"
access_key = {env = "HJ_KEY"}
secret_key = {file = "secrets/hj"}
window = "18:30-06:00"

[sources.tax]
mode = "off"
"""


def site_of(folder: Path, text: str) -> Site:
    file = folder / "chakong.toml"
    file.write_text(text, encoding="utf-8")
    return load_site(file)


def test_a_source_without_a_table_takes_the_default(tmp_path: Path) -> None:
    land = site_of(tmp_path, SITE).of("land")
    assert (land.source, land.scheme, land.host, land.seconds) == ("land", "sftp", "drops.example:2222", 600)
    assert land.password == Secret(env="DROPS_PASSWORD")
    assert land.known_hosts == tmp_path / "known_hosts"


def test_a_source_with_its_own_url_inherits_no_credentials(tmp_path: Path) -> None:
    household = site_of(tmp_path, SITE).of("household")
    assert (household.password, household.known_hosts, household.seconds) == (None, None, 600)
    assert household.secret_key == Secret(file=tmp_path / "secrets" / "hj")
    assert household.host == "s3.example:9000"
    assert household.window == Window(time(18, 30), time(6))


def test_drops_stand_for_the_default_and_its_credentials_but_not_for_a_sources_own_url(tmp_path: Path) -> None:
    site = site_of(tmp_path, SITE)
    assert (site.of("land", "/drops").url, site.of("land", "/drops").password) == ("/drops", None)
    assert site.of("land", "/drops").seconds == 600
    assert site.of("household", "/drops").scheme == "s3"
    assert site.of("tax", "/drops").mode == "off"


def test_the_same_file_still_gives_the_settings(tmp_path: Path) -> None:
    site_of(tmp_path, SITE)
    assert load_settings(tmp_path / "chakong.toml").court_code == "370499"


def test_drops_are_needed_where_nothing_says_where_a_source_delivers(tmp_path: Path) -> None:
    assert Site().needs_drops()
    assert not site_of(tmp_path, SITE).needs_drops()
    every = "\n".join(f'[sources.{source}]\nurl = "/srv/{source}"' for source in data_contracts.sources())
    assert not site_of(tmp_path, every).needs_drops()
    with pytest.raises(SettingsError, match=r"nothing says where land delivers.*--drops"):
        Site().of("land")


@pytest.mark.parametrize(("table", "said"), [
    ('[sources.nosuch]\nurl = "/x"', "sources.nosuch is no table"),
    ('[sources]\nland = "/x"', "sources.land is no table"),
    ('[sources.land]\nurl = "/x"\nsource = "tax"', "unknown keys: source"),
    ('[sources.land]\npasswort = "geheim"', "unknown keys: passwort"),
    ('[sources.land]\npassword = "hunter2"', "never the secret itself"),
    ('[sources.land]\npassword = {env = "A", file = "b"}', "a reference"),
    ('[sources.land]\nurl = "sftp://a:hunter2@b/c"', "no password in a URL"),
    ('[sources.land]\noutbox = "sftp://a:hunter2@b/c"', "no password in a URL"),
    ('[sources.land]\nmode = "full"', "one of pull, off"),
    ('[sources.land]\nwindow = "18:30"', "hours such as"),
    ('[sources.land]\nwindow = "18:30-18:30"', "window is empty"),
    ('[sources.land]\nseconds = 0', "a whole number from 1"),
    ('[sources.land]\nattempts = true', "a whole number from 1"),
    ('[sources.land]\nknown_hosts = 3', "a text is expected"),
    ('[source.land]\nurl = "/x"', "unknown tables: source"),
    ('[sources.land', "no TOML"),
])  # fmt: skip
def test_a_mistake_is_named_with_its_table_and_a_secret_is_not_repeated(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        site_of(tmp_path, table)
    assert "chakong.toml" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_secret_is_read_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "one")
    (tmp_path / "secret").write_text("two \n", encoding="utf-8")
    assert Secret(env="A_SECRET").read() == "one"
    assert Secret(file=tmp_path / "secret").read() == "two "


def test_a_secret_that_is_not_there_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SECRET", raising=False)
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    for secret in (Secret(env="NO_SECRET"), Secret(file=tmp_path / "empty"), Secret(file=tmp_path / "absent")):
        with pytest.raises(SettingsError, match="secret"):
            secret.read()


CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(start=CLOCKS, end=CLOCKS, moment=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))
def test_a_window_and_its_complement_share_the_day(start: time, end: time, moment: datetime) -> None:
    if start != end:
        assert Window(start, end).holds(moment) != Window(end, start).holds(moment)
        assert Window(start, end).holds(datetime.combine(moment, start))


def test_everything_that_proves_who_we_are_belongs_to_the_connection() -> None:
    assert {"password", "key_file", "known_hosts", "access_key", "secret_key"} < CONNECTION
