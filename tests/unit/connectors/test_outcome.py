from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from connectors.delivery import Standing
from connectors.inquiry import Batch
from connectors.layers import Layer
from connectors.outcome import Evidence, conclude, due_batches, gap_since
from connectors.records import DeliveryRecord, Retry, TableCount, Verdict
from data_contracts import load

SUNDAY = date(2026, 11, 22)
NOTHING = Evidence((), (), (), Standing((), (), ()), (), ())


def day(offset: int) -> date:
    return SUNDAY + timedelta(days=offset)


def layer(offset: int, mode: str = "delta", batch: str | None = None, *, answers: bool = True) -> Layer:
    as_of = datetime.combine(day(offset), time(20))
    rows = ("rights",), (10,)
    return Layer(
        f"d{offset}", day(offset), mode, batch, as_of, as_of, *rows, ("p",), (), "1.0.0", answers, complete=answers
    )


def record(offset: int, state: str = "loaded", **changes: Any) -> DeliveryRecord:
    as_of = datetime.combine(day(offset), time(20))
    base = DeliveryRecord(
        delivery_id=f"d{offset}",
        source="land",
        business_date=day(offset),
        night=day(offset),
        mode="delta",
        batch=None,
        state="loaded",
        data_as_of=as_of,
        extracted_at=as_of,
        files=(),
        missing_files=(),
        verdicts=(),
        tables={"rights": TableCount(1000, 999, 1)},
        reasons={"orphan_child": 1},
        warnings={"historic_row": 3},
        replaces=(),
        judgement=None,
        seen=(),
        contract_version="1.0.0",
    )
    return replace(base, state=state, **changes)


@pytest.mark.parametrize(
    ("held", "offset", "expected"),
    [
        ([(0, "full"), (1, "delta"), (2, "delta")], 2, None),
        ([(0, "full"), (2, "delta")], 2, day(1)),
        ([(0, "full")], 0, None),
        ([(-6, "delta"), (0, "full")], 0, None),
        ([(1, "delta")], 3, None),
    ],
)
def test_a_gap_starts_at_the_first_date_missing_since_the_last_full(
    held: list[tuple[int, str]], offset: int, expected: date | None
) -> None:
    layers = [layer(place, mode) for place, mode in held]
    assert gap_since(load("land"), day(offset), layers) == expected


def test_days_on_which_nothing_is_owed_are_no_gap() -> None:
    layers = [layer(0, "full"), *(layer(offset) for offset in range(1, 6))]
    assert gap_since(load("planning"), day(6), layers) is None  # Saturday
    assert gap_since(load("mining"), day(6), [layer(0, "full")]) is None  # weekly


def test_weekend_lists_of_a_working_day_source_are_due_on_monday() -> None:
    batches = [Batch(f"Q{offset}", day(offset), datetime.now(), 1, {"tax": 1}) for offset in (-1, 0, 1)]
    assert due_batches(load("tax"), day(0), batches) == []
    assert due_batches(load("tax"), day(1), batches) == batches
    assert due_batches(load("bank_boc"), day(1), batches) == batches[2:]


@pytest.mark.parametrize(
    ("answers", "as_of"), [(True, datetime(2026, 11, 23, 20)), (False, datetime(2026, 11, 22, 20))]
)
def test_a_batch_is_answered_by_rows_that_were_accepted(answers: bool, as_of: datetime) -> None:
    due = [Batch("Q2", day(1), datetime.now(), 1, {"tax": 1})]
    held = [
        replace(layer(0, "reply", "Q1"), tables=("taxpayers",)),
        replace(layer(1, "reply", "Q2", answers=answers), tables=("taxpayers",)),
    ]
    taken = record(1, source="tax", mode="reply", batch="Q2", tables={"taxpayers": TableCount(1, answers, not answers)})
    outcome = conclude(load("tax"), day(1), replace(NOTHING, records=[taken], layers=held, due=due))
    assert (outcome.complete, outcome.data_as_of) == (answers, as_of)
    assert ("批次 Q2 尚无反馈" in outcome.message) is not answers


def test_orphans_that_found_their_parent_count_as_accepted_where_they_came() -> None:
    found = Retry("d1", "land", day(1), day(2), 1, {"rights": 1})
    evidence = replace(NOTHING, records=[record(1)], retries=[found], layers=[layer(0, "full"), layer(1)])
    outcome = conclude(load("land"), day(1), evidence)
    assert outcome.tables == {"rights": TableCount(1000, 1000, 0)}
    assert outcome.reasons == {}
    assert outcome.message == "增量已接收 1,000 行"


@pytest.mark.parametrize(("quarantined", "exceeded"), [(5, False), (6, True)])
def test_the_tolerance_is_a_share_of_the_rows(quarantined: int, exceeded: bool) -> None:
    taken = record(1, tables={"rights": TableCount(1000, 1000 - quarantined, quarantined)})
    evidence = replace(NOTHING, records=[taken], layers=[layer(0, "full"), layer(1)])
    outcome = conclude(load("land"), day(1), evidence)
    assert (outcome.tolerance_exceeded, outcome.needs_operator) == (exceeded, exceeded)


def test_the_message_says_what_was_wrong_and_what_to_do() -> None:
    verdict = Verdict("hash_mismatch", "land_delta_20261123.zip", True)
    evidence = replace(NOTHING, records=[record(1, "held", verdicts=(verdict,), tables={})], layers=[layer(0, "full")])
    outcome = conclude(load("land"), day(1), evidence)
    assert outcome.message == (
        "land_delta_20261123.zip：文件校验值与控制文件不符，已扣留，内容与送出时不一致，请来源单位重送；本次保留上次有效数据"
        "；沿用 2026-11-22 20:00 的数据（1 天前）；核实无误的，可用 chakong deliveries accept d1 放行"
        "；自 2026-11-23 起缺件，下次全量前的增量可能不完整"
    )


def test_the_data_are_as_old_as_the_table_that_is_furthest_behind() -> None:
    whole = replace(layer(0, "full"), tables=("rights", "holders"), rows=(10, 10))
    verdict = Verdict("mode_mismatch", "land_delta_20261123.zip", True)
    taken = record(1, verdicts=(verdict,), tables={"rights": TableCount(0, 0, 0)}, reasons={})
    outcome = conclude(load("land"), day(1), replace(NOTHING, records=[taken], layers=[whole, layer(1)]))
    assert (outcome.data_as_of, outcome.age_days) == (datetime(2026, 11, 22, 20), 1)
    assert "沿用 2026-11-22 20:00 的数据（1 天前）" in outcome.message


@pytest.mark.parametrize(
    ("what", "means", "do"),
    [
        ("the archive is no ZIP archive", "不是 ZIP 格式", "重新导出"),
        ("the file has no header", "文件为空或没有表头", "重新导出"),
        ("the root element is not closed: the file is cut off", "内容在中途截断", "重送"),
        (
            "header differs from the agreement: labels missing: 坐落, 用途; unknown labels in columns 11",
            "表头与约定不符，缺少 坐落、用途，",
            "检查表头",
        ),
        ("sheets missing: 探矿权", "工作簿缺少约定的工作表 探矿权", "补齐"),
        ("something never seen before", "表头、要素或压缩包内容与约定不符", "检查表头"),
    ],
)
def test_the_message_names_the_cause_of_an_unreadable_file(what: str, means: str, do: str) -> None:
    verdicts = tuple(Verdict("unexpected_layout", name, True, {"what": what}) for name in ("a.zip", "b.zip"))
    other = Verdict("unexpected_layout", "c.zip", True, {"what": "the archive is locked with a password"})
    held = record(1, "held", verdicts=(*verdicts, other), tables={})
    message = conclude(load("land"), day(1), replace(NOTHING, records=[held], layers=[layer(0, "full")])).message
    assert message.startswith(f"a.zip、b.zip：{means}")
    first, second = message.split("；c.zip：")
    assert do in first
    assert second.startswith("压缩包或工作簿设有密码，已扣留，请来源单位去除密码后重送")


def test_a_missing_source_names_whom_to_call() -> None:
    outcome = conclude(load("land"), day(4), replace(NOTHING, layers=[layer(0, "full")]))
    assert outcome.outcome == "stale"
    assert outcome.message.startswith(
        "未收到应到的数据，请联系自然资源和规划局（不动产登记机构）补送；沿用 2026-11-22 20:00 的数据"
    )
    assert "已超过约定的 3 天" in outcome.message


def test_a_calendar_without_holidays_is_no_reason_to_fail() -> None:
    assert conclude(load("planning"), date(2035, 1, 1), NOTHING).outcome == "missing"
