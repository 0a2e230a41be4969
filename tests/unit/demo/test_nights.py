from __future__ import annotations

from datetime import datetime

from demo.nights import Register
from demo.stories.tale import Change, Row

AT = datetime(2026, 11, 20, 9)


def car(number: int, owner: str = "测试甲") -> Row:
    return {
        "vehicle_id": f"{number:014d}",
        "owner_name": owner,
        "plate_type": "small",
        "status": ["normal"],
        "updated_at": AT,
    }


def unit(number: int) -> dict[tuple[str, str], list[Row]]:
    key = {"unit_id": f"FW{number:010d}"}
    return {
        ("housing", "units"): [key | {"location": "测试区", "register_status": "current"}],
        ("housing", "owners"): [key | {"seq": seq, "name": f"测试{seq}"} for seq in (1, 2)],
    }


def test_a_full_is_everything_with_op_i() -> None:
    register = Register.founded("vehicles", {}, {("vehicles", "vehicles"): [car(1), car(2)]})
    assert register.full()["vehicles"]["op"].to_pylist() == ["I", "I"]


def test_a_delta_holds_the_last_state_of_what_changed_since_the_last_delivery() -> None:
    register = Register.founded("vehicles", {}, {("vehicles", "vehicles"): [car(1), car(2), car(3)]})
    register.full()
    register.apply([Change("vehicles", "vehicles", "U", car(1, "测试乙"))])
    register.apply([
        Change("vehicles", "vehicles", "U", car(1, "测试丙")),
        Change("vehicles", "vehicles", "I", car(4)),
        Change("vehicles", "vehicles", "D", {"vehicle_id": car(2)["vehicle_id"]}),
    ])  # fmt: skip
    register.apply([Change("vehicles", "vehicles", "U", car(4, "测试丁"))])
    rows = {row["vehicle_id"][-1]: (row["op"], row["owner_name"]) for row in register.delta()["vehicles"].to_pylist()}
    assert rows == {"1": ("U", "测试丙"), "4": ("I", "测试丁"), "2": ("D", None)}
    assert not register.has_changed
    assert len(register.delta()["vehicles"]) == 0
    assert sorted(row["vehicle_id"][-1] for row in register.full()["vehicles"].to_pylist()) == ["1", "3", "4"]


def test_a_changed_child_carries_its_whole_record() -> None:
    told = {key: rows + unit(2)[key] for key, rows in unit(1).items()}
    register = Register.founded("housing", {}, told)
    register.full()
    gone = told["housing", "owners"][1]
    register.apply([Change("housing", "owners", "D", gone)])
    delta = register.delta()
    assert delta["units"]["op"].to_pylist() == ["U"]
    assert delta["owners"]["name"].to_pylist() == ["测试1"]


def test_a_deleted_record_leaves_only_its_key() -> None:
    register = Register.founded("housing", {}, unit(1))
    register.full()
    register.apply([Change("housing", "units", "D", {"unit_id": "FW0000000001"})])
    delta = register.delta()
    assert delta["units"].to_pylist()[0] | {"op": None} == dict.fromkeys(delta["units"].column_names) | {
        "unit_id": "FW0000000001"
    }
    assert len(delta["owners"]) == 0


def test_the_next_full_tells_nothing_of_a_deleted_record() -> None:
    told = {key: rows + unit(2)[key] for key, rows in unit(1).items()}
    register = Register.founded("housing", {}, told)
    register.full()
    register.apply([Change("housing", "units", "D", {"unit_id": "FW0000000001"})])
    register.delta()
    full = register.full()
    assert full["units"]["unit_id"].to_pylist() == ["FW0000000002"]
    assert full["owners"]["unit_id"].to_pylist() == ["FW0000000002"] * 2
