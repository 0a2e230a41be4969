"""The draft of one 协助执行通知书: what one target asks one unit to do about one asset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exports.imprint import Imprint
from exports.letters import Fields
from profiles import letters, report_asset_zh, targets_zh, words_zh
from profiles.report_asset_zh import identifier, money

Row = Mapping[str, Any]
TITLE = "协助执行通知书"
TEMPLATE = "notice"


def fields(profile: Row, target: Row, imprint: Imprint) -> dict[str, Any]:
    """The fields of the notice for `target`, a row of the profile's targets."""
    debtor = profile["debtor"]
    asset = next(row for row in profile["assets"] if row["asset_id"] == target["asset_id"])
    case = next(row for row in profile["cases"] if row["case_no"] == target["case_no"])
    waits = target["recommended_measure"].startswith("waiting")
    own_court = case["court_code"] == imprint.court_code
    letter = Fields(imprint)
    letter("court", "法院名称", imprint.court_name if own_court else None)
    letter("doc_no", "本通知书文号", None)
    letter("addressee", "送达单位", _addressee(target, asset))
    letter("case_no", "案号", target["case_no"])
    letter("ruling_no", "裁定书文号", None)
    letter("debtor", "被执行人", debtor["name"])
    letter("id_type", "证件种类", words_zh.say("id_type", debtor["id_type"], ""))
    letter("id_number", "证件号码", debtor["id_number"])
    letter("measure", "措施", words_zh.say("measure", target["recommended_measure"], ""))
    letter("asset_kind", "财产种类", words_zh.say("asset_kind", asset["kind"], ""))
    letter("asset_number", "财产标识号", identifier(asset))
    letter("asset_title", "财产名称", asset["title"])
    letter("asset_location", "坐落或开户网点", asset["location"])
    letter("share", "份额", _share(asset))
    amount = target["amount_to_control"]
    letter("amount", "控制金额", money(amount) if amount is not None else None)
    letter("term", "期限", targets_zh.term(target["max_term"]) if target["max_term"] not in (None, "none") else None)
    if waits:
        letter("period", "起止日期", "轮候期间不写起止日期，自生效时起算")
    else:
        letter("period", "起止日期", None)
    letter("legal_basis", "法律依据", target["legal_basis"])
    letter("judge", "承办法官", case["judge"])
    letter("phone", "联系电话", None)
    letter("date", "签发日期", None)
    rule = letters.rule(TEMPLATE)
    own = [letters.sentence(rule["waiting_caution"])] if waits else []
    letter("refusal", "拒不协助的后果", letters.sentence(rule["refusal"]))
    letter.lists(
        cautions=[
            "送达单位由来源推定，须核对全称和是否有权办理",
            *(target["cautions"] or []),
            *report_asset_zh.cautions(asset),
            *own,
            *letters.cautions(TEMPLATE),
        ],
        reasons=list(target["reasons"] or []),
    )
    return letter.values


def _addressee(target: Row, asset: Row) -> str | None:
    """The bank and branch that hold an account; for all else the kind of authority that the rules name."""
    if asset["source"].startswith("bank_"):
        return f"{words_zh.say('source', asset['source'])}{asset['location'] or ''}"
    named: str | None = target["addressee"]
    return named


def _share(asset: Row) -> str | None:
    ownership = words_zh.say("ownership", asset["ownership"])
    if asset["ownership"] in ("sole", "joint"):
        return ownership
    return None if asset["share"] is None else f"{ownership} {asset['share']:.2%}"
