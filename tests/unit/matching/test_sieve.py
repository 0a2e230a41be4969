"""The sieve leaves out only rows that no key would bring: `Prepared` reads every row with care, `link` does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linkage_parties import Fields, table

import matching
from core.identifiers import resident_id
from matching import sides, steps
from matching.model import POPULATION, Model
from matching.session import session

BORN = [date(1985, 3, 12), date(1972, 7, 15), date(1972, 7, 1)]
PERSONS = [resident_id("370499", day, serial) for day in BORN for serial in (1, 12)]
FORMS = [
    lambda n: n,
    lambda n: n.lower(),
    lambda n: f"'{n}",
    lambda n: f" {n[:6]} {n[6:14]}\u3000{n[14:]}",
    lambda n: n[:6] + n[8:17],
    lambda n: n[:6] + "1968" + n[10:],
    lambda n: n[:10] + "01" + n[12:],
    lambda n: n[:12] + "09" + n[14:],
    lambda n: n[:14] + "****",
    lambda n: n.replace("0", "O", 1),
    lambda n: n[:17],
    lambda n: f"{n}、{PERSONS[-1]}",
]
NUMBERS = [form(number) for number in PERSONS for form in FORMS] + [
    "91370499MA3C4J5K2J",
    "MA3C4J5K-2",
    "E12345678",
    "370499000000123",
]
NAMES = [
    "张伟",
    "张 伟",
    "張偉",
    "张伟 ",
    "张*",
    "张伟(已故)",
    "李娜",
    "李\u3000娜",
    "王建国",
    "王建國",
    "欧阳震华",
    "示例饭店（张伟）",
    "测试区恒源建材有限公司",
    "恒源建材有限责任公司",
    "测试区恒源建材有限公司山亭分公司",
]
BIRTHS = [form.format(day) for day in BORN for form in ("{:%Y-%m-%d}", "{:%Y%m%d}", "{:%Y/%m/%d}")] + ["1900-01-01"]
PHONES = ["15412345678", "+86 15412345678", "0499-1234567", "04991234567", "0499 1234567"]
PLACES = ["测试区示例镇示例村12号", "测试区 示例镇示例村\uff11\uff12号", "示例镇"]


def one_of(known: list[str]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(known))


rows: st.SearchStrategy[Fields] = st.fixed_dictionaries(
    {
        "party_type": st.sampled_from(["person", "organization", None]),
        "name": one_of(NAMES),
        "former_name": st.one_of(st.none(), st.none(), st.sampled_from(NAMES)),
        "id_type": st.sampled_from(["resident_id", "uscc", "reg_no", None]),
        "id_number": one_of(NUMBERS),
        "birth_date": one_of(BIRTHS),
        "address": one_of(PLACES),
        "phone": one_of(PHONES),
    }
)


@pytest.fixture(scope="module")
def model() -> Model:
    """The shipped model; 张伟 is so common that the name alone finds nobody, 李娜 is not."""
    with session(1, "256MB") as run:
        common = run.value("SELECT md5_number_lower('张伟')")
    population = pa.Table.from_pylist(
        [{"what": "name", "is_org": False, "hash": common, "people": 100_000.0}], schema=POPULATION
    )
    return replace(matching.load_model("v3"), version="t", population=population)


@pytest.fixture(scope="module")
def records() -> pa.Table:
    """One fact in each of its forms, alone or beside a name: rows that only one key can find."""
    alone: list[Fields] = [
        *({"name": name} for name in NAMES),
        *({"id_number": number} for number in NUMBERS),
        *({"phone": phone, "name": "赵某"} for phone in PHONES),
        *({"birth_date": birth, "name": name} for birth in BIRTHS for name in ("张强", "张 强", "赵伟", "赵 伟")),
        *({"address": place, "name": name} for place in PLACES for name in ("张伟", "张 伟")),
        *({"id_number": number, "name": name} for number in NUMBERS for name in ("张伟", "张 强", "李娜")),
        *({"id_number": number, "name": "钱进", "party_type": "person"} for number in NUMBERS),
    ]
    return table(alone, "r")


@pytest.fixture(scope="module")
def prepared(records: pa.Table, model: Model) -> Iterator[matching.Prepared]:
    with matching.Prepared(records, model, threads=1, memory="512MB") as kept:
        yield kept


@settings(max_examples=15, deadline=None)
@given(asked=st.lists(rows, min_size=1, max_size=4))
def test_no_link_is_lost_to_the_sieve(
    prepared: matching.Prepared, records: pa.Table, model: Model, asked: list[Fields]
) -> None:
    debtors = table(asked, "d")
    assert matching.link(debtors, records, model, threads=1, memory="512MB").equals(prepared.link(debtors))


def test_plain_rows_that_nobody_asks_for_are_not_read(model: Model) -> None:
    debtor = table([{"name": "李娜", "id_number": PERSONS[0], "phone": PHONES[0]}], "d")
    plain: list[Fields] = [
        {"name": "钱进", "id_number": PERSONS[3], "phone": "15400000001", "birth_date": "1991-01-01"},
        {"name": "钱 进", "id_number": f"'{PERSONS[5].lower()}"},
        {"name": "李娜"},
        {"name": "钱进", "id_number": PERSONS[0]},
        {"name": "钱進"},
    ]
    with session(1, "256MB") as run:
        assert model.population is not None
        steps.declare(run, model)
        sides.open_left(run, debtor)
        sides.open_right(run, table(plain, "r"))
        run.keep("population", model.population)
        steps.read(run, "left")
        steps.ask(run)
        run.run("sieve")
        assert run.con.execute("SELECT row FROM right_side ORDER BY row").fetchall() == [(2,), (3,), (4,)]
