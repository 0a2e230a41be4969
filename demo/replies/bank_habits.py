"""What is particular to each of the six banks: how many customers it has, how it writes numbers, what it never says."""

from __future__ import annotations

from dataclasses import dataclass

from data_contracts import Contract

BANKS = ("bank_boc", "bank_abc", "bank_ccb", "bank_icbc", "bank_sdrcb", "bank_psbc")


@dataclass(frozen=True)
class Habits:
    """One bank.

    `customers` is the share of the district that banks there; `accounts` the least and most accounts of a customer.
    Account numbers are `prefix` and `width` digits. `yuan` is how the bank writes the currency of the country.
    """

    name: str
    bank_code: str
    customers: float
    accounts: tuple[int, int]
    prefix: str
    width: int
    yuan: str
    #: sub-accounts: ``container`` inside the account, ``account`` an account of its own, ``row`` a further row, or None
    sub_accounts: str | None
    #: type texts that may have sub-accounts
    sub_account_types: frozenset[str] = frozenset()
    #: products and rights are told
    tells_products: bool = True
    tells_rights: bool = True
    #: available balance of time deposits is left out
    hides_time_deposits: bool = False
    #: branches search by name when asked by a number that nobody has
    name_search: bool = True
    #: writes the account status as its label, never as a code
    labels_status: bool = False
    #: card numbers in groups of four
    groups_cards: bool = False
    #: hits by name come with masked name and numbers
    masks_namesakes: bool = False


HABITS: dict[str, Habits] = {
    "bank_boc": Habits(
        "中国银行区支行", "104", 0.36, (1, 2), "0", 11, "CNY", "container",
        frozenset({"活期一本通", "定期一本通", "长城借记卡"}), tells_rights=False,
    ),
    "bank_abc": Habits(
        "中国农业银行区支行", "103", 0.70, (2, 7), "0499", 11, "156", "container",
        frozenset({"金穗借记卡", "惠农一卡通"}), hides_time_deposits=True, name_search=False,
    ),
    "bank_ccb": Habits(
        "中国建设银行区支行", "105", 0.50, (1, 5), "0499", 14, "人民币", "container", frozenset({"龙卡通"}),
        labels_status=True, groups_cards=True,
    ),
    "bank_icbc": Habits(
        "中国工商银行区支行", "102", 0.50, (1, 4), "0499", 15, "CNY", "account",
        frozenset({"01-灵通卡"}), masks_namesakes=True,
    ),
    "bank_sdrcb": Habits(
        "山东农村商业银行区支行", "314", 0.80, (2, 8), "0499", 15, "人民币", "row",
        frozenset({"鲁卡通", "个人活期"}), tells_products=False, tells_rights=False,
    ),
    "bank_psbc": Habits(
        "中国邮政储蓄银行区支行", "403", 0.62, (2, 6), "0499", 14, "人民币", None,
        tells_products=False, tells_rights=False, name_search=False,
    ),
}  # fmt: skip

#: (kind, protection) of the agreements' account types -> how common they are with persons and with organisations.
#: Protected kinds are rare, as in life; a type in neither list would never be met, so `menu` gives it a small weight.
_PERSONS = {
    ("card", "ordinary"): 38.0,
    ("savings", "ordinary"): 28.0,
    ("time_deposit", "ordinary"): 14.0,
    ("foreign_currency", "ordinary"): 5.0,
    ("payroll", "wage_income"): 4.0,
    ("payroll", "pension_income"): 3.0,
    ("payroll", "subsistence"): 0.8,
    ("special", "subsistence"): 0.8,
    ("special", "housing_fund"): 1.5,
    ("special", "laid_off_fund"): 0.3,
    ("card", "review"): 3.0,
    ("savings", "review"): 3.0,
    ("loan", "loan_account"): 4.0,
    ("credit_card", "credit_card"): 5.0,
}
_FIRMS = {
    ("company_general", "ordinary"): 60.0,
    ("time_deposit", "ordinary"): 5.0,
    ("margin", "lc_margin"): 2.0,
    ("margin", "acceptance_margin"): 5.0,
    ("margin", "migrant_wage"): 3.0,
    ("margin", "travel_deposit"): 1.0,
    ("escrow", "presale_escrow"): 3.0,
    ("special", "migrant_wage"): 4.0,
    ("special", "review"): 4.0,
    ("special", "union_fund"): 1.5,
    ("special", "grain_purchase"): 1.0,
    ("special", "party_dues"): 0.8,
    ("special", "trust"): 0.5,
    ("loan", "loan_account"): 5.0,
}
_SELDOM = 0.3

AccountType = tuple[str, str, str]


@dataclass(frozen=True)
class Menu:
    """Account types of one bank for one sort of holder: (text, kind, protection), with weights that add up."""

    types: tuple[AccountType, ...]
    weights: tuple[float, ...]
    #: the basic account of an organisation, None where the bank offers none or for persons
    basic: AccountType | None


def menu(contract: Contract, is_person: bool) -> Menu:
    """The account types that `contract` lists and that such a holder can have."""
    common, others = (_PERSONS, _FIRMS) if is_person else (_FIRMS, _PERSONS)
    types: list[AccountType] = []
    weights: list[float] = []
    basic: AccountType | None = None
    for text, (kind, protection) in contract.account_types.items():
        if kind == "company_basic":
            basic = (text, kind, protection)
            continue
        weight = common.get((kind, protection))
        if weight is None and (kind, protection) not in others and not is_person:
            weight = _SELDOM
        if weight:
            types.append((text, kind, protection))
            weights.append(weight)
    return Menu(tuple(types), tuple(weights), None if is_person else basic)
