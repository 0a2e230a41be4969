"""Play the agencies for one evening: every list that is due is answered, every line of it exactly once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from core.store import Store, compact
from data_contracts import Contract, load
from demo.replies.accounts import Bank
from demo.replies.answers import Agency, Answer, Asked
from demo.replies.bank_habits import BANKS, HABITS
from demo.replies.banks import BankAgency
from demo.replies.delivered import Delivery, delivered
from demo.replies.envelope import Envelope
from demo.replies.fault_recipes import Ink
from demo.replies.faults import PlantedFault, Site, hosts
from demo.replies.ground_truth import GroundTruth
from demo.replies.household import HouseholdAgency
from demo.replies.parties import Parties
from demo.replies.questions import InquiryList, Question, lists_due
from demo.replies.tax import TaxAgency
from demo.truth import District, read_district

ADDRESSEES = ("household", "tax", *BANKS)
#: When the agencies look into their books, and how long they then take to answer and to send.
_STATE_AT, _ANSWER_AFTER, _SENT_AFTER = time(21, 0), timedelta(minutes=30), timedelta(hours=2, minutes=20)


@dataclass(frozen=True)
class AnswerReport:
    """What one evening brought: per source the lists answered and the rows per table; faults planted in them."""

    business_date: date
    batches: dict[str, int] = field(default_factory=dict)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    results: dict[str, dict[str, int]] = field(default_factory=dict)
    faults: int = 0

    def text_zh(self) -> str:
        """The report as printed."""
        lines = [f"{self.business_date:%Y-%m-%d} 各单位反馈："]
        for source in ADDRESSEES:
            if not self.batches.get(source):
                lines.append(f"  {load(source).agency_now_zh}：今日无应答")
                continue
            told = self.results[source]
            lines.append(
                f"  {load(source).agency_now_zh}：{self.batches[source]} 批 {sum(told.values())} 件，"
                f"有结果 {told.get('found', 0) + told.get('partial', 0)}、无结果 {told.get('none', 0)}、"
                f"异常 {told.get('error', 0)}，共 {sum(self.rows[source].values())} 行"
            )
        if self.faults:
            lines.append(f"  植入缺陷 {self.faults} 处")
        return "\n".join(lines)


def answer(drops: Path, store: Path, business_date: date) -> AnswerReport:
    """Answer the lists in ``<store>/outbox`` that are due on `business_date`; write replies and truth under `drops`.

    The same lists give the same bytes, so that answering twice changes nothing. NotFoundError when `drops` holds no
    demo district, StoreError when a list's control file is damaged.
    """
    district = read_district(drops)
    report = AnswerReport(business_date)
    agencies = _agencies(district)
    planted = 0
    with GroundTruth(drops, business_date) as truth:
        for source, agency in agencies.items():
            contract = load(source)
            lists = lists_due(Store(store), contract, business_date)
            report.batches[source] = len(lists)
            for asked in lists:
                round_of_answers = _Round(drops, district, contract, agency, truth, report, business_date)
                round_of_answers.reply(asked)
        planted = len(truth.faults)
    return AnswerReport(business_date, report.batches, report.rows, report.results, planted)


def _agencies(district: District) -> dict[str, Agency]:
    seed, first = district.seed, district.first_night
    banks: dict[str, Agency] = {source: BankAgency(load(source), seed, first) for source in BANKS}
    refunds_to = Bank(load("bank_sdrcb"), seed, first)
    return {
        "household": HouseholdAgency(load("household"), seed, first),
        "tax": TaxAgency(load("tax"), seed, first, refunds_to, HABITS["bank_sdrcb"].name),
        **banks,
    }


@dataclass
class _Round:
    """One agency answering one list."""

    drops: Path
    district: District
    contract: Contract
    agency: Agency
    truth: GroundTruth
    report: AnswerReport
    business_date: date

    def reply(self, asked: InquiryList) -> None:
        questions = list(asked.questions())
        parties = Parties(self.drops, self.district.seed, questions)
        places = hosts(self.contract, self.district.seed, questions, parties) if self.district.faults else {}
        state_at = max(datetime.combine(self.business_date, _STATE_AT), asked.asked_at)
        envelope = Envelope(asked.batch, len(questions), state_at, state_at + _SENT_AFTER, self.district.faults)
        folder = self.drops / self.contract.source / compact(self.business_date)
        with delivered(self.contract, folder, envelope) as delivery:
            for place, question in enumerate(questions):
                moment = state_at + _ANSWER_AFTER + timedelta(seconds=place % 5_400)
                hit, namesakes = parties.by_number(question), parties.namesakes(question)
                one = Asked(question, hit, namesakes, self.business_date, moment)
                found = self.agency.answer(one, places.get(question.inquiry_no, ()))
                self._write(delivery, question, found)
                self.truth.add(self.contract.source, asked.batch, question, parties.debtor_of(question), found)
            if self.district.faults:
                self._spoil_file(delivery)
        self._count(delivery)

    def _spoil_file(self, delivery: Delivery) -> None:
        """Faults that concern no single row: the writers have planted, or plant here, what the agreement knows of."""
        for table, column, fault, verdict in delivery.spoiled():
            file = delivery.file_of(table)
            self.truth.faults.append(
                PlantedFault(self.contract.source, file, table, column, fault, 0, "", verdict, codes=())
            )

    def _write(self, delivery: Delivery, question: Question, found: Answer) -> None:
        cells = delivery.encode(found.rows)
        for planted in found.planted:
            row = cells[planted.table][planted.index]
            site = planted.site
            if site.recipe.write:
                site.recipe.write(Ink(row, cells, site.column, self.contract.format, planted.holder))
            row_no = delivery.written[planted.table] + planted.index + 1
            self.truth.faults.append(self._planted(delivery, question, site, row_no))
        delivery.add(cells)
        self._note(found)

    def _planted(self, delivery: Delivery, question: Question, site: Site, row_no: int) -> PlantedFault:
        return PlantedFault(
            source=self.contract.source,
            file=delivery.file_of(site.table),
            table=site.table,
            column=site.column.name,
            fault=site.fault,
            row_no=row_no,
            inquiry_no=question.inquiry_no,
            verdict="quarantined" if site.recipe.rejected else "accepted",
            codes=site.codes,
        )

    def _note(self, found: Answer) -> None:
        told = self.report.results.setdefault(self.contract.source, {})
        told[found.result] = told.get(found.result, 0) + 1

    def _count(self, delivery: Delivery) -> None:
        rows = self.report.rows.setdefault(self.contract.source, {})
        for table, count in delivery.written.items():
            rows[table] = rows.get(table, 0) + count
        files = self.truth.counts.setdefault(self.contract.source, {})
        for declared in self.contract.files:
            files[delivery.names[declared.id]] = {table: delivery.written[table] for table in declared.tables}
