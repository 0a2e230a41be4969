"""A page that is not true fails here."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

import data_contracts
from cli.main import build_parser
from matching import load_model

ROOT = Path(__file__).parents[3]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def _generator():  # type: ignore[no-untyped-def]
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_what_the_code_generates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    for name, text in _generator().pages().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"run `make docs` ({name})"


def test_no_page_is_left_of_a_contract_that_is_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = _generator()
    assert generator.stale(generator.pages()) == [], "run `make docs`"
    monkeypatch.setattr(generator, "DOCS", tmp_path)
    generator.main()
    gone = tmp_path / "reference" / "contracts" / "gone.md"
    gone.write_text("# gone\n", encoding="utf-8")
    generator.main()
    assert not gone.exists()
    assert (gone.parent / "land.md").exists()


def test_a_contract_shows_the_golden_cases_of_its_faults() -> None:
    pages = _generator().pages()
    own = "[case_number_forms](../../../tests/golden/text/case_number_forms)"
    assert own in pages["reference/contracts/land.md"]
    assert own not in pages["reference/contracts/household.md"], "household has a case of its own"
    assert own.replace("[", "[land：") in pages["reference/contracts/mining.md"], "mining has none"


def test_every_contract_is_in_the_index() -> None:
    index = (ROOT / "docs" / "reference" / "contracts" / "README.md").read_text(encoding="utf-8")
    for source in (*data_contracts.sources(), data_contracts.OUTGOING):
        assert f"({source}.md)" in index


def test_the_picture_of_evidence_shows_no_delivered_value() -> None:
    generator = _generator()
    picture = generator.waterfall()
    for side in (generator.DEBTOR, generator.RECORD):
        for field in ("name", "id_number", "birth_date", "address", "phone"):
            assert side[field] not in picture


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} points at {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_pages_are_commands_of_the_program(page: Path) -> None:
    if "reference" in page.parts:
        return  # generated from the parser itself
    for block in re.findall(r"```(?:sh|console)\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.S):
        for line in block.splitlines():
            command = line.removeprefix("$ ").strip()
            if command.startswith("chakong "):
                build_parser().parse_args(shlex.split(command, comments=True)[1:])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_folders_and_make_targets_named_in_pages_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    for target in re.findall(r"`make ([a-z-]+)`", text):
        assert target in targets
    folders = "core|data_contracts|connectors|matching|profiles|ledger|exports|flows|cli|demo|tests|docs"
    for path in re.findall(rf"`((?:{folders})/[\w./-]*)`", text):
        assert (ROOT / path).exists(), path


def test_figures_of_the_model_quoted_in_its_explanation_are_the_models() -> None:
    model = load_model("v3")
    known = {**model.limits, **model.thresholds, **model.name_frequency}
    quoted = re.findall(
        r"`(\w+): ([\d.]+)`", (ROOT / "docs" / "explanation" / "matching.md").read_text(encoding="utf-8")
    )
    assert quoted
    for name, figure in quoted:
        assert known[name] == float(figure), f"matching.md says {name} is {figure}"
