"""What matching is given: texts only, one row per party and question."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from asking import staged
from given import number_of
from scenario import PERSON_A, Scenario

from core.duck import run_sql
from matching.sides import COLUMNS
from profiles import matching_input


def test_both_sides_have_the_columns_of_the_interface_as_text(scenario: Scenario, tmp_path: Path) -> None:
    scenario.debtor("测试甲", PERSON_A, birth_date="1985-03-12")
    con = staged(scenario)
    for side in (matching_input.left(con), pq.read_table(matching_input.right(con, tmp_path / "right.parquet"))):
        assert side.column_names == list(COLUMNS)
        assert set(side.schema.types) == {pa.string()}
    left = matching_input.left(con).to_pylist()
    assert left[0]["record_id"].split("#")[0] == scenario.debtor_id(PERSON_A)
    assert (left[0]["name"], left[0]["id_number"], left[0]["birth_date"]) == ("测试甲", PERSON_A, "1985-03-12")


def test_a_record_is_one_candidate_per_part_and_question(scenario: Scenario, tmp_path: Path) -> None:
    scenario.debtor("测试甲", PERSON_A)
    con = staged(scenario)
    rows = [("D1", number_of(1)), ("D1", number_of(1)), ("D2", number_of(1)), (None, None)]
    for debtor, number in rows:
        con.execute(
            "INSERT INTO party (source, table_name, record_id, part, role, name, id_type, id_number, only_debtor_id)"
            " VALUES ('bank_boc', 'accounts', '1', 1, 'account_holder', 'x', 'asked', $number, $debtor)",
            {"number": number, "debtor": debtor},
        )
    con.execute(
        "INSERT INTO party (source, table_name, record_id, part, role) VALUES ('land', 'holders', '1/1', 1, 'owner')"
    )
    right = pq.read_table(matching_input.right(con, tmp_path / "right.parquet")).to_pylist()
    assert sorted(row["record_id"].split("\x1f")[-1] for row in right) == ["", "D1", "D2"]
    # Nobody without a name and a number; a number that was only asked about is no delivered type.
    assert {row["source"] for row in right} == {"bank_boc"}
    assert {row["id_type"] for row in right} == {None}
    run_sql(con, "profiles", "staging")
