"""schemathesis asks the served API everything that its description allows and much that it does not: no failure inside,
no answer that the description does not name, with a key and without one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from officers import SHA256
from schemathesis import Case, GenerationMode
from systems import Ask, stated

from web.api import openapi
from web.api.problems import MEDIA_TYPE

SCHEMA = schemathesis.openapi.from_dict(openapi.document())
#: The same cases in every run.
bounded = settings(
    derandomize=True,
    max_examples=10,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def served(address: str) -> Iterator[dict[str, Any]]:
    """Where the cases are sent to."""
    with requests.Session() as session:
        yield {"base_url": address, "session": session}


@pytest.fixture(scope="module")
def headers(key: Callable[[], str]) -> dict[str, str]:
    return stated(key())


@pytest.fixture(scope="module")
def known(ask: Ask, debtor_id: str) -> dict[str, Any]:
    """What exists: without it nearly every answer would be 404."""
    link = ask().get(f"/debtors/{debtor_id}/links").json()["items"][0]
    told = {"debtor_id": debtor_id, "sha256": SHA256, "table": "units", "row_no": 1}
    return {**told, "link_id": link["link_id"], "basis_digest": link["basis_digest"]}


@pytest.fixture(scope="module")
def statuses() -> Iterator[dict[str, Counter[int]]]:
    """How often each operation gave each status; each must have been asked for something that it gives."""
    counted: dict[str, Counter[int]] = defaultdict(Counter)
    yield counted
    for name, counts in counted.items():
        assert counts[200] + counts[201] + counts[202] or name == "withdraw_verdict", f"{name}: {counts}"


def described(operation_id: str) -> Callable[..., None]:
    """The test of one operation."""

    @SCHEMA.include(operation_id=operation_id).parametrize()
    @bounded
    def asked(
        case: Case,
        served: dict[str, Any],
        headers: dict[str, str],
        known: dict[str, Any],
        statuses: dict[str, Counter[int]],
    ) -> None:
        answer = case.call_and_validate(headers=_filled(case, known, headers), **served)
        statuses[operation_id][answer.status_code] += 1
        if answer.headers.get("content-type") == [MEDIA_TYPE]:
            assert re.search("[\u4e00-\u9fff]", answer.json()["detail"]), "people are told in Chinese"
        refused = case.call(headers={"Authorization": "Bearer chk_x"}, **served)
        assert (refused.status_code, refused.headers["content-type"]) == (401, [MEDIA_TYPE])

    return asked


# One function each: the tests that schemathesis makes of one function bear one name, and of those xdist runs the first.
OPERATIONS = [one["operationId"] for methods in openapi.document()["paths"].values() for one in methods.values()]
for name in OPERATIONS:
    globals()[f"test_{name}"] = described(name)


def _filled(case: Case, known: dict[str, Any], told: dict[str, str]) -> dict[str, str]:
    """The headers to send. Parts that were meant to be right are made to name what exists; wrong ones stay wrong."""
    right = (
        {location: info.mode is GenerationMode.POSITIVE for location, info in case.meta.components.items()}
        if case.meta
        else {}
    )
    for location, part in (("path", case.path_parameters), ("body", case.body), ("query", case.query)):
        if isinstance(part, dict) and right.get(location, True):
            part.update({name: value for name, value in known.items() if name in part})
            part.pop("cursor", None)  # sealed by the server: of the right form is not right
    if not right.get("header", True):
        return {"Authorization": told["Authorization"]}
    case.headers.clear()
    return told
