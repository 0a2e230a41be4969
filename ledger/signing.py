"""What everybody must give who decides something: a reason, and a number to answer by."""

from __future__ import annotations

import re

from core.errors import UsageError
from core.identifiers import check_resident_id

#: An officer's number at the court; a Chinese name is none.
_OFFICER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_LIKE_A_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9X]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_REASON = 1000


def signed(reason: str, officer: str) -> tuple[str, str]:
    """Reason and officer as they are written down. UsageError when one is missing or names a person."""
    return reason_given(reason), officer_number(officer)


def reason_given(reason: str) -> str:
    """The reason as it is written down. UsageError when there is none, or it holds an ID number or what is no
    text."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > _LONGEST_REASON:
        raise UsageError("须写明理由", where="reason", do=f"填写 1 至 {_LONGEST_REASON} 字")
    if _CONTROL.search(reason):
        raise UsageError("理由中有控制字符", where="reason", do="只写文字和标点")
    if any(map(check_resident_id, _LIKE_A_NUMBER.findall(reason.upper()))):
        raise UsageError("理由中不得写公民身份号码", where="reason", do="改写为“证件号码”等说法")
    return reason


def officer_number(officer: str) -> str:
    """The officer's number as it is written down. UsageError when it is none."""
    officer = officer.strip()
    if not _OFFICER.fullmatch(officer) or officer == "model":
        raise UsageError("须写明承办人员编号", where="officer", do="填写工号，由字母、数字组成；不要写姓名")
    return officer
