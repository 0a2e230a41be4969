"""Hostile deliveries are survived: an answer in bounded time and memory, rows quarantined or the file refused.

The files are read in a process of their own, whose peak of memory counts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import hostile
import pytest

ROOT = Path(__file__).parents[4]
MB = 1 << 20
#: Of this about 120 MB are Python and Arrow themselves.
MOST_MEMORY = 600 * MB
#: Of a processor, for one file. What hangs is ended after ten times as long.
MOST_SECONDS = 30

READ = """
import json, re, sys, time
from pathlib import Path
from connectors.formats import read_file
from core.errors import DeliveryError
from data_contracts import load

for line in sys.stdin:
    source, path = line.split()
    print(Path(path).name, file=sys.stderr, flush=True)
    contract, started = load(source), time.process_time()
    try:
        report = read_file(contract, contract.files[0], Path(path), Path(path).with_suffix(".text"))
        defects = sum(sum(codes.values()) for codes in report.defects.values())
        warnings = [warning.message for warning in report.warnings]
        found = {"rows": sum(report.rows.values()), "defects": defects, "warnings": warnings}
    except DeliveryError as error:
        found = {"refused": str(error), "verdict": error.verdict}
    # Not ru_maxrss: a forked child starts with its parent's peak.
    peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024
    print(json.dumps(found | {"peak": peak, "seconds": time.process_time() - started}))
"""

#: What is refused as a whole, and a word of the reason.
REFUSED: dict[hostile.Maker, str] = {
    hostile.billion_laughs: "document types",
    hostile.external_entity: "document types",
    hostile.external_document_type: "document types",
    hostile.document_type_inside_a_record: "document types",
    hostile.comment_without_end: "no root element",
    hostile.utf16_document: "no root element",
    hostile.nested_json_page: "no JSON",
    hostile.page_of_empty_things: "larger than any page",
    hostile.long_header: "longer than any header",
    hostile.wide_header: "header differs",
    hostile.bomb_by_ratio: "would unpack",
    hostile.bomb_of_zips: "header differs",
    hostile.overlapping_entries: "longer than any header",
    hostile.paths_that_leave_the_archive: "beside the agreed ones",
    hostile.a_link_instead_of_an_entry: "header differs",
    hostile.huge_dimension: "no header in row 1",
    hostile.row_beyond_all_rows: "cannot be read",
    hostile.many_strings: "more text than a register",
    hostile.many_merges: "merged",
    hostile.an_attribute_without_end: "longer than any",
    hostile.a_new_tag_in_every_row: "kinds of elements",
    hostile.styles_of_nothing: "larger than any such part",
    hostile.workbook_entities: "document type",
}
#: What is read, with the rows and the defects it comes to.
READABLE: dict[hostile.Maker, tuple[int, int]] = {
    hostile.nested_deep: (7, 6),
    hostile.elements_without_end: (300_007, 300_006),
    hostile.many_attributes: (7, 6),
    hostile.character_references: (7, 6),
    hostile.nested_json: (3, 3),
    hostile.numbers_without_end: (2, 0),
    hostile.a_new_key_in_every_line: (40_000, 0),
    hostile.open_quotes: (100_000, 100_000),
    hostile.only_separators: (2, 2),
    hostile.only_line_ends: (0, 0),
    hostile.only_carriage_returns: (2, 2),
    hostile.only_zeros: (2, 2),
    hostile.utf8_that_ends_badly: (1, 1),
    hostile.commas_and_a_bad_byte: (1, 1),
    hostile.overlong_and_truncated: (8, 5),
    hostile.merges_over_everything: (11, 0),
    hostile.formulas_and_links: (3, 0),
    hostile.macros: (3, 0),
}


def read_apart(makers: Iterable[hostile.Maker], folder: Path) -> dict[str, dict[str, Any]]:
    """What reading the files one after the other came to, by the name of what made them."""
    names = [make.__name__ for make in makers]
    lines = [f"{make(folder / make.__name__)} {folder / make.__name__}\n" for make in makers]
    with subprocess.Popen(
        [sys.executable, "-c", READ],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            said, complained = process.communicate("".join(lines), timeout=10 * MOST_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            pytest.fail(f"no end: {process.communicate()[1][-200:]}")
    assert process.returncode == 0, complained[-2_000:]
    return dict(zip(names, map(json.loads, said.splitlines()), strict=True))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return read_apart([*REFUSED, *READABLE], tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_refused_with_a_reason(make: hostile.Maker, found: dict[str, dict[str, Any]]) -> None:
    outcome = found[make.__name__]
    assert REFUSED[make] in outcome["refused"]
    assert outcome["verdict"] == "unexpected_layout"
    assert len(outcome["refused"]) < 1_000


@pytest.mark.parametrize("make", READABLE, ids=lambda make: make.__name__)
def test_read_with_its_defects(make: hostile.Maker, found: dict[str, dict[str, Any]]) -> None:
    outcome = found[make.__name__]
    assert (outcome["rows"], outcome["defects"]) == READABLE[make]
    assert len(str(outcome["warnings"])) < 5_000


def test_none_takes_long_or_fills_the_memory(found: dict[str, dict[str, Any]]) -> None:
    assert {name for name, outcome in found.items() if outcome["seconds"] > MOST_SECONDS} == set()
    assert max(outcome["peak"] for outcome in found.values()) < MOST_MEMORY


@pytest.mark.system
@pytest.mark.slow
@pytest.mark.parametrize("source", ["household", "vehicles", "court_cases", "housing", "bank_ccb"])
@pytest.mark.parametrize("sign", [b"\x00", b"a", b'"', "测".encode()])
def test_a_line_of_a_gigabyte(source: str, sign: bytes, tmp_path: Path) -> None:
    def a_long_line(path: Path) -> str:
        with path.open("wb") as file:
            for _ in range(1024):
                file.write(sign * (MB // len(sign)))
        return source

    (outcome,) = read_apart([a_long_line], tmp_path).values()
    (tmp_path / "a_long_line").unlink()
    assert "refused" in outcome or outcome["rows"] == outcome["defects"] > 0
    assert outcome["peak"] < MOST_MEMORY
