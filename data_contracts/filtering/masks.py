"""Conditions on a row kept as bits, because almost every row has none."""

from __future__ import annotations

from data_contracts.filtering.expressions import quoted

#: Bits per mask column; a UBIGINT has 64.
WIDTH = 60


class Mask:
    """Conditions packed into UBIGINT columns ``<name>0``, ``<name>1``, …

    `noisy` are asked only in rows that are `_noisy`, all of them at once.
    """

    def __init__(self, name: str, entries: list[tuple[str, str]], noisy: list[tuple[str, str]] | None = None) -> None:
        self.name = name
        self._always = len(entries)
        self.labels = [label for label, _ in [*entries, *(noisy or [])]]
        self._conditions = [condition for _, condition in [*entries, *(noisy or [])]]

    def columns(self) -> list[str]:
        """SQL that computes the mask columns."""
        out = []
        for start in range(0, len(self.labels), WIDTH):
            end = min(start + WIDTH, len(self.labels))
            turn = min(max(self._always, start), end)
            parts = [self._bits(start, turn, start)] if turn > start else []
            if end > turn:
                parts.append(f"CASE WHEN _noisy THEN {self._bits(turn, end, start)} ELSE 0::UBIGINT END")
            out.append(f"{' + '.join(parts)} AS {self.name}{start // WIDTH}")
        return out

    def _bits(self, first: int, end: int, start: int) -> str:
        return " + ".join(
            f"(CASE WHEN {self._conditions[place]} THEN {1 << place - start}::UBIGINT ELSE 0::UBIGINT END)"
            for place in range(first, end)
        )

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
