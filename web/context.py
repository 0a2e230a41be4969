"""What every page needs: settings, the publication, the ledger, the permissions, and writing into the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address

import sqlalchemy as sa
from starlette.requests import Request

from core.settings import Settings
from core.store import Store
from ledger import audit
from ledger.api_keys import ApiKey
from ledger.audit import Act
from ledger.sessions import Session
from web.api.rate import Rate
from web.api.strangers import Strangers
from web.beyond import Beyond
from web.identity import Provider
from web.permissions import API, Permissions
from web.publications import Publications
from web.search.recent import Recent

COOKIE = "chakong"


@dataclass(frozen=True)
class Caller:
    """A system that asks over the API for an officer: for whom, and why. One of `case_no` and `reason` is stated.
    `sole`: no other of the officer's role bears the name."""

    key: ApiKey
    officer: str
    name: str
    role: str
    sole: bool
    case_no: str | None
    reason: str | None


@dataclass(frozen=True)
class Context:
    """One running console. `audit_key` chains the log; `recent` holds what officers searched, in memory alone;
    `provider` is the court's identity provider, if it has one; `strangers` tried the API without a key, `hasty` ones
    with it more often than `rate` allows."""

    settings: Settings
    store: Store
    engine: sa.Engine
    audit_key: bytes
    publications: Publications
    permissions: Permissions
    recent: Recent
    beyond: Beyond
    rate: Rate
    provider: Provider | None = None
    strangers: Strangers = field(default_factory=Strangers)
    hasty: Strangers = field(default_factory=Strangers)

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
        concerned: Iterable[str] = (),
    ) -> None:
        """Write into the audit log what the officer of this request does; `concerned`: debtors whom a list shows."""
        who, caller = session_of(request) or caller_of(request), caller_of(request)
        act = Act(
            action,
            officer=who.officer if who else None,
            role=who.role if who else None,
            outcome=outcome,
            debtor_id=debtor_id,
            case_no=case_no,
            subject=subject,
            reason=reason,
            address=address_of(request),
            key_id=caller.key.key_id if caller else None,
        )
        audit.append(self.engine, self.audit_key, act, concerned=frozenset(concerned))
        request.scope.setdefault("chakong.noted", []).append(action)

    def words_digest(self, words: str) -> str:
        """What stands in the audit log for the words of a search."""
        return audit.words_digest(self.audit_key, " ".join(words.split()))


def context_of(request: Request) -> Context:
    """The console that serves the request."""
    context: Context = request.app.state.context
    return context


def is_api(request: Request) -> bool:
    """Whether the request asks the API: a key opens it then, and no session."""
    return bool(request.scope["path"].startswith(API))


def session_of(request: Request) -> Session | None:
    """Who sends the request; None before logging in."""
    session: Session | None = request.scope.get("chakong.session")
    return session


def caller_of(request: Request) -> Caller | None:
    """Which system sends the request, and for whom; None on pages."""
    caller: Caller | None = request.scope.get("chakong.caller")
    return caller


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


def whole_number(text: str, most: int) -> int | None:
    """A number from 1 to `most` that came in an address or a form; None for anything else, however long."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return None
    return number if 1 <= (number := int(text)) <= most else None


def address_of(request: Request) -> str:
    """The client's address, as the server below saw it or a proxy told it; empty if that is none."""
    told = request.client.host if request.client else ""
    try:
        return str(ip_address(told))
    except ValueError:
        return ""
