"""What a changed contract breaks: two versions compared, each change classed by what it does.

breaking: files in the old form are held, rows are refused, or the meaning of what is published changes. signals: work
goes on and somebody should know. harmless: nobody notices.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from data_contracts.column_differences import Difference, Impact, column_differences, rejects, shown
from data_contracts.drift import choices, decisions_zh
from data_contracts.model import Column, Contract, FileDecl, Format, Table

__all__ = ["Difference", "Impact", "differences"]

#: Forms in which an absent column cannot be told from an empty one, nor a label from an element.
_NESTED = {"xml", "bank_xml", "jsonl", "json_pages"}
#: Properties of a contract and of its form that are compared part by part.
_APART = {"source", "version", "format", "files", "tables", "drift"}
_CONTRACT: Mapping[str, tuple[Impact, str, str]] = {
    "mode": ("breaking", "送达方式", "全量、增量、反馈的处理改变"),
    "bank_code": ("breaking", "银行代码", "报文与代码不符的文件将被扣留"),
    "freshness": ("signals", "到件时限", "应到、迟到、陈旧的判断改变"),
    "quarantine_tolerance": ("signals", "允许的隔离比例", "需要人工处理的界限改变"),
    "account_types": ("signals", "账户类别对照", "账户的种类和保护类别改变"),
    "retention_days": ("signals", "保存天数", ""),
}
_FORMAT: Mapping[str, tuple[Impact, str]] = {
    "date": ("signals", "日期写法"),
    "datetime": ("signals", "时间写法"),
    "label_aliases": ("harmless", "列名别名"),
    "null_as": ("signals", "空值写法"),
    "boolean": ("signals", "是否的写法"),
    "options": ("signals", "读取选项"),
}


def differences(old: Contract, new: Contract) -> list[Difference]:
    """Every change from `old` to `new`, those that break first."""
    found = _contract(old, new) + _format(old.format, new.format) + _drift(old, new) + _files(old, new)
    before, after = ({table.name: table for table in contract.tables} for contract in (old, new))
    for name in before.keys() - after.keys():
        found.append(Difference(name, "breaking", "删去数据表", "该表不再接收，档案中由它而来的内容不再更新"))
    for name in after.keys() - before.keys():
        found.append(Difference(name, "breaking", "增加数据表", "没有该表的旧式到件将被扣留或视为缺件"))
    for name in before:
        if name in after:
            found += _table(new, before[name], after[name])
    order: list[Impact] = ["breaking", "signals", "harmless"]
    return sorted(found, key=lambda change: (order.index(change.impact), change.place, change.what))


def _contract(old: Contract, new: Contract) -> list[Difference]:
    found = []
    for name in (field.name for field in fields(Contract) if field.name not in _APART):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            impact, title, effect = _CONTRACT.get(name, ("harmless", name, ""))
            plain = isinstance(after, (str, int, float))
            what = f"{title} {shown(before)} 改为 {shown(after)}" if plain else f"{title}改变"
            found.append(Difference(name, impact, what, effect))
    return found


def _format(old: Format, new: Format) -> list[Difference]:
    found = []
    for name in (field.name for field in fields(Format)):
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        impact, title = _FORMAT.get(name, ("breaking", name))
        gone = [one for one in before if one not in after] if isinstance(before, (tuple, dict)) else []
        if gone and name != "options":
            impact = "breaking"
        effect = "旧式到件无法读取或读错" if impact == "breaking" else ""
        found.append(Difference(f"format.{name}", impact, f"{title} {shown(before)} 改为 {shown(after)}", effect))
    return found


def _drift(old: Contract, new: Contract) -> list[Difference]:
    return [
        Difference(
            f"drift.{change}",
            "breaking" if after == "freeze" else "signals",
            f"{choices()[change].means}时：{decisions_zh()[old.drift[change]]} 改为 {decisions_zh()[after]}",
        )
        for change, after in new.drift.items()
        if after != old.drift[change]
    ]


def _files(old: Contract, new: Contract) -> list[Difference]:
    before, after = ({declared.id: declared for declared in contract.files} for contract in (old, new))
    found = [Difference(name, "breaking", "删去文件", "送来的该文件不再认识") for name in before.keys() - after.keys()]
    found += [Difference(name, "signals", "增加文件", "未送该文件的视为缺件") for name in after.keys() - before.keys()]
    for name in before.keys() & after.keys():
        found += _file(before[name], after[name])
    return found


def _file(old: FileDecl, new: FileDecl) -> list[Difference]:
    found = []
    if old.pattern != new.pattern:
        known = re.match(new.pattern, old.example) is not None
        effect = "" if known else "旧文件名不再认识"
        found.append(Difference(old.id, "signals" if known else "breaking", "文件名式样改变", effect))
    if old.control != new.control:
        effect = "没有控制文件的到件不再采用" if new.control else "以静置时间判断是否写完"
        found.append(Difference(old.id, "breaking" if new.control else "signals", "控制文件的约定改变", effect))
    if old.tables != new.tables:
        found.append(Difference(old.id, "breaking", f"数据表 {shown(old.tables)} 改为 {shown(new.tables)}"))
    return found


def _table(contract: Contract, old: Table, new: Table) -> list[Difference]:
    found = []
    for name in ("key", "parent", "locator", "nested", "top_level", "delivered", "subject", "duplicate_exempt"):
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        if name == "subject" and after is not None:
            found.append(rejects(old.name, "权利人的要求改变", "既无姓名名称也无证件号码的行", "no_subject"))
        elif name == "parent" and after is not None:
            found.append(rejects(old.name, "所属主表的约定改变", "找不到所属主记录的行", "orphan_child"))
        else:
            found.append(Difference(old.name, "breaking", f"{_TABLE_ZH[name]}改变", "读取或去重的方式改变"))
    return found + _columns(contract, old, new)


_TABLE_ZH = {
    "key": "主键",
    "parent": "所属主表",
    "locator": "数据所在位置",
    "nested": "嵌套方式",
    "top_level": "层级",
    "delivered": "是否提供",
    "subject": "权利人的要求",
    "duplicate_exempt": "重复主键的例外",
}


def _columns(contract: Contract, old: Table, new: Table) -> list[Difference]:
    before, after = ({column.name: column for column in table.columns} for table in (old, new))
    found: list[Difference] = []
    for name in before.keys() - after.keys():
        held = contract.drift["added_column"] == "freeze"
        effect = "仍带该列的到件将被扣留" if held else "该列不再读取"
        found.append(Difference(f"{new.name}.{name}", "breaking", "删去列", effect))
    found += [_added(contract, f"{new.name}.{name}", after[name]) for name in after.keys() - before.keys()]
    for name in before:
        if name in after:
            place = f"{new.name}.{name}"
            found += column_differences(place, before[name], after[name])
            found += _label(contract, place, before[name], after[name])
    return found + _order(contract, old, new)


def _added(contract: Contract, place: str, column: Column) -> Difference:
    if contract.format.kind in _NESTED:
        if column.required:
            return rejects(place, "增加必填列", "没有该要素的行", "missing_required")
        return Difference(place, "harmless", "增加可以为空的列", "没有该要素的视为空值")
    if column.required or contract.drift["missing_optional_column"] == "freeze":
        return Difference(place, "breaking", "增加列", "没有该列的旧式到件将被扣留")
    return Difference(place, "signals", "增加可以为空的列", "没有该列的到件按空值采用并提示")


def _label(contract: Contract, place: str, old: Column, new: Column) -> list[Difference]:
    if old.label == new.label:
        return []
    what = f"列名 {old.label} 改为 {new.label}"
    if contract.format.label_aliases.get(old.label) == new.label:
        return [Difference(place, "signals", what, "旧列名按别名采用并提示")]
    return [Difference(place, "breaking", what, "用旧列名的到件将被扣留")]


def _order(contract: Contract, old: Table, new: Table) -> list[Difference]:
    kept: list[list[Any]] = [
        [column.name for column in table.columns if old.has(column.name) and new.has(column.name)]
        for table in (old, new)
    ]
    if kept[0] == kept[1] or contract.format.kind in _NESTED:
        return []
    if contract.format.header:
        return [Difference(new.name, "signals", "列的顺序改变", "按列名对应")]
    return [Difference(new.name, "breaking", "列的顺序改变", "文件没有表头，列按顺序对应：旧式到件会读错")]
