"""Logging in at the court's own identity provider (OpenID Connect Core 1.0, authorization code with PKCE).

The provider says who somebody is; the ledger says whether he has an account here and what he may do. What the provider
sends is believed when its ID token is signed by a key that it publishes, made for us, and answers the question that
was asked (RFC 7636, OpenID Connect Core 3.1.3.7).
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import httpx
import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core.errors import ChakongError, SettingsError
from core.settings import Settings

#: Where the provider sends the browser back to.
BACK = "/login/oidc/back"
#: Seconds that somebody may take at the provider's pages.
PATIENCE = 600
#: Attempts under way; the oldest is forgotten for a new one.
_MOST = 1_000
_SECONDS = 10
#: Never `none`, and no secret shared with the provider: only keys that it publishes.
_SIGNED_BY = ["RS256", "PS256", "ES256", "EdDSA"]


class IdentityError(ChakongError):
    """The provider did not say who it is: refused, not reachable, or an answer that is not to be believed."""


@dataclass(frozen=True)
class Attempt:
    """One way to the provider and back: what its answer must bring again."""

    state: str
    nonce: str
    verifier: str
    begun: float


class Provider:
    """The site's identity provider, and who is on the way to it."""

    def __init__(self, settings: Settings) -> None:
        """Reads the client's secret. SettingsError if something of the configuration is missing."""
        self._issuer = (settings.oidc_issuer or "").rstrip("/")
        self._client = _given(settings.oidc_client_id, "oidc_client_id")
        self._address = _given(settings.oidc_address, "oidc_address").rstrip("/")
        self._claim = settings.oidc_claim
        self._secret = _secret(_given(settings.oidc_secret_file, "oidc_secret_file"))
        self._attempts: OrderedDict[str, Attempt] = OrderedDict()
        self._lock = Lock()

    def begin(self) -> tuple[str, str]:
        """The provider's address for a browser, and the token by which the browser is known when it is back.

        Raises IdentityError when the provider cannot be reached.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        attempt = Attempt(state, nonce, verifier, time.monotonic())
        with self._session() as session:
            address, _ = session.create_authorization_url(
                self._published["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._attempts[token] = attempt
            while len(self._attempts) > _MOST:
                self._attempts.popitem(last=False)
        return str(address), token

    def officer(self, token: str, state: str, code: str) -> str:
        """The officer's number that the provider vouches for. An attempt counts once. Raises IdentityError."""
        with self._lock:
            attempt = self._attempts.pop(token, None)
        if attempt is None or time.monotonic() - attempt.begun > PATIENCE:
            raise IdentityError("登录已超时，或不是由本页开始", do="重新登录")
        if not secrets.compare_digest(state.encode(), attempt.state.encode()) or not code:
            raise IdentityError("认证平台的答复与请求不符", do="重新登录")
        claims = self._believed(self._token(code, attempt), attempt)
        officer = claims.get(self._claim)
        if not isinstance(officer, str) or not officer:
            raise IdentityError("认证平台没有给出工号", where=self._claim, do="请管理员核对 oidc_claim")
        return officer

    def _token(self, code: str, attempt: Attempt) -> str:
        try:
            with self._session() as session:
                answer = session.fetch_token(
                    self._published["token_endpoint"], code=code, code_verifier=attempt.verifier, timeout=_SECONDS
                )
        except (AuthlibBaseError, requests.RequestException, ValueError) as error:
            raise IdentityError(f"认证平台未确认登录：{type(error).__name__}", do="重新登录") from None
        return str(answer.get("id_token", ""))

    def _believed(self, token: str, attempt: Attempt) -> dict[str, Any]:
        """The claims of an ID token that is signed, ours, fresh, and the answer to this attempt."""
        asked = jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": self._published["issuer"]},
            aud={"essential": True, "value": self._client},
            exp={"essential": True},
            nonce={"essential": True, "value": attempt.nonce},
        )
        try:
            keys = KeySet.import_key_set(self._asked(self._published["jwks_uri"]))
            decoded = jwt.decode(token, keys, algorithms=_SIGNED_BY)
            asked.validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise IdentityError(f"认证平台的令牌不可信：{type(error).__name__}", do="请管理员查看") from None
        claims: dict[str, Any] = decoded.claims
        return claims

    @cached_property
    def _published(self) -> dict[str, Any]:
        """What the provider says of itself. Its issuer must be the one configured."""
        found: dict[str, Any] = self._asked(f"{self._issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self._issuer:
            raise IdentityError("认证平台自称的 issuer 与设置不符", where="oidc_issuer", do="请管理员核对设置")
        return found

    def _asked(self, address: str) -> Any:
        try:
            return httpx.get(address, timeout=_SECONDS).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise IdentityError(f"认证平台不可用：{type(error).__name__}", do="稍后再试，或用口令登录") from None

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self._client,
            self._secret,
            redirect_uri=f"{self._address}{BACK}",
            scope="openid profile",
            code_challenge_method="S256",
        )


def provider(settings: Settings) -> Provider | None:
    """The site's provider; None when it has none. SettingsError if it is half configured, or nobody could log in."""
    if settings.oidc_issuer:
        return Provider(settings)
    if not settings.console_passwords:
        raise SettingsError("nobody could log in", where="console_passwords", do="configure oidc_issuer, or allow them")
    return None


def _given(value: str | None, name: str) -> str:
    if not value:
        raise SettingsError("the identity provider is half configured", where=name, do="set it beside oidc_issuer")
    return value


def _secret(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        raise SettingsError("the client's secret cannot be read", where="oidc_secret_file", do="correct it") from None
