"""On what ground an officer looks at a debtor: a case of his own, or a reason that the supervisor reads.

法释〔2013〕20号 Art. 7 bars queries outside of enforcement; 个人信息保护法 Art. 6 wants a purpose for each.
"""

from __future__ import annotations

from ledger import assignments, sessions
from ledger.sessions import Purpose, Session
from profiles import query
from web.context import Caller, Context
from web.publications import Reader

_CASES = """
SELECT case_no, judge, case_type, closed_at, balance FROM debtor_case
WHERE debtor_id = $debtor ORDER BY closed_at IS NOT NULL, filed_at DESC, case_no"""


def cases(reader: Reader, debtor_id: str) -> list[query.Row]:
    """The debtor's cases, open ones first; none if there is no such debtor."""
    return query.rows(reader.con, _CASES, debtor_id)


def ground(context: Context, session: Session, reader: Reader, debtor_id: str) -> Purpose | None:
    """What was stated in this session, else a case of the officer's own; None if a reason must be given first."""
    stated = sessions.stated(context.engine, session, debtor_id)
    if stated is not None:
        return stated
    own = own_cases(context, session, cases(reader, debtor_id))
    if not own:
        return None
    purpose = Purpose(debtor_id, own[0], None, unmasked=session.role in context.permissions.numbers_under_own_case)
    sessions.state(context.engine, session, purpose)
    return purpose


def own_cases(context: Context, who: Session | Caller, listed: list[query.Row]) -> list[str]:
    """Those of the cases that name the officer as judge or were given to him."""
    given, name = assignments.cases(context.engine, who.officer), judge_name(who)
    return [case["case_no"] for case in listed if case["case_no"] in given or (name and case["judge"] == name)]


def judge_name(who: Session | Caller) -> str:
    """The name under which cases are the officer's own; empty for who is no judge. Cases tell their judge by name
    alone: of two who bear one name neither has a case by it, and each is given his own (``chakong users assign``)."""
    return who.name if who.role == "judge" and who.sole else ""
