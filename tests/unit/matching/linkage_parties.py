"""Random parties for property tests: debtors and records that share names, numbers and facts often enough to meet."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from hypothesis import strategies as st

from core.identifiers import resident_id
from matching.sides import COLUMNS

Fields = dict[str, str | None]
NUMBERS = [
    resident_id("370499", date(1985, 3, 12), 1),
    resident_id("370499", date(1972, 7, 15), 3),
    "370499850312001",
    "370499198503120018",
    "3704991985031200**",
    "370499198503120000",
    "91370499MA3C4J5K2J",
    "MA3C4J5K2",
    "E12345678",
    "000000",
]
NAMES = [
    "张伟",
    "張偉",
    "张炜",
    "张*",
    "张?",
    "欧阳震华",
    "欧阳震",
    "买买提·吐尔逊",
    "买买提吐尔",
    "示例饭店（张伟）",
    "测试区恒源建材有限公司",
    "恒源建材有限责任公司",
    "测试区恒源建材",
]


def values(known: list[str]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(known), st.sampled_from(known), st.text(max_size=8))


parties: st.SearchStrategy[Fields] = st.fixed_dictionaries(
    {
        "party_type": st.sampled_from(["person", "organization", None]),
        "name": values(NAMES),
        "former_name": st.one_of(st.none(), st.sampled_from(NAMES)),
        "id_type": st.sampled_from(["resident_id", "uscc", "org_code", "reg_no", "passport", None]),
        "id_number": values(NUMBERS),
        "birth_date": values(["1985-03-12", "19850312", "1985-12-03", "1972-07-15"]),
        "sex": st.sampled_from(["male", "female", None]),
        "address": values(["测试区示例镇示例村12号", "示例镇示例村12号"]),
        "phone": values(["13900000001", "13900000002"]),
    }
)


def table(rows: list[Fields], prefix: str) -> pa.Table:
    """A side of the linkage; ids are `prefix` and the place."""
    named = [{**dict.fromkeys(COLUMNS), **row, "record_id": f"{prefix}{place}"} for place, row in enumerate(rows)]
    return pa.Table.from_pylist(named, schema=pa.schema([pa.field(name, pa.string()) for name in COLUMNS]))
