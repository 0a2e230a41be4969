"""A score in words and tables, for a terminal (markdown) and for the report."""

from __future__ import annotations

from benchmarks.score import Part, Score, Wrong


def tell(score: Score) -> str:
    """Everything, in markdown."""
    parts = "\n\n".join(f"### By {name}\n\n{part_table(rows)}" for name, rows in score.parts.items())
    return f"{headline(score)}\n\n### Wrong confirmed links\n\n{wrong_table(score.wrong)}\n\n{parts}\n"


def headline(score: Score) -> str:
    """The measures one below the other."""
    lines = [
        f"true pairs {score.true_pairs:,}, links given {score.links:,}",
        f"best F1 {score.best_f1:.4f} at {score.best_threshold:.4f} "
        f"(precision {score.best_precision:.4f}, recall {score.best_recall:.4f})",
        f"confirmed {score.confirmed:,}: wrong {score.confirmed_wrong}, precision {score.confirmed_precision:.5f}, "
        f"recall {score.confirmed_recall:.4f}",
        f"held by no register {score.unheld:,}: with a false confirmed link {score.unheld_confirmed}",
        f"calibration error {score.ece:.4f}, between 0.05 and 0.95 {score.ece_middle:.4f}",
    ]
    return "\n".join(f"- {line}" for line in lines)


def part_table(rows: list[Part]) -> str:
    """Recall and wrong links per part."""
    head = "| part | true pairs | recall | recall confirmed | wrong | wrong confirmed |\n|---|--:|--:|--:|--:|--:|\n"
    return head + "\n".join(
        f"| {row.what} | {row.true_pairs:,} | {_share(row.true_pairs, row.missed_at_best)} "
        f"| {_share(row.true_pairs, row.missed_confirmed)} | {row.wrong_at_best} | {row.wrong_confirmed} |"
        for row in rows
    )


def wrong_table(rows: list[Wrong], most: int = 40) -> str:
    """Who was taken for whom, without names."""
    if not rows:
        return "None."
    head = "| who was taken for the debtor | what had happened to the record | links |\n|---|---|--:|\n"
    body = "\n".join(f"| {row.relation} | {row.kinds} | {row.links} |" for row in rows[:most])
    rest = sum(row.links for row in rows[most:])
    return head + body + (f"\n| … | … | {rest} |" if rest else "")


def _share(total: int, missed: int) -> str:
    return f"{1 - missed / total:.4f}" if total else "–"
