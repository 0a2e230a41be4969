"""The pages: an index, one per source for its suite, one per delivery for its results.

They tell counts, dates, codes and names of the contract's tables and columns; nothing that a row says, nothing that a
person wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from connectors.data_docs import words
from connectors.data_docs.markup import Markup, element, facts, heading, link, page, table
from connectors.records import DeliveryRecord
from connectors.validations import Run, Validation
from data_contracts import Contract
from data_contracts.model import Table
from data_contracts.reasons import reasons
from data_contracts.suite import Finding
from data_contracts.suite_expectations import Check, of_deliveries, of_rows

#: So many newest business dates stand open in the index.
OPEN_DATES = 7


@dataclass(frozen=True)
class Entry:
    """A delivery in the index: `evaluated` results, of which `failed` failed when it was first judged. Dates in ISO
    form."""

    delivery_id: str
    source: str
    business_date: str
    mode: str
    batch: str
    state: str
    evaluated: int
    failed: int
    quarantined: int

    @classmethod
    def of(cls, record: DeliveryRecord, validation: Validation) -> Entry:
        """What the index tells of a delivery."""
        results = validation.runs[0].results
        return cls(
            delivery_id=record.delivery_id,
            source=record.source,
            business_date=record.business_date.isoformat(),
            mode=record.mode,
            batch=record.batch or "",
            state="held" if record.state != "loaded" else "partly" if record.holds else "loaded",
            evaluated=len(results),
            failed=sum(not result.success for result in results),
            quarantined=sum(count.quarantined for count in record.tables.values()),
        )

    @property
    def path(self) -> str:
        """Its page, below the site's folder."""
        return f"validations/{self.source}/{self.business_date.replace('-', '')}/{self.delivery_id}.html"


#: What only registers have.
_OF_REGISTERS = {"volume_share", "child_share", "short_child_share", "insert_share"}


def suite_path(source: str) -> str:
    """The page of a source's suite, below the site's folder."""
    return f"suites/{source}.html"


def index(entries: Iterable[Entry], contracts: Sequence[Contract]) -> str:
    """Every delivery that was judged, the newest business date first; and every suite."""
    order = {contract.source: place for place, contract in enumerate(contracts)}
    ordered = sorted(entries, key=lambda entry: (order[entry.source], entry.delivery_id))
    ordered.sort(key=lambda entry: entry.business_date, reverse=True)
    titles = {contract.source: contract.title_zh for contract in contracts}
    dates = [
        _date(day, list(of_day), titles, is_open=place < OPEN_DATES)
        for place, (day, of_day) in enumerate(groupby(ordered, key=lambda entry: entry.business_date))
    ]
    suites = [[link(contract.source, suite_path(contract.source)), contract.title_zh] for contract in contracts]
    return page(
        "数据校验报告",
        [
            element("p", "每份到件按数据契约编成的期望套件由 Great Expectations 校验。这里只有计数，没有送达的内容。"),
            heading("到件"),
            *(dates or [element("p", "尚无校验过的到件。")]),
            heading("期望套件"),
            table(("来源", "名称"), suites),
        ],
        depth=0,
    )


def _date(day: str, entries: Sequence[Entry], titles: dict[str, str], *, is_open: bool) -> Markup:
    rows = [
        [
            link(f"{entry.source} {titles[entry.source]}", entry.path),
            words.MODES_ZH[entry.mode] + (f" {entry.batch}" if entry.batch else ""),
            _state(entry),
            f"{entry.evaluated - entry.failed} / {entry.evaluated}",
            f"{entry.quarantined:,}",
        ]
        for entry in entries
    ]
    listed = table(("来源", "方式", "结论", "期望符合", "隔离行"), rows)
    summary = element("summary", f"{day}　{len(entries)} 份")
    return element("details", summary, listed, **({"open": ""} if is_open else {}))


def _state(entry: Entry) -> Markup:
    if entry.state == "held":
        return element("span", "扣留", class_="failed")
    if entry.state == "partly":
        return element("span", "部分扣留", class_="failed")
    if entry.failed:
        return element("span", "采用，有提示", class_="noted")
    return element("span", "采用", class_="met")


def suite(contract: Contract, full_volume_floor: float) -> str:
    """Everything that is expected of a source's deliveries."""
    whole = of_deliveries(contract, full_volume_floor)
    applying = [check for check in whole if contract.mode == "extract" or check.column not in _OF_REGISTERS]
    parts = [
        facts([("来源", contract.source), ("契约", contract.version), ("提供单位", contract.agency_zh)]),
        heading("整份到件"),
        _checks(contract, applying),
    ]
    for one in contract.tables:
        parts += [heading(_name(one)), _checks(contract, of_rows(one))]
    return page(f"期望套件：{contract.title_zh}", parts, depth=1)


def _checks(contract: Contract, checks: Iterable[Check]) -> Markup:
    rows = [
        [
            words.expectation(check.code, check.column),
            _column(contract, check.table, check.column),
            words.allowed(check.column, check.limits),
            words.SEVERITIES_ZH[check.severity],
            check.expectation,
        ]
        for check in checks
    ]
    return table(("期望", "列", "限度", "不符合时", "Great Expectations"), rows)


def delivery(contract: Contract, record: DeliveryRecord, validation: Validation) -> str:
    """What was found in one delivery."""
    entry = Entry.of(record, validation)
    as_of = f"{record.data_as_of:%Y-%m-%d %H:%M}" if record.data_as_of else ""
    told = [
        ("到件", record.delivery_id),
        ("结论", _state(entry)),
        ("方式", words.MODES_ZH[record.mode]),
        ("查询批次", record.batch or ""),
        ("数据时点", as_of),
        ("接收之夜", record.night.isoformat()),
        ("文件", "、".join(file.name + ("" if file.taken else "（未采用）") for file in record.files)),
        ("期望套件", link(f"{record.source} {record.contract_version}", f"../../../{suite_path(record.source)}")),
        ("校验", validation.engine),
    ]
    parts: list[Markup] = [facts(told)]
    for number, run in enumerate(validation.runs, start=1):
        parts += _run(contract, run, f"（第 {number} 次，扣留之外的部分）" if number > 1 else "")
    return page(
        f"{contract.title_zh}　{record.business_date}", [*parts, *_rows(contract, record), *_verdicts(record)], depth=3
    )


def _run(contract: Contract, run: Run, which: str) -> list[Markup]:
    by_table: dict[str, list[Finding]] = {}
    for result in run.results:
        by_table.setdefault(result.table, []).append(result)
    parts = []
    for name, results in by_table.items():
        title = _title(contract, name)
        parts += [
            heading(f"{title}{which}"),
            table(("结果", "期望", "列", "限度", "实际", "说明"), _results(contract, results)),
        ]
    return parts


def _results(contract: Contract, results: Iterable[Finding]) -> list[list[str]]:
    return [
        [
            _verdict(result),
            words.expectation(result.code, result.column),
            _column(contract, result.table, result.column),
            words.allowed(result.column, result.limits),
            words.found(result),
            result.means if result.noteworthy else "",
        ]
        for result in results
    ]


def _verdict(result: Finding) -> Markup:
    if result.success:
        return element("span", "✓ 符合", class_="met")
    return element("span", "✗ 不符合", class_="failed" if result.severity == "critical" else "noted")


def _rows(contract: Contract, record: DeliveryRecord) -> list[Markup]:
    if not record.tables:
        return []
    counts = [
        [_title(contract, name), f"{count.delivered:,}", f"{count.accepted:,}", f"{count.quarantined:,}"]
        for name, count in record.tables.items()
    ]
    parts = [heading("行数"), table(("数据表", "送达", "接收", "隔离"), counts)]
    if record.reasons:
        told = [[code, _means(code), f"{rows:,}"] for code, rows in record.reasons.items()]
        parts += [heading("隔离原因"), table(("代码", "含义", "行数"), told)]
    return parts


def _verdicts(record: DeliveryRecord) -> list[Markup]:
    if not record.verdicts:
        return []
    rows = [
        [verdict.file, verdict.code, _means(verdict.code), "扣留" if verdict.held else "提示"]
        for verdict in record.verdicts
    ]
    return [heading("文件"), table(("文件", "代码", "含义", "处理"), rows)]


def _means(code: str) -> str:
    """What a code means; nothing for one that an older list knew."""
    known = reasons().get(code)
    return known.means if known else ""


def _title(contract: Contract, name: str) -> str:
    """A table as the contract names it now; one of an older contract by its name alone."""
    known = {one.name: one for one in contract.tables}
    return _name(known[name]) if name in known else name or "整份到件"


def _column(contract: Contract, table_name: str, name: str) -> str:
    """A column as the contract names it now; nothing where a table as a whole is meant."""
    known = {one.name: one for one in contract.tables}
    if table_name in known and known[table_name].has(name):
        return f"{name} {known[table_name].column(name).title_zh}"
    return ""


def _name(one: Table) -> str:
    return f"{one.name} {one.title_zh}"
