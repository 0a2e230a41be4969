"""Deciding on a debtor's links, by the rules of ``chakong verdict``: into the ledger, for the next night."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from core.errors import ConflictError, NotFoundError
from ledger import deciding, standing, verdicts
from ledger.deciding import Proposal
from profiles import query, stakes
from web.api.answers import DebtorId, answered
from web.api.ground import about, asking
from web.api.paging import Asked, Cut, page_of
from web.api.problems import Route
from web.context import Context
from web.publications import Reader

router = APIRouter(prefix="/api/v1/debtors/{debtor_id}/verdicts", route_class=Route)
_SHOWN = "SELECT link_id, basis_digest, verdict FROM link WHERE debtor_id = $debtor"

#: Control characters are refused here already, so that the description of the API says so.
Reason = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=1000, pattern=r"^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\xa0\s][^\x00-\x1f\x7f-\x9f]*$"
    ),
    Field(description="理由；不要写姓名，不得写证件号码"),
]


class Decision(BaseModel):
    """对一条关联的认定。"""

    model_config = ConfigDict(extra="forbid")

    link_id: Annotated[str, Field(pattern="^L[0-9a-f]{24}$", description="关联标识，见 links")]
    basis_digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="认定所依据的，照 links 所示填写")]
    seen: Annotated[
        str | None,
        Field(
            pattern="^(V[0-9a-f]{24})?$",
            description="所见的现有认定的编号，没有的写空文本；此后已有他人认定的答复 409。不写则不核对",
        ),
    ] = None
    answer: verdicts.Answer = Field(description="same 属于该被执行人，different 不属于，unsure 暂不能认定")
    reason: Reason


class Withdrawal(BaseModel):
    """撤回一条认定。"""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class Verdict(BaseModel):
    """一条认定或撤回"""

    verdict_id: str = Field(description="认定编号；等待复核的为提议编号")
    link_id: str = Field(description="关联标识")
    source: str = Field(description="来源")
    table_name: str = Field(description="数据表")
    verdict: Literal["same", "different", "unsure", "withdrawn"] = Field(description="认定；withdrawn 为撤回")
    reason: str = Field(description="理由")
    officer: str = Field(description="承办人员工号")
    decided_at: str = Field(description="时间")
    withdraws: str | None = Field(description="所撤回的认定编号；不是撤回的为空")
    state: standing.State | Literal["proposed"] = Field(
        description="现状：new 下一次夜间对账起生效，holds 有效，lapsed 已失效，gone 关联已不在档案库，"
        "replaced 已被取代，withdrawn 已撤回，withdrawal 本身是撤回，proposed 等待另一名人员复核"
    )


VerdictPage = page_of(Verdict)


@router.get("", response_model=VerdictPage, summary="认定及其现状")
def list_verdicts(request: Request, debtor_id: DebtorId, asked: Annotated[Asked, Query()]) -> Response:
    """按作出的先后，含撤回；等待复核的提议在后。"""
    context, _ = asking(request)
    with context.publications.reading() as reader:
        ground = about(request, reader, debtor_id)
        cut = Cut.at(context, reader, ("verdicts", debtor_id), asked)
        rows = [told.model_dump() for told in cut.cut(_history(context, reader, debtor_id))]
        ground.note(request, "verdicts")
        return answered(request, reader, cut.page(VerdictPage, rows))


@router.post(
    "",
    status_code=201,
    response_model=Verdict,
    responses={202: {"model": Verdict}},
    summary="认定一条关联",
)
def give_verdict(request: Request, debtor_id: DebtorId, decision: Decision) -> Response:
    """下一次夜间对账起生效。须两人认定的答复 202，由另一名人员在网页上复核后生效。关联在此期间有变化的答复 409。"""
    context, caller = asking(request)
    with context.publications.reading() as reader:
        ground = about(request, reader, debtor_id)
        found = stakes.of_link(reader.con, decision.link_id)
        if found.link["debtor_id"] != debtor_id:
            raise NotFoundError("该被执行人没有这条关联", do="重新读取 links")
        if found.link["basis_digest"] != decision.basis_digest:
            raise ConflictError("关联所依据的信息已有变化", do="重新读取 links，核对后再认定")
        given = deciding.decide(
            context.engine,
            verdicts.Subject(**found.subject(context.settings.id_key)),
            decision.answer,
            reason=decision.reason,
            officer=caller.officer,
            amount=found.amount,
            limit=context.settings.second_officer_from,
            seen=decision.seen,
        )
        if isinstance(given, Proposal):
            ground.note(request, "propose", subject=f"{given.proposal_id}:{decision.link_id}")
            return answered(request, reader, _proposed(given), 202)
        ground.note(request, "verdict", subject=f"{given.verdict_id}:{decision.link_id}:{given.verdict}")
        return answered(request, reader, _one(context, reader, debtor_id, given.verdict_id), 201)


@router.post("/{verdict_id}/withdrawal", status_code=201, response_model=Verdict, summary="撤回一条认定")
def withdraw_verdict(
    request: Request,
    debtor_id: DebtorId,
    verdict_id: Annotated[str, Path(pattern="^V[0-9a-f]{24}$", description="认定编号")],
    withdrawal: Withdrawal,
) -> Response:
    """恢复为此前的认定；没有的，恢复为模型的判断。此前已经撤回的，答复 409。"""
    context, caller = asking(request)
    with context.publications.reading() as reader:
        ground = about(request, reader, debtor_id)
        _one(context, reader, debtor_id, verdict_id)
        given = verdicts.withdraw(context.engine, verdict_id, reason=withdrawal.reason, officer=caller.officer)
        ground.note(request, "withdraw", subject=f"{given.verdict_id}:{given.subject.link_id}")
        return answered(request, reader, _one(context, reader, debtor_id, given.verdict_id), 201)


def _one(context: Context, reader: Reader, debtor_id: str, verdict_id: str) -> Verdict:
    """NotFoundError if it is none of the debtor's."""
    for told in _history(context, reader, debtor_id):
        if told.verdict_id == verdict_id:
            return told
    raise NotFoundError("没有对该被执行人的这条认定", do="重新读取 verdicts")


def _history(context: Context, reader: Reader, debtor_id: str) -> list[Verdict]:
    told = verdicts.history(context.engine, debtor_id=debtor_id)
    stand = {verdict.verdict_id for verdict in verdicts.standing(context.engine)}
    links = {
        row["link_id"]: standing.Shown(row["basis_digest"], row["verdict"])
        for row in query.rows(reader.con, _SHOWN, debtor_id)
    }
    proposed = [_proposed(one) for one in deciding.waiting(context.engine) if one.subject.debtor_id == debtor_id]
    return [
        *(_told(one, state) for one, state in zip(told, standing.states(told, stand, links), strict=True)),
        *proposed,
    ]


def _told(verdict: verdicts.Verdict, state: standing.State) -> Verdict:
    told = {name: getattr(verdict, name) for name in ("verdict_id", "verdict", "withdraws")}
    return Verdict.model_validate({**_signed(verdict), **told, "state": state})


def _proposed(proposal: Proposal) -> Verdict:
    told = {"verdict_id": proposal.proposal_id, "verdict": "same", "withdraws": None, "state": "proposed"}
    return Verdict.model_validate({**_signed(proposal), **told})


def _signed(told: verdicts.Verdict | Proposal) -> dict[str, str]:
    return {
        "link_id": told.subject.link_id,
        "source": told.subject.source,
        "table_name": told.subject.table_name,
        "reason": told.reason,
        "officer": told.officer,
        "decided_at": told.decided_at.isoformat(),
    }
