"""A reply of the household register of any size: GB18030, every field in quotes, as dirty as registers are.

But for one thing: no record comes in UTF-8, because a plain reader must be able to read the same bytes.

No person in it exists: county code 370499 was never assigned.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.glyphs import Texts, Whole
from benchmarks.numbers import birth_text, resident_ids
from benchmarks.pools import even, given_names, surnames
from benchmarks.task.homes import make_homes, write_addresses

LABELS = (
    "请求单号,执行案号,反馈状态,结果序号,命中方式,姓名,证件种类,公民身份号码,曾用名,历史证件号,性别,民族,出生日期,"
    "户籍地区划,户籍地址,户号,与户主关系,婚姻状况,人口状态,状态日期,迁往地,更新时间,反馈时间,说明"
)
BLOCK = 100_000
#: Numbers of one batch have six digits.
BATCH = 900_000
#: Shares of rows with one fault each.
LABEL_FOR_CODE, BAD_CHECK, ILLEGIBLE, NO_DATE, NO_RESULT, BROKEN = 0.01, 0.005, 0.002, 0.002, 0.001, 0.0005


def write_household(path: Path, rows: int, seed: int = 5) -> None:
    """`rows` answers about people, one inquiry each."""
    rng = np.random.default_rng(seed)
    with path.open("wb") as file:
        file.write(_line(LABELS.split(",")).encode("gb18030"))
        for start in range(0, rows, BLOCK):
            at = np.arange(start, min(start + BLOCK, rows))
            lines = list(map(_line, zip(*_columns(rng, at), strict=True)))
            for place in rng.choice(len(at), int(len(at) * BROKEN), replace=False):
                lines[place] = lines[place].replace('","', '","","', 1)
            file.writelines(line.encode("gb18030") for line in lines)


def _line(fields: tuple[str, ...] | list[str]) -> str:
    return '"' + '","'.join(fields) + '"\r\n'


def _columns(rng: np.random.Generator, at: Whole) -> list[list[str]]:
    count = len(at)
    male = rng.random(count) < 0.6
    birth = rng.integers(18_000, 39_000, count)
    number = resident_ids(birth, rng.integers(0, 499, count) * 2 + male)
    status = even("0000000000000012").draw(rng, count)
    result = np.full(count, "1", dtype=object)
    sex = np.where(male, "1", "2").astype(object)
    birth_day = _compact(birth)
    address = write_addresses(rng, make_homes(rng, count), np.arange(count))
    _spoil(rng, result, NO_RESULT, lambda _: "")
    _spoil(rng, sex, LABEL_FOR_CODE, lambda code: "男" if code == "1" else "女")
    _spoil(rng, number, BAD_CHECK, lambda text: text[:16] + text[17] + text[16])
    _spoil(rng, address, ILLEGIBLE, lambda text: text[:-1] + "□")
    _spoil(rng, birth_day, NO_DATE, lambda _: "19000101")
    empty = np.full(count, "", dtype=object)
    columns = [
        [f"Q20261123{1 + place // BATCH:02d}-{1 + place % BATCH:06d}" for place in at.tolist()],
        [f"（2026）测0499执{place}号" for place in rng.integers(1, 9_000, count).tolist()],
        result,
        np.full(count, "1", dtype=object),
        even("1111111112").draw(rng, count),
        surnames().draw(rng, count) + given_names(rng, male),
        np.full(count, "111", dtype=object),
        number,
        np.where(rng.random(count) < 0.05, surnames().draw(rng, count) + "旧名", empty),
        np.where(rng.random(count) < 0.03, resident_ids(birth + 1, rng.integers(0, 999, count)), empty),
        sex,
        np.full(count, "01", dtype=object),
        birth_day,
        np.full(count, "370499", dtype=object),
        address,
        [f"3704990{place:08d}" for place in rng.integers(1, 10**8, count).tolist()],
        even("01 02 10 20 30").draw(rng, count),
        even("10 20 21 30 40 90").draw(rng, count),
        status,
        np.where(status == "0", empty, _compact(rng.integers(44_000, 46_300, count))),
        np.where(status == "2", "测试省示例市", empty),
        _moments(rng, 44_000, 46_300, count),
        _moments(rng, 46_347, 46_348, count),
        empty,
    ]
    return [list(column) for column in columns]


def _spoil(rng: np.random.Generator, column: Texts, share: float, how: Callable[[str], str]) -> None:
    for place in np.flatnonzero(rng.random(len(column)) < share):
        column[place] = how(column[place])


def _compact(day: Whole) -> Texts:
    return np.array([text.replace("-", "") for text in birth_text(day)], dtype=object)


def _moments(rng: np.random.Generator, first: int, last: int, count: int) -> Texts:
    seconds = rng.integers(8 * 3600, 22 * 3600, count).tolist()
    clock = [f"{second // 3600:02d}{second // 60 % 60:02d}{second % 60:02d}" for second in seconds]
    moments: Texts = _compact(rng.integers(first, last, count)) + np.array(clock, dtype=object)
    return moments
