"""A bank's answer as rows of its agreement: the XML message of four banks, the two tables of two others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from demo.replies.accounts import Account
from demo.replies.bank_habits import Habits
from demo.replies.cells import Row, Rows
from demo.replies.freezes import Freeze
from demo.replies.questions import Question

NO_ACCOUNT = "查无开户信息"
STATUS_LABELS = {"normal": "正常", "dormant": "久悬", "frozen": "冻结", "stopped": "止付", "closed": "销户"}

#: An account and how it was found: id_and_name | id_only | name_only.
Found = tuple[Account, str]


class Shape(Protocol):
    """How one bank lays an answer out."""

    def found(self, question: Question, found: Sequence[Found], result: str, replied_at: datetime) -> Rows:
        """Accounts; `result` is found or partial."""

    def nothing(self, question: Question, replied_at: datetime) -> Rows:
        """The row that says there is no account."""

    def failed(self, question: Question, reason: str, replied_at: datetime) -> Rows:
        """The row that says the query failed."""


class Message:
    """The common XML message. Rows of inner tables name their account in `sequence`."""

    def __init__(self, habits: Habits) -> None:
        self._habits = habits

    def found(self, question: Question, found: Sequence[Found], result: str, replied_at: datetime) -> Rows:
        """One CXFK with its accounts; a sub-account that is an account of its own follows its parent."""
        basis = found[0][1]
        head = self._head(question, result, replied_at, match_basis=basis)
        rows: Rows = {name: [] for name in ("accounts", "sub_accounts", "products", "measures", "rights")}
        rows["inquiries"] = [head]
        for account, how in found:
            sequence = len(rows["accounts"]) + 1
            masked = self._habits.masks_namesakes and how == "name_only"
            rows["accounts"].append(self._account(account, sequence, masked))
            self._inside(rows, account, sequence)
        return rows

    def nothing(self, question: Question, replied_at: datetime) -> Rows:
        """One account element whose number says so."""
        return {
            "inquiries": [self._head(question, "none", replied_at)],
            "accounts": [{"sequence": 1, "account_no": NO_ACCOUNT}],
        }

    def failed(self, question: Question, reason: str, replied_at: datetime) -> Rows:
        return {"inquiries": [self._head(question, "error", replied_at, reason=reason)]}

    def _head(self, question: Question, result: str, replied_at: datetime, **more: str) -> Row:
        number = question.inquiry_no
        if self._habits.masks_namesakes and int(number[-1]) == 7:
            # This bank's older front end drops the hyphen.
            number = number.replace("-", "")
        return {
            "inquiry_no": number,
            "case_no": question.case_no,
            "asked_name": question.name,
            "asked_id_type": question.id_type if question.number else None,
            "asked_id": question.number,
            "result": result,
            "replied_at": replied_at,
            **more,
        }

    def _account(self, account: Account, sequence: int, masked: bool) -> Row:
        return {
            "sequence": sequence,
            "account_no": account.number[:-6] + "******" if masked else account.number,
            "card_no": None if masked or account.card is None else self._card(account.card),
            "holder_name": masked_name(account.holder_name) if masked else account.holder_name,
            "holder_id_type": account.holder_id_type,
            "holder_id": masked_number(account.holder_id) if masked else account.holder_id,
            "type_raw": account.type_text,
            "status": STATUS_LABELS[account.status] if self._habits.labels_status else account.status,
            "branch": account.branch,
            "branch_code": account.branch_code,
            "cnaps": account.cnaps,
            "opened_on": account.opened_on,
            "closed_on": account.closed_on,
            "currency": account.currency_text,
            "cash_kind": account.cash_kind,
            "balance": account.balance,
            "available": account.available,
            "linked_account": account.linked,
            "address": None if masked else account.holder.address,
            "phone": None if masked else account.holder.phone,
            "remark": account.remark,
            "escrow_project": account.escrow_project,
            "farm_subsidy": account.farm_subsidy or None,
            "joint": any(right.kind == "co_owner" for right in account.rights),
        }

    def _card(self, card: str) -> str:
        if not self._habits.groups_cards:
            return card
        return " ".join(card[start : start + 4] for start in range(0, len(card), 4))

    def _inside(self, rows: Rows, account: Account, sequence: int) -> None:
        for number, product in enumerate(account.products, 1):
            rows["products"].append(
                {
                    "sequence": sequence,
                    "product_no": number,
                    "product_name": product.name,
                    "product_type": product.type_text,
                    "channel": product.channel,
                    "product_code": product.code,
                    "manager": product.manager,
                    "custodian": product.custodian,
                    "beneficiary": product.beneficiary,
                    "tradable": product.tradable,
                    "restriction": product.restriction,
                    "restriction_to": product.restriction_to,
                    "pledgee": product.pledgee,
                    "unit": product.unit,
                    "quantity": product.quantity,
                    "controllable": product.controllable,
                    "price": product.price,
                    "total": product.total,
                }
            )
        for number, freeze in enumerate(account.freezes, 1):
            own = {"sequence": sequence, "measure_no": number, "wait_order": freeze.order, "target": "账户"}
            rows["measures"].append(own | _freeze(freeze))
        for number, right in enumerate(account.rights, 1):
            rows["rights"].append(
                {
                    "sequence": sequence,
                    "right_no": number,
                    "right_kind": right.kind,
                    "right_holder": right.holder,
                    "amount": right.amount,
                    "contact": right.contact,
                }
            )
        for number, part in enumerate(account.sub_accounts, 1):
            if self._habits.sub_accounts == "account":
                own = self._account(account, len(rows["accounts"]) + 1, masked=False) | {
                    "account_no": f"{account.number}-{number}",
                    "card_no": None,
                    "type_raw": "03-定期存单",
                    "joint": None,
                    "parent_sequence": sequence,
                    "balance": part.balance,
                    "available": part.available,
                }
                rows["accounts"].append(own)
            else:
                rows["sub_accounts"].append(
                    {
                        "sequence": sequence,
                        "sub_no": number,
                        "sub_account_no": part.number,
                        "type_raw": part.type_text,
                        "currency": part.currency,
                        "balance": part.balance,
                        "available": part.available,
                    }
                )


class CountyBank:
    """Two tables, every row with the question's number; sub-accounts are rows that repeat the main account."""

    def found(self, question: Question, found: Sequence[Found], result: str, replied_at: datetime) -> Rows:
        rows: Rows = {"accounts": [], "measures": []}
        for account, how in found:
            head = self._head(question, result, replied_at) | {"match_basis": how}
            main = head | self._account(account)
            rows["accounts"].append(main)
            for part in account.sub_accounts:
                own = {
                    "sub_no": part.number,
                    "type_raw": part.type_text,
                    "balance": part.balance,
                    "available": part.available,
                }
                rows["accounts"].append(main | own | {"card_no": None, "remark": None})
            rows["measures"] += _measures(question, account)
        return rows

    def nothing(self, question: Question, replied_at: datetime) -> Rows:
        """The sample of the agreement says 成功 here; 无 is as good, and the account text decides."""
        result = "found" if int(question.inquiry_no[-1]) % 2 else "none"
        return {"accounts": [self._head(question, result, replied_at) | {"account_no": NO_ACCOUNT}]}

    def failed(self, question: Question, reason: str, replied_at: datetime) -> Rows:
        return {"accounts": [self._head(question, "error", replied_at) | {"account_no": "-", "remark": reason}]}

    def _head(self, question: Question, result: str, replied_at: datetime) -> Row:
        return {
            "inquiry_no": question.inquiry_no,
            "case_no": question.case_no,
            "result": result,
            "replied_at": replied_at,
        }

    def _account(self, account: Account) -> Row:
        return {
            "account_no": account.number,
            "card_no": account.card,
            "holder_name": account.holder_name,
            "holder_id": account.holder_id,
            "type_raw": account.type_text,
            "status": account.status,
            "branch": account.branch,
            "opened_on": account.opened_on,
            "closed_on": account.closed_on,
            "currency": account.currency_text,
            "balance": account.balance,
            "available": account.available,
            "remark": account.remark,
        }


class PostalBank:
    """Two sheets; there is no result and no basis: the account number says whether there is an account."""

    def found(self, question: Question, found: Sequence[Found], result: str, replied_at: datetime) -> Rows:
        rows: Rows = {"accounts": [], "measures": []}
        for account, _ in found:
            rows["accounts"].append(self._head(question, replied_at) | self._account(account))
            rows["measures"] += _measures(question, account)
        return rows

    def nothing(self, question: Question, replied_at: datetime) -> Rows:
        return {"accounts": [self._head(question, replied_at) | {"account_no": NO_ACCOUNT}]}

    def failed(self, question: Question, reason: str, replied_at: datetime) -> Rows:
        return {"accounts": [self._head(question, replied_at) | {"account_no": "查询失败", "remark": reason}]}

    def _head(self, question: Question, replied_at: datetime) -> Row:
        return {
            "inquiry_no": question.inquiry_no,
            "asked_name": question.name,
            "asked_id": question.number,
            "replied_at": replied_at,
        }

    def _account(self, account: Account) -> Row:
        held = sum(freeze.amount for freeze in account.freezes if freeze.in_force)
        status = "部分冻结" if account.status == "frozen" and held < account.balance else account.status
        return {
            "account_no": account.number,
            # The sheet leaves a missing card empty or strikes it out.
            "card_no": account.card or ("—" if account.number.endswith("7") else None),
            "holder_name": account.holder_name,
            "holder_id": account.holder_id,
            "type_raw": account.type_text,
            "status": status,
            "branch": account.branch,
            "opened_on": account.opened_on,
            "currency": account.currency_text,
            "balance": account.balance,
            "available": account.available,
            "remark": account.remark,
        }


def shape_of(source: str, habits: Habits) -> Shape:
    """The layout of that bank."""
    if source == "bank_sdrcb":
        return CountyBank()
    return PostalBank() if source == "bank_psbc" else Message(habits)


def masked_name(name: str) -> str:
    """测试甲 -> 测*甲, 张伟 -> 张*."""
    return name[0] + "*" + name[2:]


def masked_number(number: str) -> str:
    """370499********0017."""
    return number[:6] + "*" * max(0, len(number) - 10) + number[-4:]


def _measures(question: Question, account: Account) -> list[Row]:
    return [
        {"inquiry_no": question.inquiry_no, "account_no": account.number, "measure_no": number} | _freeze(freeze)
        for number, freeze in enumerate(account.freezes, 1)
    ]


def _freeze(freeze: Freeze) -> Row:
    return {
        "kind": freeze.kind,
        "authority": freeze.authority,
        "document": freeze.document,
        "amount": freeze.amount,
        "from_date": freeze.from_date,
        "to_date": freeze.to_date,
    }
