from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from exported import Night

from exports import profile_json
from exports.imprint import CLUE_ZH


def test_profiles_keep_to_the_schema(night: Night, tmp_path: Path) -> None:
    schema = profile_json.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for debtor in (night.person, night.firm):
        profile_json.write(night.profile(debtor), night.imprint, tmp_path / "a.json")
        written = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
        jsonschema.validate(written, schema)
        assert written["imprint"]["notice"] == CLUE_ZH and written["imprint"]["run_id"] == "R20261123"
    assert {asset["gross_value"] for asset in written["assets"]} == {None}


def test_amounts_are_text_with_two_decimals(night: Night, tmp_path: Path) -> None:
    profile = night.profile(night.person)
    profile_json.write(profile, night.imprint, tmp_path / "a.json")
    written = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert written["debtor"]["net_value"] == "221234.50"
    written["debtor"]["net_value"] = 221234.5
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, profile_json.json_schema())


def test_the_same_database_gives_the_same_bytes(night: Night, tmp_path: Path) -> None:
    for name in ("a", "b"):
        profile_json.write(night.profile(night.person), night.imprint, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
