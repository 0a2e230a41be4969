from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import Settings, load_settings


def test_without_a_file_the_demo_courts_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHAKONG_CONFIG", raising=False)
    assert load_settings() == Settings()


def test_a_site_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "chakong.toml"
    file.write_text('[site]\ncourt_name = "测试区第二人民法院"\nliving_reserve = "1500.50"\n', encoding="utf-8")
    assert load_settings(file) == Settings(court_name="测试区第二人民法院", living_reserve=Decimal("1500.50"))


def test_an_unknown_setting_stops(tmp_path: Path) -> None:
    file = tmp_path / "chakong.toml"
    file.write_text("[site]\ncourt = 1\n")
    with pytest.raises(SettingsError, match="unknown settings: court"):
        load_settings(file)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        load_settings(tmp_path / "absent.toml")
