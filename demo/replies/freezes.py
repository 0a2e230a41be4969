"""Freezes that rest on an account: ours and others', in force, waiting, renewed, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from demo.replies.draws import Draws
from demo.replies.parties import Holder

OUR_COURT = "测试区人民法院"
_OTHERS = (
    ("示例市示例区人民法院", "（{year}）例0102执{number}号之一"),
    ("测试市中级人民法院", "（{year}）测04执{number}号之二"),
    ("示例县人民法院", "（{year}）例0421执保{number}号"),
    ("示例市公安局测试分局", "示公（经）冻财字〔{year}〕{number}号"),
)
_YEAR = timedelta(days=365)
#: Debtors are frozen often, other people seldom.
_OF_DEBTORS, _OF_OTHERS = 0.06, 0.004


@dataclass(slots=True)
class Freeze:
    """One measure. `amount` is the limit ordered in fen, not the money held. Waiting ones have an order, no dates."""

    kind: str
    authority: str
    document: str
    amount: int
    from_date: date | None
    to_date: date | None
    order: int | None

    @property
    def in_force(self) -> bool:
        """It holds money now; a waiting one does not."""
        return self.kind != "waiting_freeze"


def freezes(draws: Draws, holder: Holder, balance: int, first_night: date, business_date: date) -> list[Freeze]:
    """The measures on one account on that date: a freeze lasts a year, a few are lifted or begin meanwhile."""
    ours_by = (OUR_COURT, f"{holder.case_no}之{draws.pick('一二三四')}") if holder.case_no else None
    frozen, waiting, renewed, ours = draws.random(), draws.random(), draws.random(), draws.random()
    start = first_night - timedelta(days=draws.randint(-8, 380))
    lifted = first_night + timedelta(days=draws.randint(1, 10)) if draws.chance(0.06) else None
    limit = draws.fen(60_000, 1.4, 6_000_000)
    number, place = draws.randint(10, 2_999), draws.randrange(len(_OTHERS))
    if frozen >= (_OF_DEBTORS if ours_by else _OF_OTHERS):
        return []
    if start > business_date or start + _YEAR <= business_date or (lifted and lifted <= business_date):
        return []
    amount = min(limit, max(balance, 100_00)) if limit % 2 else limit
    theirs = [(authority, form.format(year=start.year, number=number)) for authority, form in _OTHERS]
    first_by, waiting_by = theirs[place], ours_by or theirs[place - 1]
    if ours_by and ours < 0.55:
        first_by, waiting_by = ours_by, theirs[place]
    first = _freeze(first_by, start, amount)
    if renewed < 0.15:
        first.kind = "freeze_renewal"
    if waiting >= 0.25:
        return [first]
    second = _freeze(waiting_by, start, limit)
    second.kind, second.from_date, second.to_date, second.order = "waiting_freeze", None, None, 1
    return [first, second]


def _freeze(by: tuple[str, str], start: date, amount: int) -> Freeze:
    """A freeze by an authority with its document, from `start` for a year."""
    return Freeze(
        kind="freeze",
        authority=by[0],
        document=by[1],
        amount=amount,
        from_date=start,
        to_date=start + _YEAR - timedelta(days=1),
        order=None,
    )
