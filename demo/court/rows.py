"""The court's delivery: every case with its parties, claims, measures and what the debtors declared."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from demo.arrow import pc
from demo.court.cases import ENFORCING, Case
from demo.neighbourhood import LENDER_IDS, LENDERS, Neighbourhood
from demo.population import STREAM_COURT
from demo.stories.tale import Row, Tale

_SOURCE = "court_cases"
_CAUSES = (
    "民间借贷纠纷",
    "金融借款合同纠纷",
    "买卖合同纠纷",
    "机动车交通事故责任纠纷",
    "劳务合同纠纷",
    "建设工程合同纠纷",
    "追偿权纠纷",
)
_JUDGES = "甲乙丙丁戊己庚辛壬癸"
_BANKS = ("示例农村商业银行测试支行", "示例银行测试支行", "例信银行测试支行")
_RULE = "日万分之一点七五"
#: Share of cases to which something is noted on an ordinary night.
_TOUCHED = 0.03


def write_cases(tale: Tale) -> None:
    """Write all cases into the book: on the first night, or on the night they open, end or are deleted."""
    place = tale.place
    debtors = _debtors(place)
    dice = random.Random(f"{place.population.seed}/{STREAM_COURT}/{place.number}/rows")
    for case in tale.cases:
        rows = _case_rows(tale, case, debtors, dice)
        if case.opened:
            for table, row in rows:
                tale.later(case.opened, _SOURCE, table, "I", row)
            continue
        for table, row in rows:
            tale.write(_SOURCE, table, row)
        _later_nights(tale, case, rows, dice)


def _later_nights(tale: Tale, case: Case, rows: Sequence[tuple[str, Row]], dice: random.Random) -> None:
    head = rows[0][1]
    if case.deleted is not None:
        tale.later(case.deleted, _SOURCE, "cases", "D", {"case_no": case.number})
        return
    if case.ended is not None:
        day = tale.evening(case.ended)
        closed = {"closed_on": day, "close_mode": "fulfilled", "updated_at": datetime.combine(day, time(16))}
        tale.later(case.ended, _SOURCE, "cases", "U", head | closed)
        return
    for night in range(1, tale.nights):
        if case.closed_on is None and dice.random() < _TOUCHED:
            paid = Decimal(dice.randrange(500, 20_000))
            claim = next(row for table, row in rows if table == "claims")
            paid = min(paid, claim["balance"])
            claim = claim | {"amount_paid": claim["amount_paid"] + paid, "balance": claim["balance"] - paid}
            head = head | {"updated_at": datetime.combine(tale.evening(night), time(15, dice.randrange(60)))}
            tale.later(night, _SOURCE, "cases", "U", head)
            tale.later(night, _SOURCE, "claims", "U", claim)
            return


def _debtors(place: Neighbourhood) -> list[dict[str, Any]]:
    """Everything the court may know of each debtor, by place in the neighbourhood."""
    rows = place.debtors.to_pylist()
    people = place.people.filter(pc.is_valid(place.people["debtor_no"])).to_pylist()
    firms = place.firms.filter(pc.is_valid(place.firms["debtor_no"])).to_pylist()
    more = {row["debtor_no"]: row for row in people + firms}
    return [more[row["debtor_no"]] | row for row in rows]


def _case_rows(tale: Tale, case: Case, debtors: Sequence[dict[str, Any]], dice: random.Random) -> list[tuple[str, Row]]:
    """(table, row) of one case, the case itself first."""
    judge = dice.randrange(len(_JUDGES))
    ended = case.close_mode == "ended_no_assets"
    served = case.filed_on + timedelta(days=8)
    touched = min(case.closed_on or tale.ago(1 + dice.randrange(30)), tale.ago(1))
    firm_only = all(debtors[debtor]["party"] == "firm" for debtor in case.debtors)
    rows: list[tuple[str, Row]] = [
        (
            "cases",
            {
                "case_no": case.number,
                "former_case_nos": list(case.former),
                "case_type": case.type,
                "court_code": "370499",
                "cause": dice.choice(_CAUSES),
                "filed_on": case.filed_on,
                "closed_on": case.closed_on,
                "close_mode": case.close_mode,
                "basis_document": f"（{case.filed_on.year - 1}）测0499民初{dice.randrange(1, 5000)}号",
                "basis_effective_on": case.filed_on - timedelta(days=dice.randrange(30, 200)),
                "notice_served_at": datetime.combine(served, time(10, dice.randrange(60))),
                "judge": f"法官{_JUDGES[judge]}",
                "officer_id": f"GW{judge + 1:06d}",
                "terminated_on": case.closed_on if ended else None,
                "next_requery_on": case.next_requery_on,
                "bankruptcy_reference": f"（2026）测04破{case.place + 1}号"
                if firm_only and case.place % 25 == 8
                else None,
                "updated_at": datetime.combine(touched, time(16, dice.randrange(60))),
            },
        ),
        ("applicants", _applicant(tale, case, dice)),
    ]
    rows += [("debtors", _debtor(case, debtor, debtors[debtor], dice)) for debtor in case.debtors]
    rows += [("claims", claim) for claim in _claims(case, touched, dice)]
    rows += [("measures", measure) for measure in (*case.measures, *_deposits(tale, case, dice))]
    rows += [("declared_assets", row) for row in _declared(tale, case, dice)]
    return rows


def _applicant(tale: Tale, case: Case, dice: random.Random) -> Row:
    key: Row = {"case_no": case.number, "party_key": "P1"}
    if dice.random() < 0.35:
        lender = dice.randrange(len(LENDERS))
        return key | {
            "name": LENDERS[lender],
            "party_kind": "company",
            "id_type": "uscc",
            "id_number": LENDER_IDS[lender],
        }
    person = tale.stranger()
    return key | {
        "name": person.name,
        "party_kind": "person",
        "id_type": person.id_type,
        "id_number": person.id_number,
        "address": person.address,
        "phone": person.phone,
    }


def _debtor(case: Case, place: int, known: dict[str, Any], dice: random.Random) -> Row:
    person = known["party"] == "person"
    older = dice.random() < 0.5
    liability = (
        "sole"
        if len(case.debtors) == 1
        else dice.choices(("joint_several", "by_shares", "supplementary"), (90, 5, 5))[0]
    )
    listed = case.close_mode == "ended_no_assets" and dice.random() < 0.25
    limited = dice.random() < 0.45
    kind = known["kind"] if known["kind"] not in ("institution",) else "other"
    listed_on = case.filed_on + timedelta(days=100)
    return {
        "case_no": case.number,
        "party_key": case.party_key(place),
        "name": known["name"],
        "party_kind": kind,
        "id_type": known["id_type"],
        "id_number": known["id_number"],
        "address": known["address"],
        "phone": known["phone"] if dice.random() < 0.6 else None,
        "former_names": known["former_names"] if older else [],
        "former_id_numbers": known["former_id_numbers"] if person and older else [],
        "birth_date": known["birth_date"] if person and dice.random() < 0.7 else None,
        "liability": liability,
        "added_on": case.filed_on + timedelta(days=60) if liability == "supplementary" else None,
        "dishonest_from": listed_on if listed else None,
        "dishonest_to": date(listed_on.year + 2, listed_on.month, min(listed_on.day, 28)) if listed else None,
        "consumption_limit_from": case.filed_on + timedelta(days=30) if limited else None,
    }


def _claims(case: Case, to: date, dice: random.Random) -> list[Row]:
    principal = dice.choice((20_000, 50_000, 80_000, 120_000, 300_000, 800_000, 1_250_000))
    items: list[tuple[str, int, str | None]] = [("principal", principal, None)]
    if dice.random() < 0.6:
        items.append(("interest", principal // 12, "年利率6%"))
    if dice.random() < 0.3:
        items.append(("late_interest", principal // 40, _RULE))
    if dice.random() < 0.4:
        items.append(("fee", principal // 100 + 50, None))
    rows = []
    for item, due, rule in items:
        paid = due if case.close_mode == "fulfilled" else dice.choice((0, 0, 0, due // 5, due // 2))
        rows.append(
            {
                "case_no": case.number,
                "item": item,
                "amount_due": Decimal(due),
                "amount_paid": Decimal(paid),
                "balance": Decimal(due - paid),
                "interest_rule": rule,
                "calculated_to": to if rule else None,
            }
        )
    return rows


def _deposits(tale: Tale, case: Case, dice: random.Random) -> list[Row]:
    """What was done at banks: freezes, and here and there a deduction that the claim has already seen."""
    if case.type not in ENFORCING:
        return []
    rows: list[Row] = []
    for debtor in case.debtors:
        for _ in range(dice.choice((0, 1, 2, 3))):
            bank = dice.choice(_BANKS)
            served = min(case.filed_on + timedelta(days=15 + dice.randrange(60)), tale.ago(1))
            deducted = dice.random() < 0.15
            number = len(case.measures) + len(rows) + 1
            rows.append(
                {
                    "case_no": case.number,
                    "measure_key": f"C{number}",
                    "debtor_key": case.party_key(debtor),
                    "kind": "deduct" if deducted else "freeze",
                    "asset_kind": "deposit",
                    "object": f"在{bank}的存款",
                    "addressee": bank,
                    "notice_no": tale.document(case),
                    "served_at": datetime.combine(served, time(14, 10)),
                    "receipt_at": datetime.combine(served, time(14, 30)),
                    "from_date": None if deducted else served,
                    "to_date": None if deducted else served + timedelta(days=364),
                    "amount": Decimal(dice.randrange(1, 90) * 1000),
                    "status": "in_force" if deducted or served > tale.ago(360) else "expired",
                    "result": "已办理",
                }
            )
    return rows


def _declared(tale: Tale, case: Case, dice: random.Random) -> list[Row]:
    """What debtors declared: some of it stands in a register, some nobody finds."""
    if dice.random() > 0.3:
        return []
    rows: list[Row] = []
    for debtor in case.debtors:
        number = tale.place.number * 200 + debtor
        owned = [
            asset
            for asset in tale.assets
            if asset["debtor_no"] == number and asset["from_night"] == 0 and asset["is_current"]
        ]
        for asset in owned[: dice.randrange(3)]:
            if asset["kind"] not in ("vehicle", "housing", "land_use_right"):
                continue
            thing = asset["identifier"].partition(":")[2] or asset["identifier"]
            rows.append(_line(tale, case, debtor, (asset["kind"], thing, True), dice))
        if dice.random() < 0.5:
            kind = dice.choice(("vehicle", "movable", "debt_claim", "deposit"))
            thing = f"测DX{dice.randrange(1000, 9999)}" if kind == "vehicle" else None
            rows.append(_line(tale, case, debtor, (kind, thing, False), dice))
    keys: dict[str, int] = {}
    for row in rows:
        keys[row["debtor_key"]] = keys.get(row["debtor_key"], 0) + 1
        row["line_no"] = keys[row["debtor_key"]]
    return rows


_WORDS = {"vehicle": "小型轿车一辆", "housing": "住房一套", "land_use_right": "宅基地一处", "movable": "机器设备一批",
          "debt_claim": "应收货款", "deposit": "银行存款"}  # fmt: skip


def _line(tale: Tale, case: Case, debtor: int, thing: tuple[str, str | None, bool], dice: random.Random) -> Row:
    kind, identifier, found = thing
    tale.declared.append(
        {
            "debtor_no": tale.place.number * 200 + debtor,
            "case_no": case.number,
            "kind": kind,
            "identifier": identifier,
            "found": found,
        }
    )
    return {
        "case_no": case.number,
        "debtor_key": case.party_key(debtor),
        "asset_kind": kind,
        "description": _WORDS[kind],
        "identifier": identifier,
        "value": Decimal(dice.randrange(5, 400) * 1000),
        "declared_on": min(case.filed_on + timedelta(days=20), tale.ago(3)),
    }
