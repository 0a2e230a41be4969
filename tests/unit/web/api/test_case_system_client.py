"""The example in docs is a program that works: run as a process of its own against the served console."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from scenario import PERSON_A
from systems import CASE, Ask

from ledger.audit import Entry

SCRIPT = Path(__file__).parents[4] / "docs" / "examples" / "case_system_client.py"


def test_the_case_system_lists_a_debtors_targets(
    address: str, key: Callable[[], str], ask: Ask, debtor_id: str, logged: Callable[[], list[Entry]]
) -> None:
    def run(case: str, words: str) -> tuple[int, str, str]:
        line = [sys.executable, str(SCRIPT), "--url", address, "--officer", "GW1", "--case", case]
        told = {**os.environ, "CHAKONG_KEY": key(), "PYTHONUTF8": "1"}
        done = subprocess.run(line, input=words, capture_output=True, text=True, env=told, check=False)
        return done.returncode, done.stdout, done.stderr

    targets = ask().get(f"/debtors/{debtor_id}/targets").json()["items"]
    before = len(logged())
    code, printed, _ = run(CASE, PERSON_A)
    first, *measures = printed.splitlines()
    assert code == 0
    assert first.startswith("测试甲　370499**********17　尚欠 ")
    assert len(measures) == len(targets) > 0
    assert all(target["amount_to_control"] in line for target, line in zip(targets, measures, strict=True))
    assert [entry.act.action for entry in logged()[before:]] == ["search", "targets"]
    assert run("（2026）测0499执2号", PERSON_A)[2].startswith("不允许（403）")
    assert run(CASE, "")[2].startswith("请求有误（422）")
