"""One request of the signed API and its answer: signed, paced, verified, and every refusal told from the others."""

from __future__ import annotations

import json
import ssl
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from connectors.site import SourceSite
from connectors.transport.api.signature import is_signed, signature
from connectors.transport.guard import Guard
from connectors.transport.https import retry_after, unproven
from core.errors import SenderError, SettingsError, TransientError

#: A page holds at most 200 items; this is more than a hundred times what they need.
LARGEST_BODY = 64 << 20
#: Requests in one second: with more the agency answers 429.
PACE = 5

EXPIRED, NOT_READY, CLOCK = 1003, 1004, 1002


class SnapshotLost(Exception):  # noqa: N818 - a turn of the conversation, not a failure
    """The snapshot has expired, or the agency answers out of another: the reading starts again at page 1."""


class NotReady(Exception):  # noqa: N818 - a turn of the conversation, not a failure
    """The extract of that business date does not exist yet; ask again `after` seconds."""

    def __init__(self, after: float) -> None:
        self.after = after
        super().__init__()


@dataclass(frozen=True)
class Answer:
    """A page as it came: the bytes that were signed, and the same read as JSON."""

    body: bytes
    page: Mapping[str, Any]


class Client:
    """Asks one agency. `api`: what the contract says of the API (format option ``api``)."""

    def __init__(self, site: SourceSite, api: Mapping[str, Any], guard: Guard) -> None:
        if site.app_id is None or site.shared_key is None:
            raise SettingsError(
                "app_id or shared_key is missing", where=f"[sources.{site.source}]", do="write both in chakong.toml"
            )
        self._app, self._key, self._api, self._guard = site.app_id, site.shared_key.read(), api, guard
        self._url = site.url.removeprefix("api+").rstrip("/") + api["path"]
        self._host = site.host
        self._answered: deque[float] = deque(maxlen=PACE)
        try:
            verify = ssl.create_default_context(cafile=site.ca_file)
        except (OSError, ssl.SSLError):
            raise SettingsError("ca_file cannot be read", where=str(site.ca_file), do="correct ca_file") from None
        # A proxy out of somebody's environment has no business between the court and an agency.
        self._http = httpx.Client(verify=verify, timeout=api["timeout_s"], trust_env=False)

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def get(self, parameters: Mapping[str, str]) -> Answer:
        """The page that `parameters` ask for, tried again as agreed.

        Raises SnapshotLost, NotReady, and SenderError when a retry cannot help or has not helped.
        """
        tries = iter([*self._api["backoff_s"], 0])
        return self._guard.call(lambda: self._once(parameters, next(tries, 0)))

    def _once(self, parameters: Mapping[str, str], backoff: float) -> Answer:
        request = self._http.build_request("GET", self._url, params=parameters)
        target = request.url.raw_path.decode("ascii")
        names, timestamp = self._api["headers"], str(_now_millis())
        request.headers[names["app"]] = self._app
        request.headers[names["timestamp"]] = timestamp
        request.headers[names["signature"]] = signature(self._key, timestamp, target)
        self._keep_pace()
        try:
            response, body = self._send(request, backoff)
        except httpx.TransportError as error:
            if unproven(error):
                raise SenderError(
                    "the certificate is not to be trusted", verdict="certificate_invalid", where=self._host
                ) from None
            raise TransientError(f"no answer: {type(error).__name__}", where=self._host, after=backoff) from None
        except httpx.DecodingError:
            raise TransientError("the answer cannot be unpacked", where=self._host, after=backoff) from None
        if response.status_code == httpx.codes.OK:
            self._verify(response, target, body, backoff)
        page = _object(body)
        if response.status_code == httpx.codes.OK and page.get("code") == 0:
            return Answer(body, page)
        raise self._refusal(response, page.get("code"), backoff)

    def _send(self, request: httpx.Request, backoff: float) -> tuple[httpx.Response, bytes]:
        """The answer whole, in bounded time and size: a slow sender may not hold the night byte by byte."""
        until, body = time.monotonic() + self._api["timeout_s"], bytearray()
        response = self._http.send(request, stream=True)
        try:
            for block in response.iter_bytes():
                body += block
                if len(body) > LARGEST_BODY:
                    raise SenderError("the page is larger than any page can be", verdict="bad_answer", where=self._host)
                if time.monotonic() > until:
                    raise TransientError("the answer does not come to an end", where=self._host, after=backoff)
        finally:
            response.close()
            self._answered.append(time.monotonic())
        return response, bytes(body)

    def _verify(self, response: httpx.Response, target: str, body: bytes, backoff: float) -> None:
        names = self._api["headers"]
        timestamp = response.headers.get(names["timestamp"], "")
        if not is_signed(self._key, timestamp, target, body, response.headers.get(names["signature"], "")):
            raise TransientError(
                "the answer's signature is wrong", where=self._host, do="ask the agency", after=backoff
            )
        # Signed, so the digits are the agency's own; an old answer played again is none.
        if not timestamp.isdigit() or abs(_now_millis() - int(timestamp)) > self._api["clock_tolerance_s"] * 1000:
            raise self._clocks_differ()

    def _refusal(self, response: httpx.Response, code: object, backoff: float) -> Exception:
        """What an answer means that carries no page. The code in the body says more than the status."""
        status, wait = response.status_code, retry_after(response)
        if code == EXPIRED or status == httpx.codes.CONFLICT:
            return SnapshotLost()
        if code == NOT_READY or status == httpx.codes.LOCKED:
            return NotReady(wait)
        if status == httpx.codes.TOO_MANY_REQUESTS:
            return TransientError("asked too often", where=self._host, after=wait)
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            return TransientError(f"the agency answers {status}", where=self._host, after=max(wait, backoff))
        return self._denial(status, code)

    def _denial(self, status: int, code: object) -> SenderError:
        """What no retry changes."""
        if code == CLOCK:
            return self._clocks_differ()
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return SenderError(
                "the agency refuses our signature or app id", verdict="access_denied", where=self._host,
                do="check app_id and shared_key with the agency",
            )  # fmt: skip
        shown = f" with code {code}" if isinstance(code, int) else ""
        return SenderError(f"the agency answers {status}{shown}", verdict="bad_answer", where=self._host)

    def _clocks_differ(self) -> SenderError:
        return SenderError(
            f"the clocks differ by more than {self._api['clock_tolerance_s']} seconds",
            verdict="clock_differs", where=self._host, do="set this machine's clock, then ask the agency about theirs",
        )  # fmt: skip

    def _keep_pace(self) -> None:
        """At most `PACE` requests in any second, counted from their answers: the agency met them no later."""
        if len(self._answered) == PACE:
            time.sleep(max(0.0, self._answered[0] + 1 - time.monotonic()))


def _object(body: bytes) -> Mapping[str, Any]:
    """The body as a JSON object; empty when it is none."""
    try:
        page = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return page if isinstance(page, dict) else {}


def _now_millis() -> int:
    return time.time_ns() // 1_000_000
