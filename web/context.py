"""What every page needs: settings, the publication, the ledger, the permissions, and writing into the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from starlette.requests import Request

from core.settings import Settings
from core.store import Store
from ledger import audit
from ledger.audit import Act
from ledger.sessions import Session
from web.beyond import Beyond
from web.identity import Provider
from web.permissions import Permissions
from web.publications import Publications
from web.search.recent import Recent

COOKIE = "chakong"


@dataclass(frozen=True)
class Context:
    """One running console. `audit_key` chains the log; `recent` holds what officers searched, in memory alone;
    `provider` is the court's identity provider, if it has one."""

    settings: Settings
    store: Store
    engine: sa.Engine
    audit_key: bytes
    publications: Publications
    permissions: Permissions
    recent: Recent
    beyond: Beyond
    provider: Provider | None = None

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.settings.console_idle_minutes)

    @property
    def behind_tls(self) -> bool:
        return self.settings.console_proxy is not None

    def note(
        self,
        request: Request,
        action: str,
        *,
        outcome: str = "done",
        debtor_id: str | None = None,
        case_no: str | None = None,
        subject: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Write into the audit log what the officer of this request does."""
        session = session_of(request)
        act = Act(
            action,
            officer=session.officer if session else None,
            role=session.role if session else None,
            outcome=outcome,
            debtor_id=debtor_id,
            case_no=case_no,
            subject=subject,
            reason=reason,
            address=address_of(request),
        )
        audit.append(self.engine, self.audit_key, act)

    def words_digest(self, words: str) -> str:
        """What stands in the audit log for the words of a search."""
        return audit.words_digest(self.audit_key, " ".join(words.split()))


def context_of(request: Request) -> Context:
    """The console that serves the request."""
    context: Context = request.app.state.context
    return context


def session_of(request: Request) -> Session | None:
    """Who sends the request; None before logging in."""
    session: Session | None = request.scope.get("chakong.session")
    return session


def officer_of(request: Request) -> Session:
    """Who sends a request that the gate lets nobody unknown send."""
    session = session_of(request)
    if session is None:
        raise LookupError("no session behind the gate")
    return session


def form_of(request: Request) -> dict[str, str]:
    """The fields of a form; the gate has read them and checked its token."""
    form: dict[str, str] = request.scope.get("chakong.form", {})
    return form


def address_of(request: Request) -> str:
    """The client's address, as the server below saw it."""
    return request.client.host if request.client else ""
