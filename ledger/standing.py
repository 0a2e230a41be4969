"""What has become of verdicts, as far as the last publication tells."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

from ledger.verdicts import Verdict

State = Literal["new", "holds", "lapsed", "gone", "replaced", "withdrawn", "withdrawal"]


class Shown(NamedTuple):
    """A link as published last: what its verdict would have to rest on, and which it shows."""

    basis_digest: str
    verdict: str | None


def states(told: Sequence[Verdict], standing: Collection[str], links: Mapping[str, Shown]) -> list[State]:
    """The state of each. `told`: verdicts with their withdrawals; `standing`: ids of those that stand; `links`: what is
    published of their links, by id."""
    withdrawn = {verdict.withdraws for verdict in told}
    return [_state(verdict, withdrawn, standing, links.get(verdict.subject.link_id)) for verdict in told]


def _state(verdict: Verdict, withdrawn: Collection[str | None], standing: Collection[str], link: Shown | None) -> State:
    if verdict.withdraws:
        return "withdrawal"
    if verdict.verdict_id in withdrawn:
        return "withdrawn"
    if verdict.verdict_id not in standing:
        return "replaced"
    if link is None:
        return "gone"
    if link.basis_digest != verdict.subject.basis_digest:
        return "lapsed"
    return "holds" if link.verdict == verdict.verdict else "new"
