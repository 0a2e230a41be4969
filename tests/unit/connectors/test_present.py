from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import layers, present
from connectors.records import DeliveryRecord, Retry, TableCount, as_json, delivery_folder, retry_folder
from core.files import write_json
from core.store import Store
from data_contracts import arrow_schema, load, sources

SUNDAY = date(2026, 11, 22)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        yield con


def day(offset: int) -> date:
    return SUNDAY + timedelta(days=offset)


def accepted(source: str, table: str, rows: Sequence[Mapping[str, Any]], business_date: date) -> pa.Table:
    """Rows as intake files them: contract columns not given are null."""
    schema = arrow_schema.accepted_schema(load(source).table(table))
    for name, kind in (
        ("_file_sha256", pa.string()),
        ("_business_date", pa.date32()),
        ("_data_as_of", pa.timestamp("us")),
        ("_batch", pa.string()),
        ("_repeated", pa.bool_()),
    ):
        schema = schema.append(pa.field(name, kind))
    common = {"_business_date": business_date, "_warnings": [], "_repeated": False}
    return pa.Table.from_pylist(
        [{"_row_no": number, **common, **row} for number, row in enumerate(rows, start=1)], schema
    )


def deliver(store: Store, source: str, business_date: date, mode: str, rows: Rows, **changes: Any) -> DeliveryRecord:
    """File a delivery as if intake had taken it."""
    batch = changes.get("batch")
    record = DeliveryRecord(
        delivery_id=f"d{business_date:%m%d}{mode}{batch or ''}{len(changes)}",
        source=source,
        business_date=business_date,
        night=business_date,
        mode=mode,
        batch=None,
        state="loaded",
        data_as_of=datetime.combine(business_date, time(20)),
        extracted_at=None,
        files=(),
        missing_files=(),
        verdicts=(),
        tables={table: TableCount(len(entries), len(entries), 0) for table, entries in rows.items()},
        reasons={},
        warnings={},
        replaces=(),
        judgement=None,
        seen=(),
        contract_version=load(source).version,
    )
    record = replace(record, **changes)
    folder = delivery_folder(store, record)
    (folder / "accepted").mkdir(parents=True)
    for table, entries in rows.items():
        content = accepted(source, table, [{"_batch": batch, **entry} for entry in entries], business_date)
        pq.write_table(content, folder / "accepted" / f"{table}.parquet")
    write_json(folder / "delivery.json", as_json(record))
    layers.rebuild(store, source)
    return record


def held(
    con: duckdb.DuckDBPyConnection, store: Store, source: str, table: str, columns: str, *, as_of: date | None = None
) -> list[tuple[Any, ...]]:
    present.attach(con, store, load(source), as_of)
    return con.execute(f"SELECT {columns} FROM {source}__{table} ORDER BY ALL").fetchall()


def right(right_id: str, op: str | None = "I", location: str | None = None) -> dict[str, Any]:
    return {"right_id": right_id, "op": op, "location": location}


@pytest.mark.parametrize("source", sources())
def test_a_source_that_never_delivered_gives_empty_views_of_the_right_shape(
    con: duckdb.DuckDBPyConnection, store: Store, source: str
) -> None:
    contract = load(source)
    present.attach(con, store, contract)
    for table in contract.tables:
        described = con.execute(f"DESCRIBE FROM {source}__{table.name}").fetchall()
        expected = {column.name: arrow_schema.duckdb_type(column) for column in table.columns} | present.PROVENANCE
        assert {row[0]: row[1] for row in described} == expected
        assert con.execute(f"SELECT count(*) FROM {source}__{table.name}").fetchall() == [(0,)]


def test_deltas_replace_by_key_and_remove(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    deliver(store, "land", SUNDAY, "full", {"rights": [right("a"), right("b"), right("c", None)]})
    deliver(store, "land", day(1), "delta", {"rights": [right("b", "U", "新"), right("d")]})
    deliver(store, "land", day(2), "delta", {"rights": [right("a", "D"), right("b", "I", "更新")]})
    assert held(con, store, "land", "rights", "right_id, location") == [("b", "更新"), ("c", None), ("d", None)]


def test_a_removed_row_may_come_back(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    deliver(store, "land", SUNDAY, "full", {"rights": [right("a")]})
    deliver(store, "land", day(1), "delta", {"rights": [right("a", "D")]})
    assert held(con, store, "land", "rights", "right_id") == []
    deliver(store, "land", day(2), "delta", {"rights": [right("a", "I", "回")]})
    assert held(con, store, "land", "rights", "right_id, location") == [("a", "回")]


def test_an_earlier_date_sees_what_held_then(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    deliver(store, "land", SUNDAY, "full", {"rights": [right("a")]})
    deliver(store, "land", day(1), "delta", {"rights": [right("a", "D")]})
    assert held(con, store, "land", "rights", "right_id", as_of=SUNDAY) == [("a",)]
    assert held(con, store, "land", "rights", "right_id", as_of=SUNDAY - timedelta(days=1)) == []


def test_a_full_replaces_everything_before_it(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    deliver(store, "land", SUNDAY, "full", {"rights": [right("a"), right("b")]})
    deliver(store, "land", day(1), "delta", {"rights": [right("c")]})
    deliver(store, "land", day(7), "full", {"rights": [right("b")]})
    assert held(con, store, "land", "rights", "right_id, _business_date") == [("b", day(7))]


def test_a_delta_that_describes_an_older_state_than_the_full_is_overruled(
    con: duckdb.DuckDBPyConnection, store: Store
) -> None:
    deliver(store, "land", day(7), "full", {"rights": [right("a", "I", "全量")]})
    deliver(store, "land", day(6), "delta", {"rights": [right("a", "U", "迟到")]})
    assert held(con, store, "land", "rights", "location") == [("全量",)]


def test_deltas_apply_in_the_order_of_their_data_not_of_their_arrival(
    con: duckdb.DuckDBPyConnection, store: Store
) -> None:
    deliver(store, "land", SUNDAY, "full", {"rights": [right("a")]})
    deliver(store, "land", day(2), "delta", {"rights": [right("a", "U", "周二")]})
    deliver(store, "land", day(1), "delta", {"rights": [right("a", "U", "周一")]})
    assert held(con, store, "land", "rights", "location") == [("周二",)]


def test_a_removed_parent_takes_its_children_with_it(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    holders = [{"right_id": right_id, "seq": 1, "op": "I"} for right_id in ("a", "b")]
    deliver(store, "land", SUNDAY, "full", {"rights": [right("a"), right("b")], "holders": holders})
    deliver(store, "land", day(1), "delta", {"rights": [right("a", "D")], "holders": []})
    assert held(con, store, "land", "holders", "right_id") == [("b",)]
    deliver(store, "land", day(2), "delta", {"rights": [right("a")], "holders": []})
    assert held(con, store, "land", "holders", "right_id") == [("b",)]


def test_a_changed_parent_keeps_children_that_stand_on_their_own(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    deliver(store, "land", SUNDAY, "full", {"rights": [right("a")], "holders": [{"right_id": "a", "seq": 1}]})
    deliver(store, "land", day(1), "delta", {"rights": [right("a", "U")], "holders": []})
    assert held(con, store, "land", "holders", "right_id") == [("a",)]


def test_nested_children_are_replaced_with_their_parent(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    def owners(*entries: tuple[str, int]) -> list[dict[str, Any]]:
        return [{"unit_id": unit, "seq": seq} for unit, seq in entries]

    units = [{"unit_id": unit, "op": "I"} for unit in ("u", "v", "w")]
    deliver(
        store, "housing", SUNDAY, "full", {"units": units, "owners": owners(("u", 1), ("u", 2), ("v", 1), ("w", 1))}
    )
    changes = [{"unit_id": "u", "op": "U"}, {"unit_id": "v", "op": "D"}]
    deliver(store, "housing", day(1), "delta", {"units": changes, "owners": owners(("u", 2))})
    assert held(con, store, "housing", "owners", "unit_id, seq, _business_date") == [
        ("u", 2, day(1)),
        ("w", 1, SUNDAY),
    ]
    assert held(con, store, "housing", "units", "unit_id") == [("u",), ("w",)]


def test_children_whose_changed_parent_was_refused_still_replace_the_old_ones(
    con: duckdb.DuckDBPyConnection, store: Store
) -> None:
    deliver(store, "housing", SUNDAY, "full", {"units": [{"unit_id": "u"}], "owners": [{"unit_id": "u", "seq": 1}]})
    deliver(store, "housing", day(1), "delta", {"units": [], "owners": [{"unit_id": "u", "seq": 2}]})
    assert held(con, store, "housing", "owners", "seq") == [(2,)]


def test_a_table_that_did_not_come_keeps_its_last_state(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    seizures = [{"vehicle_id": vehicle, "seizure_no": "1"} for vehicle in ("a", "b")]
    deliver(
        store,
        "vehicles",
        SUNDAY,
        "full",
        {"vehicles": [{"vehicle_id": "a"}, {"vehicle_id": "b"}], "seizures": seizures},
    )
    deliver(store, "vehicles", day(1), "delta", {"seizures": [{"vehicle_id": "b", "seizure_no": "2", "op": "I"}]})
    deliver(store, "vehicles", day(7), "full", {"vehicles": [{"vehicle_id": "b"}]}, missing_files=("seizure",))
    # a is absent from the newer full of its parents: gone, and its seizure with it
    assert held(con, store, "vehicles", "seizures", "vehicle_id, seizure_no") == [("b", "1"), ("b", "2")]


def test_a_child_without_reference_survives_a_newer_full_of_the_parents(
    con: duckdb.DuckDBPyConnection, store: Store
) -> None:
    applications = [{"application_no": "n", "vehicle_id": None}, {"application_no": "m", "vehicle_id": "gone"}]
    deliver(store, "vehicles", SUNDAY, "full", {"vehicles": [], "applications": applications})
    deliver(store, "vehicles", day(7), "full", {"vehicles": [{"vehicle_id": "b"}]})
    assert held(con, store, "vehicles", "applications", "application_no") == [("n",)]


def test_a_repeated_identical_row_is_shown_once(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    rows = [right("a"), {**right("a"), "_repeated": True}]
    deliver(store, "land", SUNDAY, "full", {"rights": rows})
    assert held(con, store, "land", "rights", "right_id, _row_no") == [("a", 1)]


def test_a_newer_whole_replaces_the_earlier_delivery(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    first = deliver(store, "land", SUNDAY, "full", {"rights": [right("a"), right("b")]})
    deliver(store, "land", SUNDAY, "full", {"rights": [right("a")]}, delivery_id="d_r2", replaces=(first.delivery_id,))
    assert held(con, store, "land", "rights", "right_id") == [("a",)]
    assert [layer.delivery_id for layer in layers.load(store, "land").layers] == ["d_r2"]


def test_a_held_delivery_changes_nothing(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    deliver(store, "land", SUNDAY, "full", {"rights": [right("a")]})
    deliver(store, "land", day(1), "delta", {}, state="held", data_as_of=None)
    assert held(con, store, "land", "rights", "right_id") == [("a",)]


def test_columns_that_an_older_contract_did_not_know_are_null(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    record = deliver(store, "land", SUNDAY, "full", {"rights": [right("a", "I", "旧")]}, contract_version="0.9")
    path = delivery_folder(store, record) / "accepted" / "rights.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["location"]), path)
    assert held(con, store, "land", "rights", "right_id, location") == [("a", None)]


def test_reply_batches_stand_side_by_side_until_retired(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    for offset, batch in enumerate(("Q2026112201", "Q2026112301")):
        row = {"inquiry_no": f"{batch}-000001", "hit_no": 1}
        deliver(store, "household", day(offset), "reply", {"persons": [row]}, batch=batch)
    assert held(con, store, "household", "persons", "_batch, inquiry_no") == [
        ("Q2026112201", "Q2026112201-000001"),
        ("Q2026112301", "Q2026112301-000001"),
    ]
    assert present.reply_batches(store, ["household"]).column("batch").to_pylist() == ["Q2026112201", "Q2026112301"]
    assert present.retire_reply_layers(store, "household", {"Q2026112301"}) == ("Q2026112201",)
    layers.rebuild(store, "household")
    assert held(con, store, "household", "persons", "_batch") == [("Q2026112301",)]


def test_the_manifest_is_rebuilt_from_the_deliveries_alone(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    deliver(store, "land", SUNDAY, "full", {"rights": [right("a")]})
    before = layers.load(store, "land")
    (store.present / "land.json").unlink()
    assert layers.rebuild(store, "land") == before == layers.load(store, "land")


def test_a_manifest_that_does_not_say_what_answers_can_be_read_and_is_put_right(store: Store) -> None:
    tables = {"persons": TableCount(1, 0, 1)}
    deliver(store, "household", SUNDAY, "reply", {"persons": []}, batch="Q2026112201", tables=tables)
    path = store.present / "household.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["layers"][0]["answers"]
    write_json(path, document)
    assert layers.load(store, "household").layers[0].answers
    assert not layers.rebuild(store, "household").layers[0].answers


def test_rows_of_an_orphan_retry_belong_to_their_delivery(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    record = deliver(store, "land", SUNDAY, "full", {"rights": [right("a")], "holders": [{"right_id": "a", "seq": 1}]})
    quarantined = {
        "source": ["land"] * 2,
        "business_date": [SUNDAY] * 2,
        "file": ["land_full_20261122.zip"] * 2,
        "table_name": ["holders"] * 2,
        "row_no": [2, 3],
        "reasons": [["orphan_child"]] * 2,
        "severity": ["reject"] * 2,
        "raw": ["{}"] * 2,
    }
    pq.write_table(pa.table(quarantined), delivery_folder(store, record) / "quarantine.parquet")
    retry = Retry(record.delivery_id, "land", SUNDAY, day(1), 1, {"holders": 1})
    folder = retry_folder(store, retry)
    (folder / "accepted").mkdir(parents=True)
    rows = accepted("land", "holders", [{"right_id": "n", "seq": 1, "_row_no": 3}], SUNDAY)
    pq.write_table(rows, folder / "accepted" / "holders.parquet")
    released = {name: values[1:] for name, values in quarantined.items() if name in present.PLACE}
    pq.write_table(pa.table(released), folder / "released.parquet")
    write_json(folder / "retry.json", as_json(retry))
    layers.rebuild(store, "land")

    assert held(con, store, "land", "holders", "right_id") == [("a",), ("n",)]
    present.attach_quarantine(con, store, sources(), day(1))
    assert con.execute("SELECT row_no, reasons FROM quarantine_row").fetchall() == [(2, ["orphan_child"])]
    present.attach_quarantine(con, store, sources(), SUNDAY - timedelta(days=1))
    assert con.execute("SELECT count(*) FROM quarantine_row").fetchall() == [(0,)]


OPS = st.sampled_from(["I", "U", "D"])
PARENTS, SEQS = st.sampled_from("abc"), st.integers(1, 2)


@st.composite
def nights(draw: st.DrawFn) -> list[tuple[str, dict[str, str], dict[tuple[str, int], str]]]:
    """A full and some deltas: parent key -> op, (parent key, child number) -> op. A full inserts only."""
    found = [
        (
            "full",
            draw(st.dictionaries(PARENTS, st.just("I"))),
            draw(st.dictionaries(st.tuples(PARENTS, SEQS), st.just("I"))),
        )
    ]
    for mode in draw(st.lists(st.sampled_from(["delta", "delta", "full"]), max_size=4)):
        ops = OPS if mode == "delta" else st.just("I")
        found.append((mode, draw(st.dictionaries(PARENTS, ops)), draw(st.dictionaries(st.tuples(PARENTS, SEQS), ops))))
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nights())
def test_views_agree_with_applying_the_nights_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, story: list[tuple[str, dict[str, str], dict[tuple[str, int], str]]]
) -> None:
    store = Store(tmp_path_factory.mktemp("story"))
    parents: dict[str, date] = {}
    children: dict[tuple[str, int], date] = {}
    for offset, (mode, rights, holders) in enumerate(story):
        if mode == "full":
            parents, children = {}, {}
        for key, op in rights.items():
            parents.pop(key, None)
            if op != "D":
                parents[key] = day(offset)
        for child, op in holders.items():
            children.pop(child, None)
            if op != "D":
                children[child] = day(offset)
        children = {child: when for child, when in children.items() if rights.get(child[0]) != "D"}
        rows: Rows = {
            "rights": [right(key, op) for key, op in rights.items()],
            "holders": [{"right_id": key, "seq": seq, "op": op} for (key, seq), op in holders.items()],
        }
        deliver(store, "land", day(offset), mode, rows)
    with duckdb.connect() as con:
        assert dict(held(con, store, "land", "rights", "right_id, _business_date")) == parents
        found = held(con, store, "land", "holders", "right_id, seq, _business_date")
    assert {(key, seq): when for key, seq, when in found} == children
