"""The first half of a build without the registers: debtors, replies, and what the banks, tax and household say.

Faster than `Scenario.build`, and enough for rules that end in the staging tables.
"""

from __future__ import annotations

from typing import Any

import duckdb
from scenario import Scenario

from core.duck import connect
from core.identifiers import check_resident_id, check_uscc
from profiles import build, debtors

REPLYING = ("household", "tax", "bank_boc", "bank_abc", "bank_ccb", "bank_icbc", "bank_sdrcb", "bank_psbc")
REGISTERS = ("vehicles", "land", "mining", "housing", "enterprises", "development", "planning")

REPLIED_AT = "2026-11-23 22:00:00"


def attached(scenario: Scenario) -> duckdb.DuckDBPyConnection:
    """A session with every present view, as the evening inquiry finds it."""
    con = connect(scenario.settings)
    scenario._attach(con)
    return con


def debtors_of(scenario: Scenario) -> duckdb.DuckDBPyConnection:
    """A session in which the debtors have been made out."""
    con = attached(scenario)
    debtors.build_debtors(con, scenario.business_date)
    return con


def staged(scenario: Scenario) -> duckdb.DuckDBPyConnection:
    """A session with the staging tables filled from court, household, tax and banks."""
    con = attached(scenario)
    con.execute("SET VARIABLE business_date = $day", {"day": scenario.business_date})
    con.execute("SET VARIABLE court_name = $name", {"name": scenario.settings.court_name})
    for step in build.preparing(scenario.told):
        if step.rpartition("/")[2] not in REGISTERS:
            build._run_step(con, None, step)  # type: ignore[arg-type]
    return con


def rows(con: duckdb.DuckDBPyConnection, query: str, **values: Any) -> list[dict[str, Any]]:
    """Rows of a query as dictionaries."""
    result = con.execute(query, values or None)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def one(con: duckdb.DuckDBPyConnection, query: str, **values: Any) -> dict[str, Any]:
    """The only row of a query."""
    found = rows(con, query, **values)
    assert len(found) == 1, f"{len(found)} rows"
    return found[0]


def asked(scenario: Scenario, name: str, id_number: str | None, *, serial: int = 1, **debtor: Any) -> tuple[str, str]:
    """A debtor with one open case who was asked about everywhere. Returns inquiry number and debtor id."""
    case_no = scenario.debtor(name, id_number, **debtor)
    inquiry_no = f"Q{scenario.business_date:%Y%m%d}01-{serial:06d}"
    debtor_id = _plain_id(scenario, id_number) or _made_out_id(scenario, case_no, name)
    organization = id_number is not None and id_number.startswith("91")
    scenario.ask(
        inquiry_no,
        debtor_id,
        case_no,
        REPLYING[1:] if organization else REPLYING,
        name=name,
        id_type="uscc" if organization else "resident_id",
        id_number=id_number,
    )
    return inquiry_no, debtor_id


def _plain_id(scenario: Scenario, id_number: str | None) -> str | None:
    """The id of a debtor with a valid number that nobody else is listed with: no build is needed to know it."""
    listed = [row.get("id_number") for row in scenario._rows.get(("court_cases", "debtors"), [])]
    valid = id_number is not None and (check_resident_id(id_number) or check_uscc(id_number))
    return scenario.debtor_id(id_number) if id_number and valid and listed.count(id_number) == 1 else None


def _made_out_id(scenario: Scenario, case_no: str, name: str) -> str:
    query = "SELECT debtor_id FROM debtor_party WHERE case_no = $case_no AND name = $name"
    return str(one(debtors_of(scenario), query, case_no=case_no, name=name)["debtor_id"])


def xml_account(scenario: Scenario, bank: str, inquiry_no: str, **account: Any) -> None:
    """One account of an XML bank; the inquiry's own row comes with the first one."""
    held = scenario._rows.get((bank, "inquiries"), [])
    if not any(row["inquiry_no"] == inquiry_no for row in held):
        scenario.add(
            bank, "inquiries", inquiry_no=inquiry_no, result="found", match_basis="id_and_name", replied_at=REPLIED_AT
        )
    facts = {"sequence": 1, "account_no": "000000000101", "status": "normal", "currency": "CNY"}
    scenario.add(bank, "accounts", inquiry_no=inquiry_no, **{**facts, **account})
