"""What a bank holds for one customer on one business date: accounts with everything that hangs on them.

Amounts are whole fen; quantities are in ten-thousandths, unit prices in millionths of a yuan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from zlib import crc32

from core.identifiers import luhn
from data_contracts import Contract
from demo.replies.bank_habits import BANKS, HABITS, AccountType, menu
from demo.replies.draws import Draws, moves_until, scattered, scattered_unrounded
from demo.replies.freezes import Freeze, freezes
from demo.replies.parties import Holder
from demo.replies.products import Product, products

#: kind -> (median balance in yuan, spread, most) for persons and organisations alike
_BALANCES = {
    "card": (900, 1.8, 300_000),
    "savings": (2_500, 1.7, 400_000),
    "time_deposit": (20_000, 1.0, 1_000_000),
    "payroll": (1_600, 1.0, 60_000),
    "foreign_currency": (400, 1.5, 80_000),
    "credit_card": (0, 0.5, 2_000),
    "loan": (90_000, 1.0, 3_000_000),
    "company_basic": (9_000, 2.0, 4_000_000),
    "company_general": (4_000, 2.2, 4_000_000),
    "margin": (120_000, 1.0, 8_000_000),
    "escrow": (2_500_000, 0.8, 40_000_000),
    "special": (30_000, 1.4, 5_000_000),
}
_FIRST_YEAR = {"card": 2004, "payroll": 2006, "credit_card": 2008, "escrow": 2018}
_CURRENCIES = (("USD", "美元"), ("HKD", "港币"), ("EUR", "欧元"), ("JPY", "日元"))
_BRANCHES = ("示例支行", "测试支行", "例山支行", "测河支行", "试水分理处", "示岭营业所", "例泉营业所", "测庄分理处")

#: Types outside the agreed list, as tellers write them: text -> protection that they call for.
FREE_TYPES = (
    ("履约保证金", "review"),
    ("其他专用存款", "review"),
    ("代管款项", "review"),
    ("封闭贷款专户", "closed_loan"),
    (None, "review"),
)
#: Remarks beside an ordinary account: text -> protection that they call for; None = they change nothing.
REMARKS: tuple[tuple[str, str | None], ...] = (
    ("工资代发", "wage_income"),
    ("代发低保", "subsistence"),
    ("代发养老金", "pension_income"),
    ("抚恤金", "subsistence"),
    ("已开通手机银行", None),
    ("信息待完善", None),
)


@dataclass(slots=True)
class SubAccount:
    """Part of an account; its balance is contained in that of the account."""

    number: str
    type_text: str
    currency: str
    balance: int
    available: int


@dataclass(slots=True)
class Right:
    """A co-ownership or priority right: co_owner | pledge | margin | other."""

    kind: str
    holder: str
    amount: int | None
    contact: str | None


@dataclass(slots=True)
class Account:
    """One account, or one currency of it. `protection` is what its type and remark call for."""

    number: str
    card: str | None
    holder: Holder
    holder_name: str
    holder_id_type: str
    holder_id: str
    type_text: str | None
    kind: str
    protection: str
    status: str
    branch: str
    branch_code: str
    cnaps: str
    opened_on: date
    closed_on: date | None
    currency: str
    currency_text: str
    #: number holds several currencies, one row each
    one_of_several: bool
    cash_kind: str | None
    balance: int
    #: None = not told
    available: int | None
    linked: str | None = None
    remark: str | None = None
    escrow_project: str | None = None
    farm_subsidy: bool = False
    sub_accounts: list[SubAccount] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    freezes: list[Freeze] = field(default_factory=list)
    rights: list[Right] = field(default_factory=list)
    #: fault planted in this account, None for ordinary ones
    fault: str | None = None
    #: tier that the link to this account gets in spite of its fault; meaningless without one
    link: str | None = None


class Bank:
    """The books of one bank. ``accounts`` says what a holder has there on a business date; nothing is remembered."""

    def __init__(self, contract: Contract, seed: int, first_night: date) -> None:
        self.source = contract.source
        self.habits = HABITS[contract.source]
        self._seed, self._first_night = seed, first_night
        self._menus = {is_person: menu(contract, is_person) for is_person in (True, False)}

    def accounts(self, holder: Holder, business_date: date) -> list[Account]:
        """All accounts of `holder` that exist on that date; empty for those who do not bank here."""
        draws = Draws(self._seed, self.source, holder.key)
        if not draws.chance(self.habits.customers):
            return []
        least, most = self.habits.accounts
        found: list[Account] = []
        for index in range(draws.randint(least, most)):
            # A stream for each account: what one of them goes through must not change the others.
            own = Draws(self._seed, self.source, holder.key, index)
            found += self._account(own, holder, index, business_date)
        return [account for account in found if account.opened_on <= business_date]

    def extra_account(self, holder: Holder, index: int, business_date: date) -> Account:
        """An unremarkable account beyond those of ``accounts``, open, in yuan, to plant a fault in."""
        draws = Draws(self._seed, self.source, holder.key, "extra", index)
        types = self._menus[holder.is_person]
        kinds = ("savings", "card") if holder.is_person else ("company_general",)
        chosen = next(entry for entry in types.types if entry[1] in kinds and entry[2] == "ordinary")
        account = self._plain(draws, holder, 40 + index, chosen)
        account.card = self._card(holder, 40 + index)
        account.balance = account.available = draws.fen(6_000, 0.8, 50_000) + 1_234
        return account

    def _account(self, draws: Draws, holder: Holder, index: int, business_date: date) -> list[Account]:
        account = self._plain(draws, holder, index, self._type(draws, holder, index))
        self._wording(draws, account)
        self._life(draws, account, business_date)
        live = account.status != "closed"
        if live and account.kind not in ("loan", "credit_card"):
            account.freezes = freezes(draws, holder, account.balance, self._first_night, business_date)
        if self.habits.tells_products and account.kind in ("card", "savings"):
            told = products(draws, holder, account.number, self._first_night, business_date)
            account.products = told if live else []
        if self.habits.tells_rights:
            account.rights = self._rights(draws, account)
        if account.type_text in self.habits.sub_account_types and draws.chance(0.15):
            account.sub_accounts = self._sub_accounts(draws, account)
        self._settle(draws, account)
        return self._by_currency(draws, account) if account.kind == "foreign_currency" else [account]

    def _type(self, draws: Draws, holder: Holder, index: int) -> AccountType:
        types = self._menus[holder.is_person]
        home = BANKS[crc32(f"{self._seed}|basic|{holder.key}".encode()) % len(BANKS)]
        chosen: AccountType = draws.choices(types.types, types.weights)[0]
        # An organisation has one basic account in the whole country.
        return types.basic if types.basic and index == 0 and home == self.source else chosen

    def _plain(self, draws: Draws, holder: Holder, index: int, chosen: AccountType) -> Account:
        text, kind, protection = chosen
        median, spread, most = _BALANCES.get(kind, (5_000, 1.0, 100_000))
        branch = draws.randrange(len(_BRANCHES))
        return Account(
            number=self.habits.prefix + scattered_unrounded(self._serial(holder, index), self.habits.width),
            card=self._card(holder, index) if kind in ("card", "payroll", "credit_card") else None,
            holder=holder,
            holder_name=holder.name,
            holder_id_type=holder.id_type,
            holder_id=holder.id_number,
            type_text=text,
            kind=kind,
            protection=protection,
            status="normal",
            branch=_BRANCHES[branch],
            branch_code=f"{branch + 1:05d}",
            cnaps=f"{self.habits.bank_code}4990{branch + 1:05d}",
            opened_on=self._opened(draws, holder, kind),
            closed_on=None,
            currency="CNY",
            currency_text=self.habits.yuan,
            one_of_several=False,
            cash_kind=None,
            balance=draws.fen(median, spread, most),
            available=None,
        )

    def _serial(self, holder: Holder, index: int) -> int:
        """Unique among all accounts of all banks."""
        return (holder.ordinal * 64 + index) * len(BANKS) + BANKS.index(self.source)

    def _card(self, holder: Holder, index: int) -> str:
        return luhn("629999" + scattered(self._serial(holder, index), 12))

    def _opened(self, draws: Draws, holder: Holder, kind: str) -> date:
        """One account in 250 is opened while the district is played, so that nights bring something new."""
        if draws.chance(0.004):
            return self._first_night + timedelta(days=draws.randint(1, 12))
        grown = holder.birth_or_founding + timedelta(days=16 * 366 if holder.is_person else 5)
        first = max(grown, date(_FIRST_YEAR.get(kind, 2001), 1, 1))
        return draws.day(first, max(first, self._first_night - timedelta(days=30)))

    def _wording(self, draws: Draws, account: Account) -> None:
        """Names as they were when the account was opened, remarks, and types that no list knows."""
        if account.holder.former_names and draws.chance(0.3):
            account.holder_name = account.holder.former_names[0]
        if draws.chance(0.008):
            account.type_text, account.protection = draws.pick(FREE_TYPES)
        elif account.kind in ("card", "savings") and account.holder.is_person and draws.chance(0.04):
            account.remark, called_for = draws.pick(REMARKS)
            if called_for and account.protection == "ordinary":
                account.protection = called_for
        if account.kind == "escrow":
            account.escrow_project = f"示例小区{draws.pick('一二三四五')}期"
        account.farm_subsidy = account.type_text == "惠农一卡通" and draws.chance(0.7)

    def _life(self, draws: Draws, account: Account, business_date: date) -> None:
        """Dormant, stopped and closed accounts; balances that move on one night in fifty."""
        fate = draws.random()
        closing = account.opened_on + timedelta(days=draws.randint(400, 4_000))
        if fate < 0.003:
            closing = self._first_night + timedelta(days=draws.randint(1, 12))
        if fate < 0.033 and closing <= business_date:
            account.status, account.closed_on, account.balance = "closed", closing, 0
        elif fate < 0.083:
            account.status = "dormant"
        elif fate < 0.093:
            account.status = "stopped"
        if account.kind != "escrow" and draws.chance(0.12):
            account.balance = 0
        moves = moves_until(business_date, crc32(account.number.encode()) % 50)
        sway = crc32(f"{account.number}|{moves}".encode()) % 3001 - 1500
        account.balance += account.balance * sway // 10_000

    def _rights(self, draws: Draws, account: Account) -> list[Right]:
        holder = account.holder
        if account.kind == "margin":
            return [Right("margin", self.habits.name, account.balance, None)]
        if holder.is_person and holder.spouse_name and draws.chance(0.03):
            return [Right("co_owner", holder.spouse_name, None, "00000000000")]
        if account.kind == "time_deposit" and draws.chance(0.06):
            return [Right("pledge", self.habits.name, account.balance // 2, None)]
        if draws.chance(0.002):
            return [Right("other", "示例担保有限公司", min(account.balance, 500_000), None)]
        return []

    def _sub_accounts(self, draws: Draws, account: Account) -> list[SubAccount]:
        left, found = account.balance, []
        for number in range(1, draws.randint(1, 3) + 1):
            part = left // draws.randint(2, 4)
            left -= part
            text = draws.pick(("整存整取", "活期", "通知存款"))
            found.append(SubAccount(f"{number:05d}", text, account.currency_text, part, part))
        return found

    def _settle(self, draws: Draws, account: Account) -> None:
        """Available balance, and the status that freezes bring."""
        held = sum(freeze.amount for freeze in account.freezes if freeze.in_force)
        account.available = account.balance - held if draws.chance(0.5) else max(0, account.balance - held)
        if held and draws.chance(0.6):
            account.status = "frozen"
        if self.habits.hides_time_deposits and account.kind == "time_deposit":
            account.available = None

    def _by_currency(self, draws: Draws, account: Account) -> list[Account]:
        """One number, one row per currency; what hangs on the account hangs on its first row."""
        chosen = draws.sample(_CURRENCIES, draws.randint(1, 3))
        rows: list[Account] = []
        for code, text in chosen:
            share = account.balance // len(chosen)
            row = account if not rows else _bare_copy(account)
            row.currency, row.currency_text, row.cash_kind = code, text, draws.pick(("cash", "remittance"))
            row.balance = row.available = share
            row.freezes = []
            row.one_of_several = len(chosen) > 1
            rows.append(row)
        return rows


def _bare_copy(account: Account) -> Account:
    fields = {name: getattr(account, name) for name in Account.__slots__}
    fields.update(sub_accounts=[], products=[], freezes=[], rights=[])
    return Account(**fields)
