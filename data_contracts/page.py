"""One contract as a page in Markdown: for the reference, and for whoever asks on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from data_contracts.drift import choices, decisions_zh
from data_contracts.model import Column, Contract, Table
from data_contracts.reasons import faults, validators

MODES_ZH = {"extract": "登记簿（全量和增量）", "reply": "答复查询名单", "outgoing": "本院送出"}
EXPECTED_ZH = {"daily": "每日", "working_days": "工作日", "weekly": "每周日"}
DAYS_ZH = {"same": "当日", "next": "次日"}
PII_ZH = {"none": "", "personal": "个人", "sensitive": "敏感"}


def page(contract: Contract, golden: Mapping[str, Sequence[str]] | None = None) -> str:
    """The whole contract. `golden`: fault -> links to the cases that show it handled."""
    parts = [
        f"# {contract.title_zh}（{contract.source}）",
        _facts(contract),
        "## 文件\n\n" + _files(contract),
        *(_table(table) for table in contract.tables),
        "## 约定变动时\n\n" + _drift(contract),
        "## 已知缺陷\n\n" + _faults(contract, golden or {}),
    ]
    return "\n\n".join(parts) + "\n"


def known_faults(contract: Contract) -> dict[str, str]:
    """Every fault that the contract names -> where: the quirk's note, and the columns."""
    places: dict[str, list[str]] = {quirk.fault: [quirk.note] for quirk in contract.quirks}
    for table in contract.tables:
        for column in table.columns:
            for fault in column.known_faults:
                places.setdefault(fault, []).append(f"`{table.name}.{column.name}`")
    return {fault: "；".join(dict.fromkeys(found)) for fault, found in places.items()}


def _facts(contract: Contract) -> str:
    form, fresh = contract.format, contract.freshness
    written = f"{form.kind}，{form.encoding}" + ("，带 BOM" if form.bom else "")
    rows = [
        ("约定", f"{contract.version}，第{contract.seed_article}条：{contract.legal_basis}"),
        ("提供单位", contract.agency_zh),
        ("方式", MODES_ZH[contract.mode]),
        ("形式", written + (f"，分隔符 `{_shown(form.delimiter)}`" if form.delimiter else "")),
        ("日期", "、".join(f"`{pattern}`" for pattern in (*form.date, *form.datetime))),
        ("到件", f"{EXPECTED_ZH[fresh.expected]}，{DAYS_ZH[fresh.deadline_day]} {fresh.deadline} 前"),
        ("最长沿用", f"{fresh.max_age_days} 天"),
        ("允许的隔离比例", f"{contract.quarantine_tolerance:.1%}"),
        ("保存", f"{contract.retention_days} 天"),
    ]
    if form.label_aliases:
        rows.append(("列名别名", "、".join(f"{alias} = {label}" for alias, label in form.label_aliases.items())))
    return _rows(("项目", "内容"), rows)


def _files(contract: Contract) -> str:
    return _rows(
        ("文件", "例", "控制文件", "数据表"),
        [
            (file.id, f"`{file.example}`", "有" if file.control else "无", "、".join(file.tables))
            for file in contract.files
        ],
    )


def _table(table: Table) -> str:
    where = "、".join(f"`{place}`" for place in table.locator)
    lines = [f"## {table.name} {table.title_zh}", f"{table.grain}" + (f" 位置：{where}。" if where else "")]
    key = "、".join(f"`{name}`" for name in table.key)
    checks = [f"主键 {key} 不重复（duplicate_key）"] if key else []
    if table.parent:
        columns = "、".join(f"`{name}`" for name in table.parent.columns)
        checks.append(f"{columns} 在 `{table.parent.parent_table}` 中有所属记录（orphan_child）")
    if table.subject:
        named = "、".join(f"`{name}`" for name in (*table.subject.names, *table.subject.ids))
        checks.append(f"{named} 至少一项不空（no_subject）")
    lines.append("\n".join(f"- {check}" for check in checks))
    titles = ("列", "送达名称", "含义", "类型", "必填", "单位", "代码", "校验", "敏感", "对应", "已知缺陷")
    lines.append(_rows(titles, [_column(column) for column in table.columns]))
    return "\n\n".join(filter(None, lines))


def _column(column: Column) -> tuple[str, ...]:
    kind = f"{column.type}({column.precision},{column.scale})" if column.type == "decimal" else column.type
    return (
        f"`{column.name}`" + ("（主键）" if column.key else ""),
        f"`{column.label}`",
        column.title_zh,
        kind,
        _demand(column),
        column.unit or "",
        _codes(column),
        _check(column),
        PII_ZH[column.pii],
        f"`{column.maps_to}`" if column.maps_to else "",
        "、".join(column.known_faults),
    )


def _demand(column: Column) -> str:
    if column.required_when:
        return f"{column.required_when.column} 为 {'、'.join(column.required_when.values)} 时"
    return "是" if column.required else ""


def _codes(column: Column) -> str:
    codes = column.codes or column.item_codes
    listed = [f"{code} {label} → {value}" for code, (value, label) in codes.items()]
    listed += [f"{alias} = {code}" for alias, code in column.value_aliases.items()]
    if column.mixed:
        listed.append("也可写名称")
    return "；".join(listed)


def _check(column: Column) -> str:
    checks = []
    if column.validator:
        rule = validators()[column.validator]
        checks.append(f"{rule.means}（{rule.code}）")
    elif column.pattern:
        checks.append(f"`{column.pattern}`（bad_checksum）")
    if column.normal_form:
        checks.append("存为统一写法" + ("" if column.from_parent else "（repaired_value）"))
    if column.doubtful:
        checks.append(f"{column.doubtful.means_zh} 单位存疑（doubtful_unit）")
    return "；".join(checks)


def _drift(contract: Contract) -> str:
    rows = [
        (choices()[change].means, decision, decisions_zh()[decision]) for change, decision in contract.drift.items()
    ]
    return _rows(("变动", "决定", "处理"), rows)


def _faults(contract: Contract, golden: Mapping[str, Sequence[str]]) -> str:
    catalogue = faults()
    rows = [
        (fault, catalogue[fault].means, catalogue[fault].do, where, "、".join(golden.get(fault, ())))
        for fault, where in sorted(known_faults(contract).items())
    ]
    return _rows(("缺陷", "含义", "处理", "何处", "示例"), rows)


def _rows(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    lines += ["| " + " | ".join(_shown(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _shown(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("\t", "\\t").replace("\n", " ")
