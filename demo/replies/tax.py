"""The tax office: who is registered, what was paid in the window, refunds under way, arrears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from data_contracts import Contract
from demo.replies.accounts import Bank
from demo.replies.answers import STRONG, Answer, Asked, Liability, Planted, TrueAsset
from demo.replies.cells import Row
from demo.replies.draws import Draws, scattered, scattered_unrounded
from demo.replies.fault_recipes import stranger_like
from demo.replies.faults import Site
from demo.replies.parties import MOST_NAMESAKES, Hit, Holder

_FAILS = 0.004
_REGISTERED = {"person": 0.28, "collective": 0.6}
_OFFICES = ("测试区税务局第一分局", "测试区税务局第二分局", "测试区税务局示例税务所")
_STATUS = {"revoked": "abnormal", "cancelled": "cancelled", "moved_out": "cancelled"}
#: days after the request: until then applied, review, ordered; afterwards paid or refused
_REVIEW_AFTER, _ORDERED_AFTER, _PAID_AFTER = 10, 30, 40
_NOTICE_NEEDED = "需协助执行通知书"
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Taxpayer:
    """One registration of a holder; `serial` is unique in the district."""

    number: str
    serial: int
    holder: Holder
    name: str
    status: str
    office: str


class TaxAgency:
    """Tells everything known of the taxpayer, whichever case asks; refund accounts only where a notice is on file."""

    def __init__(self, contract: Contract, seed: int, first_night: date, bank: Bank, bank_name: str) -> None:
        self._source, self._seed, self._first_night = contract.source, seed, first_night
        self._bank, self._bank_name = bank, bank_name

    def answer(self, asked: Asked, sites: Sequence[Site] = ()) -> Answer:
        """One row per registration with its payments, refunds and arrears; one row saying 无 or 异常 otherwise."""
        luck = Draws(self._seed, self._source, asked.question.number or asked.question.name, asked.business_date)
        if luck.chance(_FAILS) and not sites:
            return Answer("error", {"taxpayers": [self._head(asked, "error") | {"reason": "系统维护未查"}]})
        found = [] if any(site.manner == "namesake" for site in sites) else self._found(asked)
        extra = [self._extra(asked.hit, place, site) for place, site in enumerate(sites) if asked.hit]
        if not found and not extra:
            return Answer("none", {"taxpayers": [self._head(asked, "none")]})
        answer = Answer("found", {"taxpayers": [], "payments": [], "refunds": [], "arrears": []})
        for taxpayer, basis in found:
            self._tell(asked, answer, taxpayer, basis)
        for site, (taxpayer, basis) in zip(sites, extra, strict=False):
            self._tell_planted(asked, answer, taxpayer, basis, site)
        return answer

    def _found(self, asked: Asked) -> list[tuple[Taxpayer, str]]:
        own = self._of([asked.hit] if asked.hit else [])
        return own or self._of([hit for hit in asked.namesakes[:MOST_NAMESAKES] if hit.holder.is_person])

    def _of(self, hits: Sequence[Hit]) -> list[tuple[Taxpayer, str]]:
        return [(taxpayer, hit.basis) for hit in hits for taxpayer in self._registrations(hit.holder)]

    def _registrations(self, holder: Holder) -> list[Taxpayer]:
        draws = Draws(self._seed, self._source, holder.key)
        if not draws.chance(_REGISTERED.get(holder.kind, 0.95)):
            return []
        count = 2 if draws.chance(0.06) else 1
        outdated = draws.chance(0.3)
        return [self._taxpayer(draws, holder, place, outdated) for place in range(count)]

    def _taxpayer(self, draws: Draws, holder: Holder, place: int, outdated: bool) -> Taxpayer:
        serial = holder.ordinal * 4 + place
        # The tax register learns of a new name late.
        name = holder.former_names[0] if outdated and holder.former_names and not holder.is_person else holder.name
        status = _STATUS.get(holder.status, "normal") if not holder.is_person else "normal"
        if status == "normal" and draws.chance(0.05):
            status = draws.pick(("abnormal", "suspended"))
        return Taxpayer(f"DJ{scattered(serial, 12)}", serial, holder, name, status, draws.pick(_OFFICES))

    def _extra(self, hit: Hit, place: int, site: Site) -> tuple[Taxpayer, str]:
        holder, basis = hit.holder, hit.basis
        if site.manner == "namesake":
            holder, basis = stranger_like(holder), "name_only"
        serial = (holder.ordinal * 4 + 3) * 100 + place + 400_000_000_000
        return Taxpayer(f"DJ{scattered(serial, 12)}", serial, holder, holder.name, "normal", _OFFICES[0]), basis

    def _tell(self, asked: Asked, answer: Answer, taxpayer: Taxpayer, basis: str) -> None:
        draws = Draws(self._seed, self._source, taxpayer.number)
        head = self._row(asked, taxpayer, basis)
        answer.rows["taxpayers"].append(head)
        keys = {"inquiry_no": asked.question.inquiry_no, "taxpayer_no": taxpayer.number}
        answer.rows["payments"] += [keys | row for row in self._payments(draws, taxpayer, asked)]
        refund = self._refund(draws, taxpayer, asked)
        arrears = self._arrears(draws, taxpayer, asked.business_date)
        if refund is not None:
            answer.rows["refunds"].append(keys | refund)
            if refund["refund_amount"] is None:
                head["reason"] = _NOTICE_NEEDED
            (answer.by_name if basis == "name_only" else answer.assets).append(_asset(taxpayer, refund, basis))
        if arrears is not None:
            answer.rows["arrears"].append(keys | arrears)
            if basis != "name_only":
                answer.liabilities.append(_liability(taxpayer, arrears))

    def _tell_planted(self, asked: Asked, answer: Answer, taxpayer: Taxpayer, basis: str, site: Site) -> None:
        """A registration with exactly the row that the fault needs."""
        rows = answer.rows
        rows["taxpayers"].append(self._row(asked, taxpayer, basis))
        keys = {"inquiry_no": asked.question.inquiry_no, "taxpayer_no": taxpayer.number}
        if site.table == "payments":
            rows["payments"].append(keys | _payment(taxpayer, "增值税", date(2026, 7, 1), date(2026, 9, 30), 1_523_050))
        elif site.table == "refunds":
            refund = {
                "refund_no": f"TS2026{scattered(taxpayer.serial, 12)}",
                "tax_kind": "增值税",
                "reason": "credit",
                "stage": "review",
                "applied_on": date(2026, 11, 10),
                "refund_bank": self._bank_name,
                "refund_account": f"004{scattered(taxpayer.serial, 16)}",
                "refund_amount": 8_640_000,
            }
            rows["refunds"].append(keys | refund)
            asset = _asset(taxpayer, refund, basis)
            asset.fault, asset.tier = site.fault, site.recipe.tier
            answer.assets.append(asset)
        elif site.table == "arrears":
            row: Row = {
                "tax_kind": "城镇土地使用税",
                "period_from": date(2025, 1, 1),
                "period_to": date(2025, 12, 31),
                "arrears": 2_300_000,
                "late_fee": 115_000,
                "arose_on": date(2026, 1, 16),
            }
            rows["arrears"].append(keys | row)
            liability = _liability(taxpayer, row)
            liability.fault = site.fault
            answer.liabilities.append(liability)
        answer.planted.append(Planted(site, site.table, len(rows[site.table]) - 1, taxpayer.holder))

    def _head(self, asked: Asked, result: str) -> Row:
        question = asked.question
        return {
            "inquiry_no": question.inquiry_no,
            "case_no": question.case_no,
            "result": result,
            "replied_at": asked.replied_at,
        }

    def _row(self, asked: Asked, taxpayer: Taxpayer, basis: str) -> Row:
        return self._head(asked, "found") | {
            "match_basis": basis,
            "taxpayer_no": taxpayer.number,
            "taxpayer_name": taxpayer.name,
            "taxpayer_id": taxpayer.holder.id_number,
            "status": taxpayer.status,
            "authority": taxpayer.office,
        }

    def _payments(self, draws: Draws, taxpayer: Taxpayer, asked: Asked) -> list[Row]:
        """Quarterly tax of half of the firms, yearly tax of a few persons, as far as paid inside the window."""
        pays, share, median = draws.random(), draws.random(), draws.fen(4_000, 1.3, 2_000_000)
        if pays >= (0.12 if taxpayer.holder.is_person else 0.52):
            return []
        question = asked.question
        last = question.window_to or asked.business_date
        first = question.window_from or last - _YEAR
        kinds = ["增值税", "企业所得税"] if share < 0.25 else ["增值税"]
        if taxpayer.holder.is_person:
            kinds = ["个人所得税"]
        found = []
        for start, end in _quarters(first, last):
            paid_on = end + timedelta(days=15)
            if not first <= paid_on <= last or (taxpayer.holder.is_person and start.month != 1):
                continue
            for kind in kinds:
                amount = Draws(self._seed, taxpayer.number, kind, start).fen(median / 100, 0.4, 3_000_000)
                found.append(_payment(taxpayer, kind, start, end, amount))
        return found

    def _refund(self, draws: Draws, taxpayer: Taxpayer, asked: Asked) -> Row | None:
        is_person = taxpayer.holder.is_person
        wanted, refused = draws.random(), draws.random()
        applied = self._first_night - timedelta(days=draws.randint(-8, 80))
        amount = draws.fen(3_000 if is_person else 30_000, 1.1, 2_000_000)
        reason = "settlement" if is_person else draws.pick(("credit", "export", "overpaid", "other"))
        if wanted >= (0.015 if is_person else 0.045) or applied > asked.business_date:
            return None
        age = (asked.business_date - applied).days
        stage = "applied" if age < _REVIEW_AFTER else "review" if age < _ORDERED_AFTER else "ordered"
        if age >= _PAID_AFTER:
            stage = "refused" if refused < 0.08 else "paid"
        accounts = self._bank.accounts(taxpayer.holder, asked.business_date)
        account = next((known.number for known in accounts if known.status == "normal"), None)
        told = notice_on_file(self._seed, asked.question.case_no)
        paid_at = datetime.combine(applied + timedelta(days=_PAID_AFTER), time(14, 5)) if stage == "paid" else None
        return {
            "refund_no": f"TS{applied.year}{scattered(taxpayer.serial, 10)}",
            "tax_kind": "个人所得税" if is_person else "增值税",
            "reason": reason,
            "stage": stage,
            "applied_on": applied,
            "refund_bank": self._bank_name if account else None,
            "refund_account": account if told else None,
            "refund_amount": amount if told else None,
            "refund_at": paid_at,
        }

    def _arrears(self, draws: Draws, taxpayer: Taxpayer, business_date: date) -> Row | None:
        owes, amount = draws.random(), draws.fen(12_000, 1.3, 5_000_000)
        kind, year = draws.pick(("增值税", "企业所得税", "城镇土地使用税", "房产税")), draws.randint(2022, 2025)
        if owes >= (0.06 if taxpayer.holder.is_person else 0.22):
            return None
        kind = "个人所得税" if taxpayer.holder.is_person else kind
        arose = date(year + 1, 1, 16)
        days = (business_date.replace(day=1) - arose).days
        return {
            "tax_kind": kind,
            "period_from": date(year, 1, 1),
            "period_to": date(year, 12, 31),
            "arrears": amount,
            # 0.05 % a day (税收征管法 Art. 32), reckoned by the office once a month
            "late_fee": amount * days * 5 // 10_000,
            "arose_on": arose,
        }


def notice_on_file(seed: int, case_no: str) -> bool:
    """Whether the tax office holds a notice of our court under article 13 for this case: for half of them."""
    return Draws(seed, "article 13 notice", case_no).chance(0.5)


def _quarters(first: date, last: date) -> list[tuple[date, date]]:
    """Quarters that end between a month before `first` and `last`."""
    found = []
    for year in range(first.year - 1, last.year + 1):
        for month in (1, 4, 7, 10):
            end = date(year + month // 10, (month + 3) % 12, 1) - timedelta(days=1)
            if first - timedelta(days=31) <= end <= last:
                found.append((date(year, month, 1), end))
    return found


def _payment(taxpayer: Taxpayer, kind: str, start: date, end: date, amount: int) -> Row:
    serial = taxpayer.serial * 64 + start.month * 4 + ("增值税", "企业所得税", "个人所得税").index(kind)
    return {
        "voucher_no": f"3370{start.year % 100:02d}{scattered_unrounded(serial, 12)}",
        "tax_kind": kind,
        "period_from": start,
        "period_to": end,
        "amount": amount,
        "paid_at": end + timedelta(days=15),
    }


def _asset(taxpayer: Taxpayer, refund: Row, basis: str) -> TrueAsset:
    tier = "confirmed" if taxpayer.holder.id_type in STRONG else "probable"
    return TrueAsset(
        kind="tax_refund",
        identifier=f"refund:{refund['refund_no']}",
        value=refund.get("refund_amount"),
        currency="CNY",
        type_text=refund["tax_kind"],
        protection="ordinary",
        is_current=refund["stage"] in ("applied", "review", "ordered"),
        tier="possible" if basis == "name_only" else tier,
        owner=taxpayer.holder,
    )


def _liability(taxpayer: Taxpayer, row: Row) -> Liability:
    return Liability(taxpayer.number, row["tax_kind"], row["period_from"], row["arrears"], row["late_fee"])
