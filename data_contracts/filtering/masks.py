"""Conditions on a row kept as bits, because almost every row has none."""

from __future__ import annotations

from data_contracts.filtering.expressions import quoted

#: Bits per mask column; a UBIGINT has 64.
WIDTH = 60


class Mask:
    """Conditions packed into UBIGINT columns ``<name>0``, ``<name>1``, …"""

    def __init__(self, name: str, entries: list[tuple[str, str]]) -> None:
        self.name = name
        self.labels = [label for label, _ in entries]
        self._conditions = [condition for _, condition in entries]

    def columns(self) -> list[str]:
        """SQL that computes the mask columns."""
        out = []
        for start in range(0, len(self.labels), WIDTH):
            bits = " + ".join(
                f"(CASE WHEN {condition} THEN {1 << place}::UBIGINT ELSE 0::UBIGINT END)"
                for place, condition in enumerate(self._conditions[start : start + WIDTH])
            )
            out.append(f"{bits} AS {self.name}{start // WIDTH}")
        return out

    def is_set(self) -> str:
        """SQL: any condition holds."""
        chunks = range((len(self.labels) + WIDTH - 1) // WIDTH)
        return " OR ".join(f"{self.name}{chunk} <> 0" for chunk in chunks) or "false"

    def entries(self) -> list[str]:
        """SQL list entries: the label where the condition holds, else null."""
        return [
            f"CASE WHEN {self.name}{place // WIDTH} & {1 << place % WIDTH} <> 0 THEN {quoted(label)} END"
            for place, label in enumerate(self.labels)
        ]
