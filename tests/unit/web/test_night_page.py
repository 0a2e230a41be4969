"""What the operator sees of the night and does about a delivery; the validation reports lie behind the same gate."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from officers import JUDGE, Enter

from core.errors import TransientError
from ledger import releases
from ledger.audit import Entry
from web.context import Context

Logged = Callable[[], list[Entry]]
OPERATOR, SUPERVISOR = "GW4", "GW5"


def test_a_held_delivery_is_let_in_once_and_signed(enter: Enter, context: Context, logged: Logged) -> None:
    browser = enter(OPERATOR)
    text = browser.get("/night").text
    assert "须处理的到件" in text
    assert 'action="/night/release"' in text
    for reason in ("", "查 370499198503120017"):
        answer = browser.post("/night/release", delivery_id="d2", reason=reason)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert releases.given(context.engine) == []
    text = browser.post("/night/release", delivery_id="d2", reason="已电话核实").text
    assert "已放行到件 d2" in text
    (given,) = releases.given(context.engine)
    assert (given.delivery_id, given.reason, given.officer) == ("d2", "已电话核实", OPERATOR)
    assert "放行：已电话核实" in text
    assert 'action="/night/release"' not in text
    act = logged()[-1].act
    assert (act.action, act.subject, act.reason) == ("release", "d2", "已电话核实")


@pytest.mark.parametrize("action", ["release", "replay"])
def test_a_delivery_that_is_none_is_said(enter: Enter, action: str) -> None:
    answer = enter(OPERATOR).post(f"/night/{action}", delivery_id="d9", reason="核实")
    assert (answer.status_code, "没有这份" in answer.text) == (422, True)


def test_who_watches_sees_and_does_not_act(enter: Enter) -> None:
    browser = enter(SUPERVISOR)
    text = browser.get("/night").text
    assert "须处理的到件" in text
    assert "<form" not in text.split("<main")[1]
    assert browser.post("/night/replay", delivery_id="d2", reason="核实").status_code == 403
    assert enter(JUDGE).get("/data-docs/index.html").status_code == 403


def test_the_validation_reports_are_handed_out_and_nothing_beside_them(enter: Enter, context: Context) -> None:
    browser = enter(OPERATOR)
    assert 'href="/data-docs"' in browser.get("/night").text
    assert "数据校验报告" in browser.follow(browser.get("/data-docs")).text
    for path in ("site.json", "x.html", "", "..%2fprofiles.duckdb", "%2e%2e/audit.key", "..%2f..%2fetc%2fpasswd",
                 "%00.html", "suites"):  # fmt: skip
        assert browser.get(f"/data-docs/{path}").status_code == 404, path
    (context.store.data_docs / "link.html").symlink_to(context.store.audit_key)
    assert browser.get("/data-docs/link.html").status_code == 404


def test_a_source_that_is_being_taken_is_said(enter: Enter, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: str) -> list[str]:
        raise TransientError("another run is taking this source", where="housing")

    monkeypatch.setitem(vars(context.beyond), "read_again", busy)
    answer = enter(OPERATOR).post("/night/replay", delivery_id="d1", reason="核实")
    assert (answer.status_code, "正在接收" in answer.text) == (409, True)
