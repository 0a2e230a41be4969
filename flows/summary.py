"""What the night found, in Chinese for the operator and as plain data for machines: ids and counts, never a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from core.clock import now
from data_contracts.calendar import calendar_warning
from profiles.words_zh import say, words

WEEKDAYS_ZH = "一二三四五六日"

#: What matching left out, see matching.LinkReport.
LEFT_OUT_ZH = {
    "leads_beyond_limit": "线索过多而未列（条）",
    "pairs_not_compared": "姓名过于常见且无其他相符事项而未予比对（对，按最近一次全量比对）",
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
                "结果": say("outcome", outcome["outcome"]),
                "方式": say("mode", outcome["mode"], ""),
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
            findings.append("与前一夜相比：" + (_listing(self.published["changes"], words("change")) or "没有变化"))
        for severity, kinds in self.published["alerts"].items():
            findings.append(f"预警（{say('severity', severity)}）：{_listing(kinds, words('alert'))}")
        left_out = {name: count for name, count in self.published["left_out"].items() if count}
        if left_out:
            findings.append("匹配未列：" + _listing(left_out, LEFT_OUT_ZH))
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
