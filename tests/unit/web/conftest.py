"""One small district, one console over it, and officers who log in through its pages."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

sys.path.insert(0, str(Path(__file__).parent))

from asking import asked, xml_account
from officers import (
    ACCOUNT,
    DELIVERED,
    HOSTILE,
    JUDGE,
    NAMESAKES,
    OFFICERS,
    OLD_NUMBER,
    PASSPORT,
    PASSWORD,
    SHA256,
    Browser,
    Enter,
    serving,
)
from scenario import FIRM, PERSON_A, PERSON_B, Scenario

from cli.beyond import beyond
from connectors.records import DeliveryRecord, TableCount, Verdict, as_json
from core.duck import connect
from core.files import write_json
from core.settings import Settings
from core.store import Store
from ledger import accounts, audit, database
from ledger.audit import Entry
from web import permissions
from web.app import create_app
from web.context import Context


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store: 测试甲 with a house, an account and a vehicle; 测小明 of another judge, whose number the car of another
    bears; two of one name; 陶护照, known by a passport alone, with two houses that wait; a firm, and a hostile name."""
    s = Scenario(tmp_path_factory.mktemp("web"))
    inquiry, _ = asked(
        s, "测试甲", PERSON_A, former_names=["测试旧名"], former_id_numbers=[OLD_NUMBER], address="测试区示例村"
    )
    xml_account(s, "bank_ccb", inquiry, account_no=ACCOUNT, holder_name="测试甲", holder_id=PERSON_A, balance="5000.00",
                available="5000.00", type_raw="龙卡通")  # fmt: skip
    s.debtor("测小明", PERSON_B, case={"judge": "法官乙"})
    s.debtor("示例建材有限公司", FIRM)
    s.debtor(HOSTILE, None, case={"judge": "法官乙"}, party_kind="company")
    for number in NAMESAKES:
        s.debtor("测同名", number, case={"judge": "法官乙"})
    owner = {"unit_id": "FW1", "seq": 1, "name": "测试甲", "id_type": "resident_id", "id_number": PERSON_A}
    traced = {"_file": "housing_full_20261122.xml", "_file_sha256": SHA256}
    s.add("housing", "units", unit_id="FW1", unit_no="370499001001GB00001F00010001",
          location="测试区示例小区1号楼", floor_area="118.50", planned_use="residence",
          price="620000.00", register_status="current", **traced)  # fmt: skip
    s.add("housing", "owners", **owner, co_ownership="sole", **traced)
    s.add("housing", "mortgages", unit_id="FW1", mortgage_no="1", kind="mortgage", holder_name="示例农村商业银行",
          amount="400000.00", registered_at="2021-03-05 10:00:00", **traced)  # fmt: skip
    s.add("housing", "seizures", unit_id="FW1", seizure_no="1", kind="seizure", authority="测试区人民法院",
          document="（2026）测0499执90号之二", from_date="2026-02-01", to_date="2026-12-03",
          registered_at="2026-02-01 11:00:00", **traced)  # fmt: skip
    s.add("housing", "applications", unit_id="FW1", application_no="20261123000101", kind="transfer",
          accepted_at="2026-11-23 09:40:00", stage="accepted", counterparty_name="外人乙", price="500000.00",
          status="open", **traced)  # fmt: skip
    s.add("vehicles", "vehicles", vehicle_id="1", owner_name="测试甲", owner_id_type="resident_id", owner_id=PERSON_A,
          plate_type="small", plate_no="测D00000", brand="示例牌", status=["normal"])  # fmt: skip
    s.add("vehicles", "vehicles", vehicle_id="2", owner_name="测小朋", owner_id_type="resident_id", owner_id=PERSON_B,
          plate_type="small", plate_no="测D00001", brand="示例牌", status=["normal"])  # fmt: skip
    s.debtor("陶护照", PASSPORT, id_type="passport", case={"judge": "法官乙"})
    for unit, price in (("FW2", "620000.00"), ("FW3", "80000.00")):
        s.add("housing", "units", unit_id=unit, unit_no=f"370499001001GB00001F0001000{unit[-1]}", price=price,
              location="测试区示例小区2号楼", planned_use="residence", register_status="current")  # fmt: skip
        s.add("housing", "owners", unit_id=unit, seq=1, name="陶护照", id_type="passport", id_number=PASSPORT,
              co_ownership="sole")  # fmt: skip
    s.outcome("housing", rows_delivered=1, rows_accepted=1, rows_quarantined=0)
    s.outcome("bank_ccb", rows_delivered=2, rows_accepted=2, rows_quarantined=0)
    s.build()
    _deliver(Store(s.folder), s)
    yield s.folder
    s.close()


def _deliver(store: Store, s: Scenario) -> None:
    """The house's delivery as the night keeps it: original, accepted row, record."""
    original = store.archived(SHA256)
    original.parent.mkdir(parents=True)
    original.write_bytes(DELIVERED)
    folder = store.delivery_folder("housing", date(2026, 11, 22)) / "d1"
    (folder / "accepted").mkdir(parents=True)
    write_json(folder / "delivery.json", as_json(_record("d1")))
    wrong = Verdict("hash_mismatch", "housing_full_20261123.xml", held=True)
    held = replace(_record("d2"), business_date=date(2026, 11, 23), state="held", tables={}, verdicts=(wrong,))
    write_json(store.delivery_folder("housing", held.business_date) / "d2" / "delivery.json", as_json(held))
    docs = store.data_docs
    docs.mkdir()
    (docs / "index.html").write_text("<!DOCTYPE html><title>数据校验报告</title>", encoding="utf-8")
    (docs / "site.json").write_text("{}", encoding="utf-8")
    with connect(Settings()) as con:
        for table, columns in (
            ("units", "'FW1' AS unit_id, '370499001001GB00001F00010001' AS unit_no, 'residence' AS planned_use"),
            ("mortgages", "'FW1' AS unit_id, '示例农村商业银行' AS holder_name, '13900000001' AS mortgage_no"),
        ):
            con.execute(
                f"COPY (SELECT {columns}, 1 AS _row_no, '{SHA256}' AS _file_sha256) "
                f"TO '{folder / 'accepted' / f'{table}.parquet'}' (FORMAT parquet)"
            )


def _record(delivery_id: str) -> DeliveryRecord:
    as_of, extracted = datetime(2026, 11, 22, 20), datetime(2026, 11, 22, 23, 40)
    return DeliveryRecord(
        delivery_id=delivery_id, source="housing", business_date=date(2026, 11, 22), night=date(2026, 11, 23),
        mode="full", batch=None, state="loaded", data_as_of=as_of, extracted_at=extracted, files=(), missing_files=(),
        verdicts=(), tables={"units": TableCount(1, 1, 0)}, reasons={}, warnings={}, replaces=(), judgement=None,
        seen=(), contract_version="1.0.0",
    )  # fmt: skip


@pytest.fixture(scope="module")
def app(district: Path, quick_passwords: None, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The console over the district, with an account of every role. Each module has a copy: its tests decide links, let
    deliveries in, and more."""
    store = Store(shutil.copytree(district, tmp_path_factory.mktemp("console") / "store"))
    with database.opened(database.url_of(Settings(), store)) as engine:
        for officer, (role, name) in OFFICERS.items():
            accounts.add(engine, officer, name=name, role=role, password=PASSWORD)
    settings = Settings(api_requests_per_minute=1_000_000)  # the tests of a module ask with few keys
    return create_app(settings, store, beyond(settings, store))


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    """Where the console is served, over real HTTP."""
    with serving(app) as address:
        _without_waiting_for_the_disk(app.state.context.engine)
        yield address


def _without_waiting_for_the_disk(engine: sa.Engine) -> None:
    """Nobody pulls the plug here, and every request is a commit."""

    def told(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    sa.event.listen(engine, "connect", told)
    engine.dispose()


@pytest.fixture(scope="module")
def context(app: FastAPI, address: str) -> Context:
    served: Context = app.state.context
    return served


@pytest.fixture(scope="module")
def unknown(address: str) -> Iterator[Callable[[], Browser]]:
    """A browser of somebody who has not logged in."""
    clients: list[httpx.Client] = []

    def made() -> Browser:
        clients.append(httpx.Client(base_url=address))
        return Browser(clients[-1])

    yield made
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def enter(unknown: Callable[[], Browser]) -> Enter:
    """Log in as an officer (JUDGE unless said)."""

    def entered(officer: str = JUDGE) -> Browser:
        browser = unknown()
        answer = browser.post("/login", officer=officer, password=PASSWORD)
        assert answer.status_code == 303
        browser.follow(answer)
        return browser

    return entered


@pytest.fixture(scope="session")
def table() -> permissions.Permissions:
    return permissions.load()


@pytest.fixture
def logged(context: Context) -> Callable[[], list[Entry]]:
    """The entries of the audit log since the test began, oldest first."""
    start = audit.head(context.engine).entries

    def entries() -> list[Entry]:
        return [entry for entry in audit.entries(context.engine, {}, limit=1000)[::-1] if entry.seq > start]

    return entries


@pytest.fixture(scope="session")
def debtor_id() -> str:
    """测试甲."""
    return Scenario(Path()).debtor_id(PERSON_A)


@pytest.fixture(scope="session")
def other_id() -> str:
    """测小明, whose judge is another."""
    return Scenario(Path()).debtor_id(PERSON_B)
