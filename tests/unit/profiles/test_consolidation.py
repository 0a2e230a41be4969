"""One asset once, identities that stay: what follows from records and links (links.sql, assets.sql)."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from given import Person, number_of
from scenario import BUSINESS_DATE, Scenario

from core.ids import keyed_id


def person(s: Scenario, n: int) -> Person:
    who = Person(n, s.debtor_id(number_of(n)))
    s.debtor(who.name, who.id_number)
    return who


def flat(s: Scenario, who: Person, nth: int = 0, **changed: Any) -> None:
    s.add(
        "housing",
        "units",
        unit_id=who.key("FW", nth),
        unit_no=who.unit("F00010001"),
        location=f"测试区{who.n}号楼1室",
        price="620000.00",
        register_status="current",
        **changed,
    )
    s.add(
        "housing",
        "owners",
        unit_id=who.key("FW", nth),
        seq=1,
        name=who.name,
        id_type="resident_id",
        id_number=who.id_number,
        co_ownership="sole",
    )


def world(folder: Path, order: int = 1) -> Scenario:
    """Two debtors with a flat each, and a firm registered under a former name; rows added forwards or backwards."""
    s = Scenario(folder)
    people = [person(s, n) for n in (1, 2)][::order]
    for who in people:
        for nth in (0, 1)[::order]:
            flat(s, who, nth, registered_at=f"202{nth}-01-01 00:00:00")
    return s


def test_ids_are_keyed_hashes_that_stay_and_row_order_changes_nothing(tmp_path: Path) -> None:
    views = ("asset", "link", "provenance")
    forwards, backwards = (world(tmp_path / name, order) for name, order in (("a", 1), ("b", -1)))
    first, second = forwards.build(), backwards.build()
    told = [
        {
            view: sorted(
                json.dumps({k: v for k, v in row.items() if k != "row_no"}, default=str) for row in published.rows(view)
            )
            for view in views
        }
        for published in (first, second)
    ]
    assert told[0] == told[1]
    who = Person(1, "")
    row = next(row for row in first.rows("asset") if row["identifier"] == who.unit("F00010001"))
    assert row["asset_id"] == keyed_id(forwards.settings.id_key, "A", "housing", who.unit("F00010001"))
    link = first.one("link", record_id=f"{who.key('FW')}/1")
    assert link["link_id"] == keyed_id(
        forwards.settings.id_key, "L", forwards.debtor_id(who.id_number), "housing", "owners", f"{who.key('FW')}/1"
    )
    forwards.close()
    backwards.close()


def test_first_seen_stays_and_last_seen_moves(tmp_path: Path) -> None:
    s = world(tmp_path)
    s.outcome("housing")
    first = s.build(name="first.duckdb")
    s.business_date = date(2026, 11, 24)
    s.outcome("housing")
    second = s.build(name="second.duckdb", previous=first)
    for published, last in ((first, BUSINESS_DATE), (second, date(2026, 11, 24))):
        assert {(row["first_seen"], row["last_seen"]) for row in published.rows("asset")} == {(BUSINESS_DATE, last)}
    # The decision on a link is as old as the link while nothing about it changes.
    assert first.rows("link")[0]["decided_at"] == second.rows("link")[0]["decided_at"]
    s.close()


def test_a_missing_register_keeps_its_assets_and_shows_their_age(tmp_path: Path) -> None:
    s = world(tmp_path)
    s.outcome("housing", outcome="missing", data_as_of=datetime(2026, 11, 22, 20))
    asset = s.build().rows("asset")[0]
    assert (asset["is_current"], asset["data_as_of"].isoformat(), asset["last_seen"]) == (
        True,
        "2026-11-22T20:00:00",
        date(2026, 11, 22),
    )
    assert asset["first_seen"] == asset["last_seen"]  # what arrived late was not first seen after it was last seen
    s.close()


def test_a_debtor_without_records_has_a_profile_all_the_same(tmp_path: Path) -> None:
    s = Scenario(tmp_path)
    person(s, 1)
    published = s.build()
    assert published.one("debtor")["confirmed_assets"] == 0
    assert published.rows("asset") == [] and published.rows("link") == []
    s.close()


def test_a_stranger_appears_nowhere(tmp_path: Path) -> None:
    s = world(tmp_path)
    s.add(
        "housing",
        "units",
        unit_id="FW9",
        unit_no="370499001001GB99999F00010001",
        location="外人住所",
        register_status="current",
    )
    s.add(
        "housing",
        "owners",
        unit_id="FW9",
        seq=1,
        name="外人",
        id_type="resident_id",
        id_number=number_of(999),
        co_ownership="sole",
    )
    published = s.build()
    for view in ("asset", "link", "provenance", "application", "seizure", "encumbrance"):
        assert not [
            row
            for row in published.rows(view)
            if "外人" in json.dumps(row, default=str, ensure_ascii=False) or "FW9" in str(row.values())
        ]
    s.close()


def test_the_courts_own_measure_stands_where_the_register_tells_none(tmp_path: Path) -> None:
    s = world(tmp_path)
    who = Person(1, "")
    case = s._rows[("court_cases", "cases")][0]["case_no"]
    common = {
        "case_no": case,
        "debtor_key": "P2",
        "asset_kind": "housing",
        "addressee": "不动产登记中心",
        "status": "in_force",
        "from_date": "2026-04-02",
        "to_date": "2029-04-01",
    }
    s.add(
        "court_cases",
        "measures",
        measure_key="C1",
        kind="seizure",
        object=who.unit("F00010001"),
        notice_no="（2026）测0499执1号之一",
        **common,
    )
    s.add(
        "court_cases",
        "measures",
        measure_key="C2",
        kind="seizure",
        object="查无此处",
        notice_no="（2026）测0499执1号之二",
        **common,
    )
    told = s.build(name="a.duckdb").rows("seizure")
    assert [(row["source"], row["is_ours"], row["doc_no"]) for row in told] == [
        ("court_cases", True, "（2026）测0499执1号之一")
    ]
    s.add(
        "housing",
        "seizures",
        unit_id=who.key("FW"),
        seizure_no="1",
        kind="seizure",
        authority="测试区人民法院",
        document="（2026）测0499执1号之一",
        from_date="2026-04-02",
        to_date="2029-04-01",
        registered_at="2026-04-02 10:00:00",
    )
    told = s.build(name="b.duckdb").rows("seizure")
    assert [(row["source"], row["doc_no"]) for row in told] == [("housing", "（2026）测0499执1号之一")]
    s.close()


def test_a_measure_told_under_two_records_of_one_flat_is_one(tmp_path: Path) -> None:
    s = world(tmp_path)
    for nth in (0, 1):
        s.add(
            "housing",
            "seizures",
            unit_id=Person(1, "").key("FW", nth),
            seizure_no="1",
            kind="seizure",
            authority="测试区人民法院",
            document="（2026）测0499执1号之一",
            from_date="2026-04-02",
            to_date="2029-04-01",
            registered_at="2026-04-02 10:00:00",
        )
        s.add(
            "housing",
            "mortgages",
            unit_id=Person(1, "").key("FW", nth),
            mortgage_no="1",
            kind="mortgage",
            holder_name="示例银行",
            amount="100000.00",
            registered_at="2021-03-05 10:00:00",
        )
    published = s.build()
    assert (len(published.rows("seizure")), len(published.rows("encumbrance"))) == (1, 1)
    s.close()
