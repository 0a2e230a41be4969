"""The debtor of a story."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from demo.stories.tale import Party, Tale

NEVER = 100_000


@dataclass(frozen=True)
class Hero:
    """A debtor with the people and firms around."""

    debtor_no: int
    party: Party
    family: dict[str, Party]
    firms: Sequence[Party]  # shops that a person operates, branches of a firm

    def relative(self) -> Party | None:
        """Somebody of the family who is no debtor."""
        return next((self.family[role] for role in ("child", "parent", "spouse", "head") if self._free(role)), None)

    def _free(self, role: str) -> bool:
        member = self.family.get(role)
        return member is not None and member.debtor_no is None


Story = Callable[[Tale, Hero], None]


def a_night(tale: Tale) -> int:
    """The night on which something comes to pass: mostly the second one, sometimes the third."""
    return 1 + tale.count("event") % 3 // 2 * (tale.nights > 2)


def a_night_or_never(tale: Tale) -> int:
    """The night on which a procedure is settled; two of five stay open for as long as anybody looks."""
    return NEVER if tale.count("procedure") % 5 in (2, 4) else a_night(tale)


def nothing(tale: Tale, hero: Hero) -> None:
    """There are debtors who own nothing."""
