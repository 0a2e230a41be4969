"""The draft of a 司法建议书 to a unit that was asked about the debtors of a case and has not fully answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import data_contracts
from exports.imprint import Imprint
from exports.letters import Fields
from profiles import letters, words_zh
from profiles.report_context_zh import moment

Row = Mapping[str, Any]
TITLE = "司法建议书"
TEMPLATE = "suggestion"


def owing(profiles: Sequence[Row]) -> list[str]:
    """The sources that still owe an answer about one of these debtors, in the order of words_zh.yaml."""
    results = letters.rule(TEMPLATE)["results"]
    found = {reply["source"] for profile in profiles for reply in profile["replies"] if reply["result"] in results}
    return [source for source in words_zh.words("source") if source in found]


def fields(profiles: Sequence[Row], case_no: str, source: str, imprint: Imprint) -> dict[str, Any]:
    """The fields of the letter to `source` about the debtors of `case_no`. The debtors are counted, not named:
    the letter is about what the unit did, and may go to its superior."""
    results = letters.rule(TEMPLATE)["results"]
    replies = [
        reply
        for profile in profiles
        for reply in profile["replies"]
        if reply["source"] == source and reply["result"] in results
    ]
    case = next(row for profile in profiles for row in profile["cases"] if row["case_no"] == case_no)
    asked = sorted(reply["asked_at"] for reply in replies if reply["asked_at"])
    letter = Fields(imprint)
    letter("court", "法院名称", imprint.court_name if case["court_code"] == imprint.court_code else None)
    letter("doc_no", "本建议书文号", None)
    letter("addressee", "致送单位", data_contracts.load(source).agency_now_zh)
    letter("case_no", "案号", case_no)
    letter("debtors", "被执行人人数", str(len(replies)) if replies else None)
    letter("asked_at", "最早的查询时间", moment(asked[0]) if asked else None)
    letter("days", "已过天数", _days(asked[0], imprint.business_date) if asked else None)
    states = sorted({words_zh.say("reply", reply["result"]) for reply in replies})
    letter("state", "反馈情况", "、".join(states))
    letter("legal_basis", "法律依据", letters.legal_zh(TEMPLATE))
    letter("problem", "查明的其他情况", None)
    letter("judge", "承办法官", case["judge"])
    letter("phone", "联系电话", None)
    letter("date", "签发日期", None)
    letter.lists(cautions=letters.cautions(TEMPLATE))
    return letter.values


def _days(asked_at: str, today: date) -> str:
    return str((today - date.fromisoformat(asked_at[:10])).days)
