from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from connectors import outbox
from connectors.site import SourceSite
from connectors.transport import FolderTransport, open_folders
from connectors.transport.breaker import Breaker
from core.errors import SenderError, TransientError
from core.store import Store, compact

SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)


def written(store: Store, day: date, name: str = "inquiry.csv", source: str = "tax") -> None:
    folder = store.outbox_folder(source, day)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(f"{source} {day} {name}".encode())
    (folder / f"{name}.ok").write_text(json.dumps({"file": name}))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def agency(tmp_path: Path) -> Path:
    (tmp_path / "agency").mkdir()
    return tmp_path / "agency"


@pytest.fixture
def transport(agency: Path, tmp_path: Path) -> FolderTransport:
    opened = open_folders(SourceSite("tax", str(agency), attempts=1), tmp_path / "partial")
    opened.guard.breaker = Breaker()
    return opened


def test_a_list_arrives_with_its_control_file_where_the_agreement_puts_it(
    store: Store, agency: Path, transport: FolderTransport
) -> None:
    written(store, MONDAY)
    written(store, MONDAY, "inquiry_02.csv")
    assert outbox.waiting(store, "tax", SUNDAY) == ["20261123/inquiry.csv", "20261123/inquiry_02.csv"]
    assert outbox.send_waiting(store, "tax", transport, SUNDAY) == 2
    arrived = sorted(path.name for path in (agency / "tax" / "20261123").iterdir())
    assert arrived == ["inquiry.csv", "inquiry.csv.ok", "inquiry_02.csv", "inquiry_02.csv.ok"]
    assert (agency / "tax" / "20261123" / "inquiry.csv").read_bytes() == b"tax 2026-11-23 inquiry.csv"


def test_a_list_is_sent_once(store: Store, agency: Path, transport: FolderTransport) -> None:
    written(store, MONDAY)
    outbox.send_waiting(store, "tax", transport, SUNDAY)
    (agency / "tax" / "20261123" / "inquiry.csv").unlink()  # the addressee has taken it
    assert outbox.send_waiting(store, "tax", transport, SUNDAY) == 0
    assert outbox.waiting(store, "tax", SUNDAY) == []


def test_a_list_without_its_control_file_is_still_being_written(store: Store, transport: FolderTransport) -> None:
    written(store, MONDAY)
    (store.outbox_folder("tax", MONDAY) / "inquiry.csv.ok").unlink()
    assert outbox.send_waiting(store, "tax", transport, SUNDAY) == 0


def test_what_could_not_be_sent_goes_with_the_next_run_and_an_old_list_no_more(
    store: Store, agency: Path, transport: FolderTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (date(2026, 11, 1), SUNDAY, MONDAY):
        written(store, day)
    put, seen = transport.channel.put, []

    def breaks(content: Path, folder: str, name: str) -> None:
        seen.append(name)
        if len(seen) == 3:  # the list of Monday
            raise TransientError("cut")
        put(content, folder, name)

    monkeypatch.setattr(transport.channel, "put", breaks)
    with pytest.raises(SenderError):
        outbox.send_waiting(store, "tax", transport, SUNDAY)
    assert outbox.waiting(store, "tax", SUNDAY) == ["20261123/inquiry.csv"]
    assert not (agency / "tax" / compact(MONDAY)).exists()
    assert outbox.send_waiting(store, "tax", transport, SUNDAY) == 1
    assert sorted(path.name for path in (agency / "tax").iterdir()) == ["20261122", "20261123"]


def test_addressees_are_those_who_were_ever_asked(store: Store) -> None:
    assert outbox.addressees(store) == []
    written(store, MONDAY)
    written(store, MONDAY, source="bank_abc")
    assert outbox.addressees(store) == ["bank_abc", "tax"]
