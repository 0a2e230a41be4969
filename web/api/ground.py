"""On what ground a system looks at a debtor: the case that it states must be the officer's own, or it states a reason.
Whether it sees numbers in full is asked here too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from core.duck import sql
from core.errors import RefusedError
from ledger import assignments
from profiles import query
from web.api.paging import Asked
from web.context import Caller, Context, caller_of, context_of
from web.masking import masked
from web.pages.debtor import known_cases
from web.publications import Reader
from web.purpose import judge_name, own_cases
from web.search import typed


class Numbers(StrEnum):
    """How numbers of persons, accounts and telephones are shown."""

    MASKED = "masked"
    FULL = "full"


class Shown(BaseModel):
    """How much of them is wanted."""

    model_config = ConfigDict(extra="forbid")

    numbers: Annotated[
        Numbers,
        Field(
            description="证件号码、账号、电话：masked 隐去中间各位，full 完整显示（须有权限范围 numbers，另记审计日志）"
        ),
    ] = Numbers.MASKED


class ShownPage(Asked, Shown):
    """Which page of a list, and how much of the numbers in it."""


NUMBERS_SCOPE = "numbers"


def asking(request: Request) -> tuple[Context, Caller]:
    """The console, and who asks behind the gate."""
    caller = caller_of(request)
    if caller is None:
        raise LookupError("no caller behind the gate")
    return context_of(request), caller


@dataclass(frozen=True)
class Ground:
    """Why somebody looks: at a debtor (None for a list over several), under a case, as published, or for a reason."""

    debtor_id: str | None
    case_no: str | None
    reason: str | None

    def note(self, request: Request, action: str, subject: str | None = None, concerned: Iterable[str] = ()) -> None:
        """Write into the audit log what was done on this ground; `concerned`: debtors whom a list shows."""
        context_of(request).note(request, action, subject=subject, concerned=concerned, **vars(self))


def about(request: Request, reader: Reader, debtor_id: str) -> Ground:
    """On what ground the debtor is looked at. NotFoundError if nobody of that id is published, RefusedError if the
    case that is stated is not one of both the debtor's and the officer's."""
    context, caller = asking(request)
    listed = known_cases(reader, debtor_id)
    if caller.case_no is None:
        return Ground(debtor_id, None, caller.reason)
    return Ground(debtor_id, _meant(request, own_cases(context, caller, listed), debtor_id), None)


def own(request: Request, reader: Reader) -> tuple[list[str], Ground]:
    """The officer's own cases; only the one that is stated. RefusedError if that is none of them."""
    context, caller = asking(request)
    given = list(assignments.cases(context.engine, caller.officer))
    rows = query.rows(reader.con, sql("web.api.sql", "cases"), name=judge_name(caller), given=given)
    mine = list(dict.fromkeys(own_cases(context, caller, rows)))
    if caller.case_no is None:
        return mine, Ground(None, None, caller.reason)
    found = _meant(request, mine)
    return [found], Ground(None, found, None)


def disclosed(request: Request, plain: Any, numbers: Numbers, ground: Ground) -> Any:
    """The same data with numbers masked, or in full if that was asked for, which is noted. RefusedError if the key or
    the officer's role does not allow it."""
    if numbers is Numbers.MASKED:
        return masked(plain)
    context, caller = asking(request)
    table = context.permissions
    allowed = table.numbers_on_request | (table.numbers_under_own_case if ground.case_no else frozenset())
    if NUMBERS_SCOPE not in caller.key.scopes or caller.role not in allowed:
        context.note(request, "refused", outcome="refused", debtor_id=ground.debtor_id, subject=NUMBERS_SCOPE)
        raise RefusedError("密钥的权限范围或人员的角色不允许显示完整号码", do="改用 numbers=masked")
    ground.note(request, "numbers")
    return plain


def _meant(request: Request, own_ones: list[str], debtor_id: str | None = None) -> str:
    """Which of the officer's own cases is stated, however its brackets are written."""
    context, caller = asking(request)
    wanted = typed.case_key(caller.case_no or "")
    for case_no in own_ones:
        if typed.case_key(case_no) == wanted:
            return case_no
    context.note(request, "refused", outcome="refused", debtor_id=debtor_id)
    raise RefusedError("所写案件不是该被执行人的案件，或不由所称人员承办", do="核对案号，或写明事由")
