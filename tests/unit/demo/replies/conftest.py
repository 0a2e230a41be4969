from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.inquiry import write_lists
from core import duck
from core.settings import Settings
from core.store import Store
from demo.population import Population
from demo.replies import answer
from demo.replies.answering import AnswerReport
from demo.truth import CASES, District, truth_folder, write_district, write_parties

SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)
ALL = ["tax", "bank_boc", "bank_abc", "bank_ccb", "bank_icbc", "bank_sdrcb", "bank_psbc"]


@dataclass(frozen=True)
class Evening:
    """Drops and store of a small district that has asked and been answered."""

    drops: Path
    store: Store
    report: AnswerReport


def make_district(drops: Path, debtors: int = 60, seed: int = 7, faults: bool = False) -> Path:
    """The truth alone: that is all the answering side needs."""
    write_district(drops, District(seed, debtors, 2, faults, SUNDAY))
    write_parties(drops, Population(seed, debtors))
    numbers = range(debtors)
    cases = {
        "night": [0] * debtors,
        "case_no": [f"（2026）测0499执{number * 2}号" for number in numbers],
        "debtor_no": list(numbers),
        "in_scope": [True] * debtors,
    }
    pq.write_table(pa.table(cases, schema=CASES), truth_folder(drops) / "cases.parquet")
    return drops


def ask(drops: Path, store: Store, day: date, run: int = 1) -> None:
    """Send the court's list about every debtor, every third of them in two cases, and about somebody unknown."""
    connection = duck.connect(Settings(threads=1))
    debtors = pq.read_table(truth_folder(drops) / "debtors.parquet")
    connection.register("debtors", debtors)
    connection.execute(
        """
        CREATE TABLE inquiry_line AS
        WITH line AS (
            SELECT name, id_type, id_number, party,
                   debtor_no * 2 + unnest(range(1 + (debtor_no % 3 = 0)::INT)) AS number
            FROM debtors
            UNION ALL
            SELECT '试不存', 'resident_id', '370499190001010016', 'person', 999_000
        )
        SELECT format('Q{}{:02d}-{:06d}', $day, $run, number) AS inquiry_no,
               format('（2026）测0499执{}号', number) AS case_no,
               '370499' AS court_code, '法官甲' AS judge, 'GW000001' AS officer_id, name AS debtor_name,
               []::VARCHAR[] AS former_names, id_type, id_number, $asked::TIMESTAMP AS asked_at,
               NULL::DATE AS window_from, NULL::DATE AS window_to, name AS debtor_id,
               CASE WHEN party = 'person' THEN ['household'] ELSE [] END || $all AS sources
        FROM line ORDER BY number
        """,
        {"day": f"{day:%Y%m%d}", "run": run, "asked": datetime.combine(day, time(18, 55)), "all": ALL},
    )
    write_lists(connection, store, day, run, datetime.combine(day, time(18, 55)))
    connection.close()


@pytest.fixture(scope="session")
def evenings(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], dict[date, Evening]]:
    """Two evenings of a small district, with or without faults. Read-only."""
    made: dict[bool, dict[date, Evening]] = {}

    def make(faults: bool) -> dict[date, Evening]:
        if faults not in made:
            root = tmp_path_factory.mktemp("replies")
            drops, store = make_district(root / "drops", faults=faults), Store(root / "store")
            made[faults] = {}
            for day in (SUNDAY, MONDAY):
                ask(drops, store, day)
                made[faults][day] = Evening(drops, store, answer(drops, store.root, day))
        return made[faults]

    return make


@pytest.fixture(scope="session")
def monday(evenings: Callable[[bool], dict[date, Evening]]) -> Evening:
    """The second evening, a Monday, without faults."""
    return evenings(False)[MONDAY]
