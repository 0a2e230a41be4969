"""The README shows what the program prints: its words must be the program's words."""

from __future__ import annotations

from pathlib import Path

import data_contracts
from profiles.words_zh import words

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")


def test_the_summary_lists_every_source_with_an_outcome_of_the_program() -> None:
    for source in data_contracts.sources():
        line = next(line for line in README.splitlines() if line.startswith(f"{source} "))
        assert any(word in line for word in words("outcome").values()), source


def test_alerts_and_sections_are_the_programs() -> None:
    alerts = [line for line in README.splitlines() if line.startswith("预警（")]
    assert alerts
    for line in alerts:
        for entry in line.split("：", 1)[1].split("，"):
            assert entry.rsplit(" ", 1)[0] in words("alert").values(), entry
    for section in ("━━ 身份", "━━ 案件", "━━ 总览", "━━ 建议措施", "━━ 已确认的现有财产", "━━ 待人工核实", "━━ 来源"):
        assert section in README
