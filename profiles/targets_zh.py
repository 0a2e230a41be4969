"""The ranked list of a case as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from profiles import words_zh
from profiles.layout_zh import heading, wrap
from profiles.report_asset_zh import identifier, money
from profiles.report_context_zh import grouped

Row = Mapping[str, Any]


def text(rows: Sequence[Row], weights_version: str) -> str:
    """Rows of ``reranking.rerank``, one block per debtor; a rank that differs from the published one says so."""
    lines = [heading(f"建议措施排序（权重 {weights_version}；供参考，由法官决定）")]
    if not rows:
        lines.append("  没有可以控制的财产，或者尚欠金额为零。")
    for debtor_id, own in grouped(rows, "debtor_id"):
        lines.append(f"  {own[0]['case_no']}　{debtor_id}")
        for row in own:
            lines += entry(row, words_zh.say("asset_kind", row["kind"]), identifier(row), _moved(row))
    return "\n".join(lines)


def entry(row: Row, kind: str, number: str, moved: str = "") -> list[str]:
    """One target: measure, asset and amount; to whom and for how long; why, what to mind, on what ground."""
    head = f"{words_zh.say('measure', row['recommended_measure'])}：{kind} {number}"
    head += f"，控制 {money(row['amount_to_control'])} 元"
    if row["cumulative_coverage"] is not None:
        head += f"，累计覆盖 {row['cumulative_coverage']:.0%}"
    lines = wrap(head + moved, first=f"  {row['rank']:>2}. ")
    lines += wrap(f"送达：{row['addressee']}　期限：{term(row['max_term'])}", first="      ")
    lines += wrap("；".join(row["reasons"] or []), first="      理由：") if row["reasons"] else []
    lines += wrap("；".join(row["cautions"] or []), first="      注意：") if row["cautions"] else []
    return lines + wrap(row["legal_basis"] or "", first="      依据：")


def term(max_term: str | None) -> str:
    """P3Y as words."""
    if max_term and max_term.startswith("P") and max_term.endswith("Y"):
        return f"不超过 {max_term[1:-1]} 年"
    return "未定"


def _moved(row: Row) -> str:
    before = row["rank_before"]
    if before == row["rank"]:
        return ""
    return "（原未列入）" if before is None else f"（原第 {before} 位）"
