"""Files about a debtor: the draft of a notice for one recommended measure, the report on the inquiry, the profile.

They hold what the page holds: numbers in full only where the page shows them so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core.errors import NotFoundError
from exports import imprint, inquiry_report, letters, notice, pdf, profile_report, word, workbook
from exports.imprint import Imprint
from ledger.sessions import Purpose
from profiles import query
from web.context import Context, context_of, form_of, officer_of
from web.download import attachment
from web.masking import masked
from web.pages.debtor import known_cases
from web.purpose import ground
from web.render import refusal
from web.threads import apart

router = APIRouter()

Profile = Mapping[str, Any]
#: Writes a profile to a path; knows the console for the words of evidence.
Write = Callable[[Context, Profile, Imprint, Path], None]

FILES: dict[str, tuple[str, Write]] = {
    "inquiry.docx": (
        "财产查控反馈",
        lambda _, told, stamp, path: word.write(inquiry_report.document(told, stamp), path),
    ),
    "inquiry.pdf": ("财产查控反馈", lambda _, told, stamp, path: pdf.write(inquiry_report.document(told, stamp), path)),
    "profile.pdf": (
        "财产档案",
        lambda at, told, stamp, path: pdf.write(profile_report.document(told, stamp, at.beyond.sentence), path),
    ),
    "profile.xlsx": ("财产档案", lambda at, told, stamp, path: workbook.write(told, stamp, path, at.beyond.sentence)),
}


@router.post("/debtors/{debtor_id}/files")
@apart
def file(request: Request, debtor_id: str) -> Response:
    """The report on the inquiry or the profile, in the form that is asked for."""
    what = form_of(request).get("file", "")
    if what not in FILES:
        return refusal(request, 404)
    title, write = FILES[what]

    def made(context: Context, told: Profile, stamp: Imprint, path: Path) -> str:
        write(context, told, stamp, path)
        return f"{title}_{debtor_id}_{stamp.business_date:%Y%m%d}{path.suffix}"

    return _handed_out(request, debtor_id, what, made)


@router.post("/debtors/{debtor_id}/notice")
@apart
def draft(request: Request, debtor_id: str) -> Response:
    """The draft of the notice to assist for one target of the debtor."""
    form = form_of(request)
    case_no, rank = form.get("case_no", ""), form.get("rank", "")

    def made(context: Context, told: Profile, stamp: Imprint, path: Path) -> str:
        chosen = [row for row in told["targets"] if (row["case_no"], str(row["rank"])) == (case_no, rank)]
        if not chosen:
            raise NotFoundError("no such target", where=debtor_id, do="look at the profile")
        own = context.settings.export_templates
        template = letters.template(notice.TEMPLATE, Path(own) if own else None)
        letters.write(template, notice.fields(told, chosen[0], stamp), stamp, notice.TITLE, path)
        return f"{notice.TITLE}草稿_{debtor_id}_第{rank}项_{stamp.business_date:%Y%m%d}.docx"

    return _handed_out(request, debtor_id, "notice.docx", made)


def _handed_out(
    request: Request, debtor_id: str, what: str, made: Callable[[Context, Profile, Imprint, Path], str]
) -> Response:
    """What `made` writes, and calls by the name it returns, once the officer's ground is stated; the log says so."""
    context, session = context_of(request), officer_of(request)
    with context.publications.reading() as reader:
        known_cases(reader, debtor_id)
        purpose = ground(context, session, reader, debtor_id)
        if purpose is None:
            return RedirectResponse(f"/debtors/{debtor_id}", status_code=303)
        told = query.profile(reader.con, debtor_id, reader.night)
        stamp = imprint.read(reader.con, context.settings)
    with TemporaryDirectory() as folder:
        path = Path(folder) / what
        name = made(context, told if purpose.unmasked else masked(told), stamp, path)
        content = path.read_bytes()
    _note(request, context, purpose, what)
    return attachment(content, name)


def _note(request: Request, context: Context, purpose: Purpose, what: str) -> None:
    context.note(
        request,
        "export",
        debtor_id=purpose.debtor_id,
        case_no=purpose.case_no,
        reason=purpose.reason,
        subject=f"{what}{'' if purpose.unmasked else ':masked'}",
    )
