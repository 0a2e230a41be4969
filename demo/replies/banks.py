"""Six banks as addressees: what a customer holds, told in the bank's own layout."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from data_contracts import Contract
from demo.replies.accounts import Account, Bank, Right, SubAccount
from demo.replies.answers import STRONG, Answer, Asked, Planted, TrueAsset
from demo.replies.bank_habits import HABITS
from demo.replies.bank_rows import Found, shape_of
from demo.replies.cells import Rows
from demo.replies.draws import Draws
from demo.replies.fault_recipes import stranger_like
from demo.replies.faults import Site
from demo.replies.freezes import OUR_COURT, Freeze
from demo.replies.parties import MOST_NAMESAKES, Hit
from demo.replies.products import Product

#: Shares of all questions: the host did not answer, or some branches did not.
_FAILS, _PARTIAL = 0.004, 0.003
_REASONS = ("主机超时", "通讯中断", "系统繁忙")


class BankAgency:
    """One bank. The same customer gets the same accounts whichever case asks."""

    def __init__(self, contract: Contract, seed: int, first_night: date) -> None:
        self.source = contract.source
        self.habits = HABITS[contract.source]
        self._seed = seed
        self._bank = Bank(contract, seed, first_night)
        self._shape = shape_of(contract.source, self.habits)

    def answer(self, asked: Asked, sites: Sequence[Site] = ()) -> Answer:
        """Accounts of whoever is hit, or none, or, rarely, an error."""
        question, moment = asked.question, asked.replied_at
        luck = Draws(self._seed, self.source, question.number or question.name, asked.business_date)
        fate = luck.random() if not sites else 1.0
        if fate < _FAILS:
            return Answer("error", self._shape.failed(question, luck.pick(_REASONS), moment))
        manners = {site.manner for site in sites}
        extra = self._extra(asked, sites)
        found = [] if manners & {"nothing", "namesake"} else self._found(asked)
        found += extra
        if not found:
            answer = Answer("none", self._shape.nothing(question, moment))
            answer.planted += [Planted(site, site.table, 0, asked.hit.holder) for site in sites if asked.hit]
            return answer
        result = "partial" if fate < _FAILS + _PARTIAL else "found"
        answer = Answer(result, self._shape.found(question, found, result, moment))
        for account, how in found:
            told = answer.by_name if how == "name_only" else answer.assets
            told += self._truth(account, how)
        answer.planted += _places(answer.rows, sites, [account for account, _ in extra])
        return answer

    def _found(self, asked: Asked) -> list[Found]:
        """Accounts under the number asked; failing that, where the branches do so, those under the bare name."""
        own = self._of([asked.hit] if asked.hit else [], asked)
        by_name = asked.question.number is None or self.habits.name_search
        return own or (self._of(asked.namesakes[:MOST_NAMESAKES], asked) if by_name else [])

    def _of(self, hits: Sequence[Hit], asked: Asked) -> list[Found]:
        return [
            (account, hit.basis) for hit in hits for account in self._bank.accounts(hit.holder, asked.business_date)
        ]

    def _extra(self, asked: Asked, sites: Sequence[Site]) -> list[Found]:
        """One further account per site that needs one."""
        found: list[Found] = []
        if asked.hit is None:
            return found
        for index, site in enumerate(sites):
            if site.manner == "nothing":
                continue
            holder, how = asked.hit.holder, asked.hit.basis
            if site.manner == "namesake":
                holder, how = stranger_like(holder), "name_only"
            account = self._bank.extra_account(holder, index, asked.business_date)
            account.fault, account.link = site.fault, site.recipe.tier
            _hang(account, site.table)
            if site.recipe.prepare:
                site.recipe.prepare(account)
            found.append((account, how))
        return found

    def _truth(self, account: Account, how: str) -> list[TrueAsset]:
        number = f"{self.source}:{account.number}"
        tier: str | None = "confirmed" if account.holder_id_type in STRONG else "probable"
        if how == "name_only":
            tier = "possible"
        elif account.fault and tier == "confirmed":
            tier = account.link
        domestic = account.currency == "CNY"
        deposit = TrueAsset(
            kind="deposit",
            identifier=f"{number}:{account.currency}" if account.one_of_several else number,
            value=account.balance if domestic else None,
            currency=account.currency,
            type_text=account.type_text,
            protection=account.protection,
            is_current=account.status != "closed",
            tier=tier,
            owner=account.holder,
            fault=account.fault,
        )
        return [deposit] + [
            TrueAsset(
                kind="financial_product",
                identifier=f"{number}:{product.code or place}",
                value=product.total,
                currency="CNY",
                type_text=product.type_text,
                protection="ordinary",
                is_current=True,
                tier=tier,
                owner=account.holder,
                fault=account.fault,
            )
            for place, product in enumerate(account.products, 1)
        ]


def _hang(account: Account, table: str) -> None:
    """Give `account` the one row of an inner table that a fault there needs."""
    half = account.balance // 2
    if table == "measures":
        since = date(2026, 9, 1)
        until = since + timedelta(days=364)
        account.freezes = [Freeze("freeze", OUR_COURT, "（2026）测0499执90号之二", 50_000_00, since, until, None)]
    elif table == "sub_accounts":
        account.sub_accounts = [SubAccount("00001", "整存整取", account.currency_text, half, half)]
    elif table == "rights":
        account.rights = [Right("pledge", "示例银行", 2_000_00, "00000000000")]
    elif table == "products":
        account.products = [
            Product(
                name="示例稳健理财",
                type_text="理财产品",
                channel="own",
                code="LC000001",
                manager="示例理财有限公司",
                custodian="示例银行",
                beneficiary=account.holder_name,
                tradable=True,
                restriction=None,
                restriction_to=None,
                pledgee=None,
                unit="份",
                quantity=50_000 * 10_000,
                controllable=50_000 * 10_000,
                price=1_000_000,
                total=50_000_00,
            )
        ]


def _places(rows: Rows, sites: Sequence[Site], extra: Sequence[Account]) -> list[Planted]:
    """Extra accounts and what hangs on them stand last in every table, in the order of the sites."""
    places: list[Planted] = []
    for number, (site, account) in enumerate(zip(sites, extra, strict=True)):
        behind = sum(_told(later, site.table) for later in extra[number:])
        index = 0 if site.manner == "head" or site.table == "inquiries" else len(rows[site.table]) - behind
        places.append(Planted(site, site.table, index, account.holder))
    return places


def _told(account: Account, table: str) -> int:
    """Rows of `table` that one extra account brings."""
    inner = {
        "measures": len(account.freezes),
        "sub_accounts": len(account.sub_accounts),
        "products": len(account.products),
        "rights": len(account.rights),
    }
    return inner.get(table, 1)
