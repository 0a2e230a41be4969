from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linkage_parties import NUMBERS, Fields, parties, table

import matching
from core.errors import UsageError

ANSWERS = {"confirmed": 2, "probable": 1, "possible": 0}
FACTS = {"birth_date": "1985-03-12", "address": "测试区示例镇示例村12号", "phone": "13900000001", "sex": "male"}
some_parties = st.lists(parties, min_size=5, max_size=30)
brief = settings(max_examples=5, deadline=None)


@brief
@given(left=some_parties, right=some_parties, seed=st.randoms(use_true_random=False))
def test_order_and_threads_change_nothing(left: list[Fields], right: list[Fields], seed: random.Random) -> None:
    here, there = table(left, "d"), table(right, "r")
    links = matching.link(here, there, threads=1)
    assert links.schema.equals(matching.LINKS)
    shuffled = (
        here.take(seed.sample(range(len(left)), len(left))),
        there.take(seed.sample(range(len(right)), len(right))),
    )
    assert matching.link(*shuffled, threads=2).equals(links)


@brief
@given(left=some_parties, right=some_parties, rows=st.integers(1, 7))
def test_a_file_in_chunks_of_any_size_is_the_table(left: list[Fields], right: list[Fields], rows: int) -> None:
    here, there = table(left, "d"), table(right, "r")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "r.parquet"
        pq.write_table(there, file, row_group_size=rows)
        assert matching.link(here, file).equals(matching.link(here, there))


@brief
@given(left=some_parties, right=some_parties)
def test_evidence_adds_up_and_confirmed_rests_on_more_than_a_name(left: list[Fields], right: list[Fields]) -> None:
    for row in matching.link(table(left, "d"), table(right, "r")).to_pylist():
        score = sum(entry["weight"] for entry in row["evidence"])
        assert row["probability"] == pytest.approx(1 / (1 + 2.0**-score))
        levels = {entry["field"]: entry["level"] for entry in row["evidence"]}
        if row["tier"] == "confirmed":
            assert levels["name"] not in {"unlike", "other_surname", "missing"}
            facts = {levels.get("phone") == "equal", levels.get("address") in {"equal", "contained", "similar"}}
            assert (
                levels.get("id_number") in {"strong_equal", "org_code_equal"}
                or True in facts
                or levels["birth_date"] == "equal"
            )
            assert levels.get("id_number") not in {"conflict", "conflict_foreign", "masked_differs"}
        if set(levels) <= {"prior", "name"}:
            assert row["tier"] == "possible"
        assert matching.evidence_sentence_zh(row["evidence"]).endswith("。")


@brief
@given(pairs=st.lists(st.tuples(parties, parties), min_size=5, max_size=30))
def test_names_compare_alike_in_both_directions(pairs: list[tuple[Fields, Fields]]) -> None:
    # the same valid number on both sides brings every pair together, whatever the names
    here = [{**a, "id_number": NUMBERS[0], "birth_date": None} for a, _ in pairs]
    there = [{**b, "id_number": NUMBERS[0], "birth_date": None} for _, b in pairs]
    forth, back = (
        {
            (row["left_id"][1:], row["right_id"][1:]): next(e["level"] for e in row["evidence"] if e["field"] == "name")
            for row in matching.link(table(one, "x"), table(other, "y")).to_pylist()
        }
        for one, other in ((here, there), (there, here))
    )
    assert forth == {(a, b): level for (b, a), level in back.items()}


@brief
@given(debtor=parties, record=parties, field=st.sampled_from(sorted(FACTS)))
def test_a_further_agreeing_fact_never_lowers(debtor: Fields, record: Fields, field: str) -> None:
    fact = {"birth_date": "1985-03-12", "address": "测试区示例镇示例村12号", "phone": "13900000001", "sex": "male"}[
        field
    ]
    debtor = {**debtor, field: fact}
    links = matching.link(
        table([debtor], "d"), table([{**record, field: None}, {**record, field: fact}], "r")
    ).to_pylist()
    found = {row["right_id"]: row for row in links}
    if "r0" in found:
        assert found["r1"]["probability"] >= found["r0"]["probability"]
        assert ANSWERS[found["r1"]["tier"]] >= ANSWERS[found["r0"]["tier"]]


@brief
@given(texts=st.lists(st.text(), min_size=11, max_size=11))
def test_no_text_raises(texts: list[str]) -> None:
    columns = table([{}], "x").column_names
    row = pa.table({name: pa.array([text, None], pa.string()) for name, text in zip(columns, texts, strict=True)})
    matching.link(row, row)


def test_a_side_may_lack_optional_columns_and_be_empty() -> None:
    here = pa.table({"record_id": ["d"], "name": ["欧阳震华"]})
    there = pa.table(
        {"record_id": pa.array(["r"]).dictionary_encode(), "name": pa.array(["欧阳震华"], pa.large_string())}
    )
    assert matching.link(here, there).column("tier").to_pylist() == ["possible"]
    assert matching.link(here.slice(0, 0), there).num_rows == 0
    assert matching.link(here, there.slice(0, 0)).num_rows == 0


def test_misuse_is_said() -> None:
    side = pa.table({"record_id": ["d"]})
    with pytest.raises(UsageError, match="record_id"):
        matching.link(pa.table({"name": ["张伟"]}), side)
    with pytest.raises(UsageError, match="no linkage model"):
        matching.link(side, side, "v0")


def test_a_party_named_twice_gives_one_link_per_pair_the_strongest() -> None:
    here = table([{"name": "张伟", "id_number": NUMBERS[0]}, {"name": "张大伟", "id_number": NUMBERS[0]}], "d")
    here = here.set_column(0, "record_id", pa.array(["d", "d"]))
    links = matching.link(here, table([{"name": "张伟", "id_number": NUMBERS[0]}], "r"))
    assert links.column("tier").to_pylist() == ["confirmed"]


def test_a_rare_name_weighs_more_than_a_common_one() -> None:
    common = [{"name": "张伟", "id_number": None} for _ in range(200)]
    here = table([{"name": "张伟"}, {"name": "欧阳震华"}], "d")
    links, report = matching.link_reported(here, table([*common, {"name": "欧阳震华"}], "r"))
    odds = {row["left_id"]: row["probability"] for row in links.to_pylist()}
    assert odds["d1"] > 3 * odds["d0"]
    assert (report.leads_beyond_limit, report.leads_limited) == (140, ("d0",))


def test_a_name_that_would_explode_is_narrowed_and_counted() -> None:
    crowd = [{"name": "张伟", "phone": f"139{place:08d}"} for place in range(300)]
    links, report = matching.link_reported(table(crowd, "d"), table(crowd, "r"))
    assert report.candidates == 299  # 13900000000 is nobody's number
    assert report.pairs_not_compared == 300 * 300 - 299
    assert links.num_rows == 299


def test_a_number_of_two_people_is_a_conflict_for_the_second() -> None:
    record = {"name": "李娜", "id_number": NUMBERS[0]}
    links = matching.link(table([{"name": "张伟", "id_number": NUMBERS[0]}], "d"), table([record], "r")).to_pylist()
    assert [row["tier"] for row in links] == ["possible"]
    assert matching.evidence_sentence_zh(links[0]["evidence"]) == (
        "证件号码一致且校验有效；但也可能是他人填用其号码，姓名（名称）不同。综合判断属于同一主体的可能性约为 7%。"
    )
