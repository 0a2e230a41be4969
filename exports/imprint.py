"""What stands on every exported file: whose it is, of which night and run, and that it is a list of clues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from core.errors import NotFoundError
from core.settings import Settings
from profiles import query, words_zh

CLUE_ZH = "本文件为财产线索清单，不是裁定，也不是执行依据；采取措施前，由承办法官核实并依法作出裁定。"

#: A source whose night or whose answer leaves a hole in what a file can say.
NOT_DELIVERED = ("missing", "stale", "rejected")
NOT_ANSWERED = ("no_reply", "error", "partial")


@dataclass(frozen=True)
class Imprint:
    """One published night. `published_at`: when its run ended, which also dates the file: the same database, the same
    bytes. `not_delivered`: sources that still owed that night's delivery, in words."""

    court_name: str
    court_code: str
    classification: str
    business_date: date
    run_id: str
    code_version: str
    published_at: datetime
    not_delivered: tuple[str, ...]

    @property
    def night_zh(self) -> str:
        """Business date, run and version in one line."""
        return f"业务日期 {self.business_date}　运行 {self.run_id}　程序 {self.code_version}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "court_name": self.court_name,
            "court_code": self.court_code,
            "classification": self.classification,
            "business_date": self.business_date.isoformat(),
            "run_id": self.run_id,
            "code_version": self.code_version,
            "published_at": self.published_at.isoformat(),
            "not_delivered": list(self.not_delivered),
            "notice": CLUE_ZH,
        }


def read(con: duckdb.DuckDBPyConnection, settings: Settings) -> Imprint:
    """The imprint of the night that `con` shows. NotFoundError where no run has been published."""
    runs = query.rows(con, "SELECT * FROM run ORDER BY started_at DESC, run_id DESC LIMIT 1")
    if not runs:
        raise NotFoundError("档案库中没有运行记录", do="先运行一次夜间对账")
    run = runs[0]
    return Imprint(
        court_name=settings.court_name,
        court_code=settings.court_code,
        classification=settings.export_classification,
        business_date=date.fromisoformat(run["run_date"]),
        run_id=run["run_id"],
        code_version=run["code_version"] or "不明",
        published_at=datetime.fromisoformat(run["finished_at"] or run["started_at"]).replace(microsecond=0),
        not_delivered=tuple(
            f"{words_zh.say('source', row['source'])}（{words_zh.say('outcome', row['outcome'])}）"
            for row in query.rows(con, query.LATEST_STATUS)
            if row["outcome"] in NOT_DELIVERED
        ),
    )


def unanswered(profile: Mapping[str, Any], imprint: Imprint) -> str:
    """The sources that did not deliver that night or did not fully answer about this debtor; 无 if all did."""
    silent = [
        f"{words_zh.say('source', row['source'])}（{words_zh.say('reply', row['result'])}）"
        for row in profile["replies"]
        if row["result"] in NOT_ANSWERED
    ]
    return "、".join([*imprint.not_delivered, *silent]) or "无"
