"""What a changed column does to deliveries and to the profiles, one rule per property of a column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from data_contracts.model import Column
from data_contracts.reasons import reason, validators

Impact = Literal["breaking", "signals", "harmless"]


@dataclass(frozen=True)
class Difference:
    """One change. `place`: table.column, a table, a file or a property of the contract; `what`, `effect` in Chinese.
    `quarantines`: reject code under which rows would now be refused, None when none are."""

    place: str
    impact: Impact
    what: str
    effect: str = ""
    quarantines: str | None = None


#: A type takes every value of these too.
_WIDER: Mapping[str, frozenset[str]] = {
    "string": frozenset({"integer", "decimal", "date", "datetime", "enum", "boolean", "list"}),
    "decimal": frozenset({"integer"}),
}
#: What a column's change means where no row is refused for it.
_EFFECTS: Mapping[str, tuple[Impact, str, str]] = {
    "maps_to": ("breaking", "对应字段", "档案取值随之改变，须同时修改 profiles/mapping"),
    "unit": ("breaking", "单位", "同一数字的含义改变，须核对已有数据"),
    "decimal_form": ("breaking", "数字写法", "同一文字读成不同的数"),
    "doubtful": ("signals", "单位存疑的数", "标记 doubtful_unit 的行随之增减"),
    "key": ("breaking", "主键", "同一记录的新旧两版不再对应"),
    "from_parent": ("breaking", "取值位置", "取值改自上级或本级要素"),
    "numbered": ("breaking", "自动编号", "子记录的主键改变"),
    "period_end": ("breaking", "起止合写", "起止日期的读法改变"),
    "default": ("breaking", "缺省值", "空值的含义改变"),
    "enum": ("breaking", "标准代码表", "标准值的范围改变"),
    "pii": ("signals", "敏感级别", "屏蔽范围随之改变"),
    "digits": ("signals", "按号码清理", "号码的清理和标记改变"),
    "grouped": ("signals", "分组空格", "号码中空格的处理改变"),
    "normal_form": ("breaking", "统一写法", "新旧两种写法的主键不再对应：已存的到件须重新读取，或待下次全量"),
    "delivered": ("signals", "是否提供", ""),
    "mixed": ("signals", "可混用名称", ""),
    "label_agreed": ("signals", "约定写名称", "名称不再（或开始）标记为 label_for_code"),
    "title_zh": ("harmless", "含义说明", ""),
    "note": ("harmless", "备注", ""),
    "example": ("harmless", "示例", ""),
    "known_faults": ("harmless", "已知缺陷", ""),
}


def column_differences(place: str, old: Column, new: Column) -> list[Difference]:
    """Every property in which two versions of one column differ; the label is the table's to judge."""
    found: list[Difference] = []
    for name in (field.name for field in fields(Column)):
        before, after = getattr(old, name), getattr(new, name)
        if name in ("name", "label", "precision", "scale") or before == after:
            continue
        rule = _RULES.get(name)
        found += rule(place, before, after, new) if rule else [_plain(place, name, before, after)]
    return found + _size(place, old, new)


def rejects(place: str, what: str, rows: str, code: str) -> Difference:
    """A change for which `rows` would now be refused."""
    return Difference(place, "breaking", what, f"{rows}将被隔离（{code}：{reason(code).means.split('，')[0]}）", code)


def shown(value: Any) -> str:
    """A property as the operator reads it."""
    if value is None or value in ((), "", {}):
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, (tuple, list, Mapping)) else str(value)


def _plain(place: str, name: str, before: Any, after: Any) -> Difference:
    impact, title, effect = _EFFECTS.get(name, ("signals", name, ""))
    return Difference(place, impact, f"{title} {shown(before)} 改为 {shown(after)}", effect)


def _type(place: str, before: str, after: str, _new: Column) -> list[Difference]:
    what = f"类型 {before} 改为 {after}"
    if before in _WIDER.get(after, ()):
        return [Difference(place, "signals", what, "原有的值仍可接收，档案取值的类型改变")]
    return [rejects(place, what, f"不能读作 {after} 的行", "bad_type")]


def _size(place: str, old: Column, new: Column) -> list[Difference]:
    if (old.precision, old.scale) == (new.precision, new.scale) or old.type != new.type:
        return []
    what = f"精度 ({old.precision},{old.scale}) 改为 ({new.precision},{new.scale})"
    whole = [(column.precision or 0) - (column.scale or 0) for column in (old, new)]
    if whole[1] < whole[0]:
        return [rejects(place, what, "整数位超出的行", "bad_type")]
    return [Difference(place, "signals" if (new.scale or 0) < (old.scale or 0) else "harmless", what)]


def _required(place: str, _before: bool, after: bool, new: Column) -> list[Difference]:
    if after:
        return [rejects(place, "改为必填", "该列为空的行", "missing_key" if new.key else "missing_required")]
    return [Difference(place, "signals", "改为可以为空", "档案中可能出现空值")]


def _required_when(place: str, _before: Any, after: Any, new: Column) -> list[Difference]:
    if after is None:
        return [Difference(place, "signals", "不再有条件必填", "档案中可能出现空值")]
    rows = f"{after.column} 为 {shown(after.values)} 而该列为空的行"
    return [rejects(place, "有条件必填的条件改变", rows, "missing_key" if new.key else "missing_required")]


def _codes(
    place: str, before: Mapping[str, tuple[str, str]], after: Mapping[str, tuple[str, str]], _new: Column
) -> list[Difference]:
    gone, come = _without(before, after), _without(after, before)
    found = []
    if gone:
        listed = "、".join(f"{code}（{before[code][1]}）" for code in gone)
        found.append(rejects(place, f"删去代码 {listed}", f"代码为 {'、'.join(gone)} 的行", "unknown_code"))
    if come:
        listed = "、".join(f"{code}（{after[code][1]}）" for code in come)
        found.append(Difference(place, "signals", f"增加代码 {listed}", "此前因此隔离的行可重新处理"))
    for code in before.keys() & after.keys():
        if before[code][0] != after[code][0]:
            what = f"代码 {code} 的标准值 {before[code][0]} 改为 {after[code][0]}"
            found.append(Difference(place, "breaking", what, "同一代码的含义改变"))
        elif before[code][1] != after[code][1]:
            found.append(Difference(place, "signals", f"代码 {code} 的名称改为 {after[code][1]}", "旧名称不再识别"))
    return found


def _aliases(place: str, before: Mapping[str, str], after: Mapping[str, str], _new: Column) -> list[Difference]:
    gone = [alias for alias in before if after.get(alias) != before[alias]]
    if gone:
        rows = f"写作 {'、'.join(gone)} 的行"
        return [rejects(place, f"删去或改变写法 {'、'.join(gone)}", rows, "unknown_code")]
    return [Difference(place, "harmless", f"增加写法 {'、'.join(_without(after, before))}")]


def _checked(place: str, before: str | None, after: str | None, _new: Column) -> list[Difference]:
    what = f"校验 {shown(before)} 改为 {shown(after)}"
    rule = validators().get(after or "")
    if rule and rule.on_fail == "reject":
        return [rejects(place, what, "未通过校验的行", rule.code)]
    return [Difference(place, "signals", what, "未通过的只标记 bad_checksum，不隔离")]


def _length(place: str, before: int | None, after: int | None, _new: Column) -> list[Difference]:
    shorter = after is not None and (before is None or after < before)
    return [Difference(place, "signals" if shorter else "harmless", f"长度上限 {shown(before)} 改为 {shown(after)}")]


def _without(some: Iterable[str], others: Iterable[str]) -> list[str]:
    known = set(others)
    return [one for one in some if one not in known]


_RULES: Mapping[str, Callable[[str, Any, Any, Column], list[Difference]]] = {
    "type": _type,
    "required": _required,
    "required_when": _required_when,
    "codes": _codes,
    "item_codes": _codes,
    "value_aliases": _aliases,
    "pattern": _checked,
    "validator": _checked,
    "max_len": _length,
}
