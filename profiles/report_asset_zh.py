"""One asset as a block of lines: what it is, what it is worth to us, what stands on it, how sure we are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from profiles import words_zh
from profiles.layout_zh import wrap

Row = Mapping[str, Any]
Explain = Callable[[Sequence[Mapping[str, Any]]], str]
INDENT = "      "

MEASURE_ENDS_SOON = 30


def block(asset: Row, number: int, today: date, links: Sequence[Row], explain: Explain | None) -> list[str]:
    """The asset numbered `number`; ages and terms count from the business date `today`."""
    told = (identifier(asset), asset["title"], asset["location"])
    lines = wrap("　".join(part for part in told if part), first=f"  {number:>2}. ")
    lines += wrap(worth(asset), first=INDENT)
    lines += [line for row in asset["encumbrances"] for line in wrap(encumbrance(row), first=f"{INDENT}负担：")]
    lines += [line for row in in_order(asset["seizures"]) for line in wrap(seizure(row), first=f"{INDENT}查控：")]
    warned, told_of = cautions(asset), facts(asset["detail"] or {})
    lines += wrap("；".join(warned), first=f"{INDENT}注意：") if warned else []
    lines += wrap("，".join(told_of), first=f"{INDENT}事项：") if told_of else []
    return lines + wrap(certainty(asset, today, links, explain), first=f"{INDENT}依据：")


def worth(asset: Row) -> str:
    """Share, value, what goes before us and what is left."""
    share = words_zh.say("ownership", asset["ownership"])
    if asset["share"] is not None and asset["ownership"] != "sole":
        share += f" {asset['share']:.2%}".replace(".00%", "%")
    parts = [share]
    if asset["gross_value"] is None:
        parts.append("价值不明")
    else:
        parts.append(f"{words_zh.say('value_basis', asset['value_basis'])} {money(asset['gross_value'])} 元")
        if asset["prior_claims"] is None:
            parts.append("在先权利数额不明")
        elif Decimal(asset["prior_claims"]):
            parts.append(f"在先权利 {money(asset['prior_claims'])} 元")
        parts.append("净值不明" if asset["net_value"] is None else f"净值 {money(asset['net_value'])} 元")
    if asset["currency"] not in (None, "CNY"):
        parts.append(f"币种 {asset['currency']}，未折算")
    parts.append(f"状态 {words_zh.statuses(asset['status'])}")
    return "　".join(parts)


def encumbrance(row: Row) -> str:
    """One encumbrance in a line."""
    parts = [
        words_zh.say("encumbrance_kind", row["kind"]),
        row["holder"] or "权利人未载",
        f"{money(row['amount'])} 元",
    ]
    if row["rank"]:
        parts.append(f"顺位 {row['rank']}")
    if row["end_date"]:
        parts.append(f"至 {day(row['end_date'])}")
    parts.append(words_zh.say("encumbrance_status", row["status"]))
    return "　".join(parts)


def in_order(rows: Sequence[Row]) -> list[Row]:
    """In force first, then waiting by order, released last."""
    return sorted(
        rows,
        key=lambda row: (
            row["released_at"] is not None,
            row["start_date"] is None,
            row["order_no"] or 0,
            row["start_date"] or "",
        ),
    )


def seizure(row: Row) -> str:
    """One measure in a line."""
    parts = [
        "本院" if row["is_ours"] else (row["authority"] or "机关未载"),
        words_zh.say("seizure_type", row["seizure_type"]),
        row["case_no"] or row["doc_no"] or "文号未载",
    ]
    if row["amount"] is not None:
        parts.append(f"{money(row['amount'])} 元")
    if row["order_no"] is not None:
        parts.append(f"第 {row['order_no']} 顺位")
    if row["released_at"]:
        parts.append(f"{day(row['released_at'])} 已解除")
    elif row["start_date"] or row["end_date"]:
        parts.append(f"{day(row['start_date'])} 至 {day(row['end_date'])}")
        parts.append(remaining(row["days_to_expiry"]))
    return "　".join(part for part in parts if part)


def remaining(days: int | None) -> str:
    """How long a measure still holds; empty while it has no term."""
    if days is None:
        return ""
    if days < 0:
        return f"已届满 {-days} 天"
    return f"剩余 {days} 天" + ("，即将届满" if days <= MEASURE_ENDS_SOON else "")


def cautions(asset: Row) -> list[str]:
    """What to mind before one touches the asset, one short phrase each."""
    detail = asset["detail"] or {}
    told = []
    if asset["handling"] != "normal":
        named = words_zh.protected().get(asset["protected_class"] or "")
        told.append(words_zh.say("handling", asset["handling"]) + (f"（{named}）" if named else ""))
    if asset["only_home_possible"]:
        told.append("可能为唯一住房")
    if asset["reach"] not in (None, "direct"):
        told.append(words_zh.say("reach", asset["reach"]))
    if asset["linked_asset_id"]:
        told.append("房地须一并查控" if asset["kind"] in ("housing", "land_use_right") else "有关联财产")
    told += [caution for mark, caution in words_zh.words("mark").items() if detail.get(mark)]
    conflicts = sorted({row["conflict"] for row in asset["provenance"] if row["conflict"]})
    if conflicts:
        told.append(f"{len(asset['provenance'])} 条记录对同一财产记载不一致（{'、'.join(_fields(conflicts))}）")
    return told


def _fields(conflicts: Sequence[str]) -> list[str]:
    return sorted({words_zh.say("conflict", field) for conflict in conflicts for field in conflict.split(",")})


def facts(detail: Mapping[str, Any]) -> list[str]:
    """Facts of the kind as delivered that a judge wants to see: title and value."""
    told = []
    for name, title in words_zh.words("detail").items():
        value = detail.get(name)
        if value in (None, "", []):
            continue
        if title.endswith("（元）"):
            value_zh = money(str(value))
        else:
            value_zh = "、".join(map(str, value)) if isinstance(value, list) else str(value)
        told.append(f"{title} {value_zh}")
    return told


def certainty(asset: Row, today: date, links: Sequence[Row], explain: Explain | None) -> str:
    """Why it is held to be the debtor's, how sure, how old, and where it stands."""
    best = max(links, key=lambda link: (link.get("verdict") == "same", link["probability"] or 0), default=None)
    why = ""
    if best is not None and best.get("verdict") is not None:
        why = f"（{decided(best)}）"
    elif best is not None and best["evidence"]:
        # What is certain needs three words; what is not, a sentence.
        told = explain if explain and asset["tier"] != "confirmed" else agreeing
        why = f"（{told(best['evidence']).rstrip('。')}）"
    parts = [
        asset["register_basis"] or "来源记载",
        words_zh.say("tier", asset["tier"]) + why,
        *([f"关联 {'、'.join(asset['links'])}"] if asset["tier"] != "confirmed" and asset["links"] else []),
        f"数据截至 {_age(asset['data_as_of'], today)}",
        f"出处 {asset['file']} {asset['table_name']} 第 {asset['row_no']} 行{_others(asset['provenance'])}",
    ]
    return "；".join(parts)


def decided(link: Row) -> str:
    """What a person said of the link, or that it no longer holds."""
    if link["verdict"] == "lapsed":
        return str(link["reason"])
    return f"{link['decided_by']} 于 {day(link['decided_at'])} 人工认定：{link['reason']}"


def agreeing(evidence: Sequence[Mapping[str, Any]]) -> str:
    """Which fields agree and which do not."""
    alike = [
        words_zh.words("evidence")[entry["field"]]
        for entry in evidence
        if entry["field"] in words_zh.words("evidence") and entry["weight"] > 0
    ]
    against = [
        words_zh.words("evidence")[entry["field"]]
        for entry in evidence
        if entry["field"] in words_zh.words("evidence") and entry["weight"] < 0
    ]
    told = [f"{'、'.join(alike)}相符"] if alike else []
    return "，".join(told + ([f"{'、'.join(against)}不符"] if against else [])) or "无可比对的信息"


def _others(provenance: Sequence[Row]) -> str:
    return f"（另有 {len(provenance) - 1} 条记录）" if len(provenance) > 1 else ""


def _age(data_as_of: str | None, today: date) -> str:
    if data_as_of is None:
        return "时点不明"
    moment = datetime.fromisoformat(data_as_of)
    days = (today - moment.date()).days
    return f"{moment:%Y-%m-%d %H:%M}" + (f"（{days} 天前）" if days > 0 else "")


#: Prefix of an identifier -> what stands before the number in print.
PREFIXES = {
    "cert": "权证 ",
    "contract": "合同 ",
    "project": "项目 ",
    "permit": "许可 ",
    "app": "受理 ",
    "refund": "退税单 ",
    "vin": "车架号 ",
}


def identifier(asset: Row) -> str:
    """The asset's number as people write it: no source before an account, no holder of equity, no kind of plate."""
    written = str(asset["identifier"] or "")
    head, _, tail = written.partition(":")
    if not tail or head == "declared":
        return "" if head == "declared" else written
    if asset["kind"] == "equity":
        return head
    if asset["kind"] == "vehicle" and head != "vin":
        return tail
    return PREFIXES.get(head, "" if head.startswith("bank_") else f"{head}:") + tail


def money(value: str | Decimal | None) -> str:
    """1,234.50; 不明 for unknown."""
    return "不明" if value is None else f"{Decimal(value):,.2f}"


def day(value: str | date | None) -> str:
    """The date alone; 未载 for unknown."""
    return "未载" if value is None else str(value)[:10]
