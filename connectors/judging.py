"""Whether filtered rows are taken: the contract's suite is asked, and its findings become verdicts on files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from connectors.history import History
from connectors.inserts import whole_inserts
from connectors.layers import Layer, last_full
from connectors.pull import Read
from connectors.records import Verdict
from connectors.rows import Filtered
from core.settings import Settings
from data_contracts import Contract
from data_contracts.drift import Change
from data_contracts.reasons import reason
from data_contracts.suite import DeliveryFacts, Finding, SuiteVerdict, judge

EMPTIED_ZH = "全量没有一行，而上次有，疑似抽取失败：暂缓采用，请来源单位核对后重送"
#: Reject codes that also say of a delivery that it drifts from what was agreed.
DRIFTS: Mapping[str, Change] = {"unknown_code": "unknown_code", "bad_type": "type_change"}


@dataclass(frozen=True)
class Judged:
    """`held`: files that carry a table which is not let in. `verdicts` give each reason, and what was only noted.
    `suite` is what the contract's suite said, null where it was not asked."""

    suite: SuiteVerdict | None
    held: tuple[Read, ...]
    verdicts: tuple[Verdict, ...]


def judge_delivery(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    reads: Sequence[Read],
    *,
    held: Sequence[Layer],
    history: History,
    filtered: Filtered,
    released: bool,
) -> Judged:
    """Judge the rows of `reads`; `held` is the present state without them, `history` what the source usually brings.

    `released`: a person has let the delivery in; what is wrong with it is noted and holds nothing.
    """
    mode = reads[0].part.mode
    fulls = {name: last_full(held, name) for name in filtered.tables}
    before = {name: full.rows_of(name) for name, full in fulls.items() if full}
    usual = {name: max(rows, round(history.full_rows.get(name, 0))) for name, rows in before.items()}
    delivered = {name: count.delivered for name, count in filtered.tables.items()}
    if mode == "full" and (emptied := _emptied(contract, delivered, before)):
        facts = {"table": emptied, "found": 0, "last_full": before[emptied], "means": EMPTIED_ZH}
        return _holding(None, reads, [("count_mismatch", emptied, facts)], released=released)
    if not sum(delivered.values()):
        return Judged(None, (), ())
    suite_facts = DeliveryFacts(
        mode=mode,
        business_date=reads[0].part.business_date,
        data_as_of=min(read.control.data_as_of for read in reads),
        delivered=delivered,
        quarantined={name: count.quarantined for name, count in filtered.tables.items()},
        last_full=before,
        usual_full=usual,
        whole_inserts=whole_inserts(con, contract, reads, held) if mode == "delta" else frozenset(),
        distinct=filtered.distinct,
        full_volume_floor=settings.full_volume_floor,
    )
    judged = judge(con, contract, suite_facts, filtered.texts)
    # What names a column of the contract tells the operator most: it comes first.
    critical = sorted(
        (finding for finding in judged.failed if finding.severity == "critical"),
        key=lambda finding: not (finding.table and contract.table(finding.table).has(finding.column)),
    )
    reasons = [
        (_file_code(finding), finding.table, _facts(contract, finding, delivered, usual)) for finding in critical
    ]
    found = _holding(judged, reads, reasons, released=released)
    few = [
        _noted(reads, finding, _facts(contract, finding, delivered, usual))
        for finding in judged.failed
        if finding.code == "unusual_volume"
    ]
    found = replace(found, verdicts=(*found.verdicts, *few))
    return _drifting(contract, reads, filtered, found)


def _drifting(contract: Contract, reads: Sequence[Read], filtered: Filtered, judged: Judged) -> Judged:
    """Unknown codes and values of another type are noted by column; their files are held if the contract says so."""
    held, verdicts = list(judged.held), list(judged.verdicts)
    for table, codes in filtered.rejects.items():
        carrying = [read for read in reads if table in read.rows]
        for code, columns in codes.items():
            if code not in DRIFTS:
                continue
            frozen = contract.drift[DRIFTS[code]] == "freeze"
            held += [read for read in carrying if frozen and read not in held]
            name = carrying[0].part.file.name
            verdicts += [
                Verdict(code, name, frozen, {"table": table, "column": column, "rows": rows})
                for column, rows in columns.items()
            ]
    return Judged(judged.suite, tuple(held), tuple(verdicts))


def _noted(reads: Sequence[Read], finding: Finding, facts: Mapping[str, Any]) -> Verdict:
    """A finding that holds nothing, on the file that carries its table."""
    name = next(read.part.file.name for read in reads if finding.table in read.rows)
    return Verdict(finding.code, name, False, facts)


def _emptied(contract: Contract, delivered: Mapping[str, int], before: Mapping[str, int]) -> str | None:
    """The table that the register is about, if a full brings nothing where the last one had rows. No share and no
    ordinary loss excuses that: an empty file would read as the end of the register."""
    main = contract.tables[0].name
    return main if delivered.get(main) == 0 and before.get(main) else None


def _holding(
    suite: SuiteVerdict | None,
    reads: Sequence[Read],
    reasons: Sequence[tuple[str, str, Mapping[str, Any]]],
    *,
    released: bool,
) -> Judged:
    held: list[Read] = []
    verdicts = []
    for code, table, facts in reasons:
        carrying = [read for read in reads if not table or table in read.rows]
        held += [read for read in carrying if read not in held and not released]
        verdicts.append(Verdict(code, carrying[0].part.file.name, not released, facts))
    return Judged(suite, tuple(held), tuple(verdicts))


def _facts(
    contract: Contract, finding: Finding, delivered: Mapping[str, int], usual: Mapping[str, int]
) -> dict[str, Any]:
    named = bool(finding.table) and contract.table(finding.table).has(finding.column)
    facts: dict[str, Any] = {
        "table": finding.table,
        "column": finding.column if named else "",
        "means": finding.means,
    }
    if finding.code in ("count_mismatch", "mode_mismatch", "unusual_volume"):
        facts |= {"found": delivered[finding.table]}
        facts |= {"last_full": usual[finding.table]} if finding.table in usual else {}
    return facts


def _file_code(finding: Finding) -> str:
    """The file verdict for a finding: a table most of whose rows break one rule is of another layout than agreed."""
    return finding.code if reason(finding.code).severity == "file" else "unexpected_layout"
