"""What the night found, in Chinese for the operator and as plain data for machines: ids and counts, never a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from core.clock import now
from data_contracts.calendar import calendar_warning

OUTCOMES_ZH = {"loaded": "已接收", "unchanged": "无新件", "missing": "缺件", "stale": "缺件且过期", "rejected": "退件"}
MODES_ZH = {"full": "全量", "delta": "增量", "reply": "答复"}
SEVERITIES_ZH = {"urgent": "紧急", "high": "重要", "normal": "一般"}
WEEKDAYS_ZH = "一二三四五六日"

ALERTS_ZH = {
    "transfer_in_progress": "正在办理转移",
    "cancellation_in_progress": "正在办理注销",
    "approval_in_progress": "正在办理审批",
    "seizure_expiring": "查封即将到期",
    "seizure_lapsed": "查封已到期失效",
    "seizure_excess": "控制数额可能超标的",
    "asset_found": "新发现财产",
    "asset_found_after_closing": "终本后发现财产",
    "declared_not_found": "申报而未查到",
    "found_not_declared": "查到而未申报",
    "possible_disposal": "疑似处分财产",
    "insolvency_signal": "资不抵债线索",
    "debtor_deceased": "被执行人死亡",
    "requery_due": "应当重新查询",
    "review_waiting": "待人工核实",
    "source_missing": "来源缺件",
    "no_reply": "逾期未答复",
}
CHANGES_ZH = {
    "asset_found": "发现财产",
    "asset_gone": "财产不再登记",
    "value_changed": "价值变动",
    "owner_share_changed": "份额变动",
    "encumbrance_added": "新增权利负担",
    "encumbrance_removed": "权利负担消灭",
    "seizure_added": "新增查封冻结",
    "seizure_released": "解除查封冻结",
    "seizure_expired": "查封冻结到期",
    "application_accepted": "新受理登记",
    "application_registered": "登记办结",
    "party_changed": "身份信息变化",
    "case_opened": "新增案件",
    "case_closed": "案件结案",
    "link_confirmed": "关联已确认",
    "link_withdrawn": "关联已撤销",
}


@dataclass(frozen=True)
class NightSummary:
    """One night. `outcomes`: one record per source as intake files it; `published`: what `steps.publish` returns;
    `unsent`: addressee -> why its inquiry list still waits; `unconnected`: sources that the site has switched off;
    `notes`: what else the operator should know; `unkept`: why the history does not hold the night."""

    business_date: date
    started_at: datetime
    finished_at: datetime
    outcomes: tuple[Mapping[str, Any], ...]
    published: Mapping[str, Any]
    unsent: Mapping[str, str] = field(default_factory=dict)
    unconnected: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unkept: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        business_date: date,
        outcomes: Iterable[Mapping[str, Any]],
        published: Mapping[str, Any],
        started: datetime,
        *,
        unsent: Mapping[str, str],
        unconnected: Iterable[str],
        notes: Iterable[str] = (),
        unkept: Iterable[str] = (),
    ) -> NightSummary:
        """Close the night at this moment."""
        return cls(
            business_date, started, now(), tuple(outcomes), published, unsent,
            tuple(unconnected), tuple(notes), tuple(unkept),
        )  # fmt: skip

    @property
    def must_look(self) -> bool:
        """A source is missing, stale, rejected or refuses us, more rows than tolerated were quarantined, an inquiry
        list could not be sent, or the night is not in the history: exit code 1."""
        return bool(self.unsent) or bool(self.unkept) or any(outcome["needs_operator"] for outcome in self.outcomes)

    @property
    def nothing_changed(self) -> bool:
        """Nothing new came and the published database stands as it was."""
        return not self.published["rebuilt"]

    @property
    def warnings(self) -> list[str]:
        """What the operator should know and need not act on tonight: sources that are switched off, a year without a
        list of holidays, Data Docs that could not be built."""
        off = [f"未接通（chakong.toml 中 mode = off）：{'、'.join(self.unconnected)}"] if self.unconnected else []
        calendar = calendar_warning(self.business_date)
        return [f"注意：{warning}" for warning in [*off, *([calendar] if calendar else []), *self.notes]]

    def as_dict(self) -> dict[str, Any]:
        """Plain data: dates as ISO text when dumped."""
        return {
            "business_date": self.business_date.isoformat(),
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
            "must_look": self.must_look,
            "nothing_changed": self.nothing_changed,
            "warnings": self.warnings,
            "unsent": dict(self.unsent),
            "unkept": list(self.unkept),
            "unconnected": list(self.unconnected),
            "sources": [dict(outcome) for outcome in self.outcomes],
            "published": dict(self.published),
        }

    def source_rows(self) -> list[dict[str, Any]]:
        """One row per source for tables on screen and in the Prefect UI."""
        return [
            {
                "来源": outcome["source"],
                "结果": OUTCOMES_ZH[outcome["outcome"]],
                "方式": MODES_ZH.get(outcome["mode"] or "", ""),
                "到件": outcome["rows_delivered"],
                "接收": outcome["rows_accepted"],
                "隔离": outcome["rows_quarantined"],
                "数据时点": (outcome["data_as_of"] or "")[:16].replace("T", " "),
            }
            for outcome in self.outcomes
        ]

    def count_rows(self) -> list[dict[str, Any]]:
        """Counts after publishing: one row per measure."""
        counts: Mapping[str, Any] = self.published["counts"]
        return [{"项目": name, "数量": value} for name, value in counts.items()]

    def text_zh(self) -> str:
        """The night as the operator reads it at 02:35."""
        weekday = WEEKDAYS_ZH[self.business_date.weekday()]
        seconds = (self.finished_at - self.started_at).total_seconds()
        parts = [
            f"查控夜间对账　业务日期 {self.business_date}（星期{weekday}）　用时 {seconds:.0f} 秒",
            _table(self.source_rows()),
            *self._findings(),
            *self._problems(),
            *self.warnings,
        ]
        return "\n".join(parts)

    def _findings(self) -> list[str]:
        counts: Mapping[str, Any] = self.published["counts"]
        if self.nothing_changed:
            return ["与本夜上一次运行相比：没有变化，已发布的档案保持不变。"]
        lines = [f"{name}：{_amount(value)}" for name, value in counts.items()]
        findings = ["已发布　" + "　".join(lines)]
        if self.published["is_baseline"]:
            findings.append("与前一夜相比：首次运行，以本夜为基线。")
        else:
            findings.append("与前一夜相比：" + (_listing(self.published["changes"], CHANGES_ZH) or "没有变化"))
        for severity, kinds in self.published["alerts"].items():
            findings.append(f"预警（{SEVERITIES_ZH[severity]}）：{_listing(kinds, ALERTS_ZH)}")
        return findings

    def _problems(self) -> list[str]:
        troubled = [outcome for outcome in self.outcomes if outcome["needs_operator"]]
        lines = [f"  {outcome['source']}：{outcome['message']}" for outcome in troubled]
        lines += [f"  {source}：查询名单未送达，{why}" for source, why in self.unsent.items()]
        lines += [f"  {trouble}" for trouble in self.unkept]
        return ["需要处理：", *lines] if lines else ["各来源无需人工处理。"]


def _listing(counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    return "，".join(f"{words.get(kind, kind)} {count:,}" for kind, count in counts.items())


def _amount(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _table(rows: list[dict[str, Any]]) -> str:
    from core.terminal import aligned

    titles = list(rows[0])
    numbers = frozenset(titles.index(title) for title in ("到件", "接收", "隔离"))
    return aligned([titles, *([_cell(row[title]) for title in titles] for row in rows)], right=numbers)


def _cell(value: Any) -> str:
    return "" if value is None else _amount(value)
