"""A delivery read again from the raw archive, by the contract and the reader as they are now.

What comes out is a record of its own beside the first one: it replaces it in every count and in the present state, as a
revision of the sender would, and names it. The first record and its rows stay. A replay takes the delivery as if it
were still the night that took it first: only what stood then is known of parents and of earlier fulls; orphans find
parents that came since as they do every night.

Nothing is filed when the same rows come out, or when a file that was taken would now be held: a contract is put right
there, not a delivery taken away.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from connectors import layers as layering
from connectors import orphans
from connectors.alone import alone
from connectors.concluding import NOTHING, asked_of, draw, file_outcome
from connectors.control import from_record
from connectors.delivery import Candidate, Part, discover
from connectors.layers import Layer
from connectors.pull import Pulled, against_control
from connectors.quarantine.rows import PACKAGE, origin, standing
from connectors.records import DeliveryRecord, FileRecord, Verdict, delivery_folder, read_deliveries, read_outcome
from connectors.releases import lenient
from connectors.taking import Taking
from connectors.transport import RemoteFile
from core import duck
from core.duck import sql
from core.errors import StoreError
from core.settings import Settings
from core.store import Store
from data_contracts import Contract, load


@dataclass(frozen=True)
class Change:
    """One delivery before and after it was read again. `released` rows were refused before and are not now, `refused`
    the other way round. `filed`: `after` stands in the store."""

    before: DeliveryRecord
    after: DeliveryRecord
    released: int
    refused: int
    same: bool
    filed: bool = False

    @property
    def held(self) -> tuple[Verdict, ...]:
        """Why nothing can be filed; none when it can."""
        taken = {file.name for file in self.after.files if file.taken}
        lost = [file for file in self.before.files if file.taken and file.name not in taken]
        return tuple(v for v in self.after.verdicts if v.held) if lost or self.after.state != "loaded" else ()


#: Told of a change that can be filed; gives the number of the decision under which it is.
Decide = Callable[[Change], str]


def replay(
    settings: Settings,
    store: Store,
    source: str,
    *,
    night: date,
    chosen: Callable[[DeliveryRecord], bool],
    decide: Decide | None,
    waived: Callable[[], Mapping[str, int]] = dict,
) -> list[Change]:
    """Read the `chosen` deliveries of `source` again, as far as they are `readable_again`.

    Without `decide` nothing is filed. `night` is the business date of whoever asks; `waived` counts the rows that are
    set aside (`Evidence`). Repeating it changes nothing.
    StoreError when bytes are no longer in the archive; TransientError when another run holds the source.
    """
    work = store.work / "replay" / source
    with alone(store, source):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        try:
            with closing(duck.connect(settings, scratch=work / "spill")) as con:
                return _Replay(settings, store, load(source), con, work, night, chosen, decide, waived).run()
        finally:
            shutil.rmtree(work, ignore_errors=True)


def readable_again(store: Store, contract: Contract) -> list[DeliveryRecord]:
    """Deliveries of which something was not taken, and those of the present state, from the last full on, that were
    taken by another version of the contract: what it stores otherwise, such as a key in its normal form, would not meet
    what comes now."""
    records = read_deliveries(store, contract.source)
    unfinished = standing(records)
    layers = layering.load(store, contract.source).layers
    fulls = [place for place, layer in enumerate(layers) if layer.mode == "full"]
    outdated = {
        layer.delivery_id for layer in layers[fulls[-1] if fulls else 0 :] if layer.contract_version != contract.version
    }
    return unfinished + [one for one in records if one.delivery_id in outdated and one not in unfinished]


@dataclass
class _Replay:
    """One call of `replay`."""

    settings: Settings
    store: Store
    contract: Contract
    con: duckdb.DuckDBPyConnection
    work: Path
    night: date
    chosen: Callable[[DeliveryRecord], bool]
    decide: Decide | None
    waived: Callable[[], Mapping[str, int]]
    changes: list[Change] = field(default_factory=list)

    def run(self) -> list[Change]:
        """In the order in which they came: what one lets in may be another one's parent."""
        layering.rebuild(self.store, self.contract.source)
        records = read_deliveries(self.store, self.contract.source)
        noted = {record.business_date: self._noted(record.business_date, records) for record in records}
        for record in sorted(filter(self.chosen, readable_again(self.store, self.contract)), key=_came):
            self._again(record)
        touched = {change.before.business_date for change in self.changes if change.filed}
        if touched:
            touched |= set(orphans.retry(self.store, self.contract, self.con, self.night, self.work))
            layering.rebuild(self.store, self.contract.source)
        for day in sorted(touched):
            self._conclude(day, noted[day])
        return self.changes

    def _conclude(self, day: date, noted: Sequence[Verdict]) -> None:
        asked = asked_of(self.store, self.contract, day)
        outcome = draw(self.store, self.contract, day, standing=NOTHING, noted=noted, asked=asked, waived=self.waived())
        file_outcome(self.store, outcome)

    def _noted(self, day: date, records: Sequence[DeliveryRecord]) -> list[Verdict]:
        """What the night of `day` noted that stands in no record."""
        outcome = read_outcome(self.store, self.contract.source, day)
        recorded = [verdict for record in records for verdict in record.verdicts]
        return [verdict for verdict in outcome.verdicts if verdict not in recorded] if outcome else []

    def _again(self, record: DeliveryRecord) -> None:
        records = read_deliveries(self.store, self.contract.source)
        siblings = [other for other in records if _place(other) == _place(record)]
        before = [other for other in records if _came(other) <= _came(record) and other not in siblings]
        taking = Taking(
            settings=self.settings,
            store=self.store,
            contract=lenient(self.contract) if record.release else self.contract,
            con=self.con,
            work=self.work,
            night=record.night,
            candidate=_candidate(self.contract, record),
            delivery_id=_replay_id(record, records),
            seen=record.seen,
            held=self._layers({other.delivery_id for other in before}),
            siblings=siblings,
            loaded=[other for other in before if other.state == "loaded"],
            release=record.release,
            review=lambda after, folder: self._review(record, after, folder),
        )
        if taking.file([self._unarchived(record, part) for part in _parts(taking.candidate)]):
            layering.rebuild(self.store, self.contract.source)

    def _layers(self, known: set[str]) -> list[Layer]:
        manifest = layering.load(self.store, self.contract.source)
        return [layer for layer in manifest.layers if layer.delivery_id in known]

    def _review(self, record: DeliveryRecord, after: DeliveryRecord, folder: Path) -> DeliveryRecord | None:
        """Note what changed, and let it in if somebody decides so."""
        kept = delivery_folder(self.store, record)
        change = Change(
            before=record,
            after=_standing_for(record, after),
            released=self._refused_only(kept, folder),
            refused=self._refused_only(folder, kept),
            same=record.state == after.state and self._digest(kept) == self._digest(folder),
        )
        if self.decide is None or change.same or change.held:
            self.changes.append(change)
            return None
        filed = replace(change.after, decision=self.decide(change))
        self.changes.append(replace(change, after=filed, filed=True))
        return filed

    def _refused_only(self, one: Path, other: Path) -> int:
        """Rows refused in `one` and not in `other`. A delivery held whole refused no row."""
        paths = {name: folder / "quarantine.parquet" for name, folder in (("one", one), ("other", other))}
        if not all(path.exists() for path in paths.values()):
            return 0
        values = {name: str(path) for name, path in paths.items()}
        return int(self.con.execute(sql(PACKAGE, "compare"), values).fetchall()[0][0])

    def _digest(self, folder: Path) -> dict[str, tuple[int, int]]:
        """Equal for equal rows in any order: file -> rows, sum of their hashes."""
        files = sorted(folder.glob("accepted/*.parquet")) + sorted(folder.glob("quarantine.parquet"))
        query = "SELECT count(*), coalesce(sum(hash(r)::HUGEINT), 0) FROM read_parquet($path) r"
        return {file.name: self.con.execute(query, {"path": str(file)}).fetchall()[0] for file in files}

    def _unarchived(self, record: DeliveryRecord, part: Part) -> Pulled:
        """The file as it was pulled. A control file that could not be read then vouches for nothing now."""
        kept: FileRecord = next(file for file in record.files if file.name == part.file.name)
        path = self.store.archived(kept.sha256)
        if not path.exists():
            raise StoreError("原始文件已不在存档中", where=f"{record.delivery_id} {kept.name}", do="从备份恢复后重试")
        if not part.declared.control:
            return Pulled(part, kept.sha256, path, None, None)
        if kept.control is None:
            unread = next((verdict for verdict in record.verdicts if verdict.file == kept.name and verdict.held), None)
            return Pulled(part, kept.sha256, path, None, unread or Verdict("missing_control", kept.name, True))
        stated = from_record(kept.control)
        return Pulled(part, kept.sha256, path, stated, against_control(part, stated, kept.bytes, kept.sha256))


def _standing_for(record: DeliveryRecord, after: DeliveryRecord) -> DeliveryRecord:
    """`after` in the place of `record`: it replaces what that one stood for, and was as late as that one."""
    verdicts = after.verdicts
    if record.state == "loaded":
        late = [verdict for verdict in record.verdicts if verdict.code == "late_delivery"]
        verdicts = (*(verdict for verdict in after.verdicts if verdict.code != "late_delivery"), *late)
    replaces = (record.delivery_id,) if record.state == "loaded" else after.replaces
    return replace(after, replays=origin(record), verdicts=verdicts, replaces=replaces)


def _candidate(contract: Contract, record: DeliveryRecord) -> Candidate:
    """The files of the delivery sorted as they would be tonight."""
    listing = [_remote(record, *entry) for entry in record.seen]
    found = discover(contract, record.business_date, listing, pull_date=record.business_date + timedelta(days=1))
    for candidate in found.candidates:
        if (candidate.mode, candidate.batch) == (record.mode, record.batch):
            return candidate
    raise StoreError("现行契约中没有这些文件的位置", where=record.delivery_id, do="核对契约 files 的文件名规则")


def _remote(record: DeliveryRecord, name: str, size: int, modified: str) -> RemoteFile:
    return RemoteFile(name, size, datetime.fromisoformat(modified), record.delivery_id)


def _parts(candidate: Candidate) -> list[Part]:
    return [part for parts in candidate.slots.values() for part in parts]


def _place(record: DeliveryRecord) -> tuple[date, str, str | None]:
    return record.business_date, record.mode, record.batch


def _came(record: DeliveryRecord) -> tuple[date, date]:
    """Late deliveries are taken before the night's own."""
    return record.night, record.business_date


def _replay_id(record: DeliveryRecord, records: Sequence[DeliveryRecord]) -> str:
    first = origin(record)
    number = sum(other.replays == first for other in records) + 1
    return f"d{hashlib.sha256(f'{first} replay {number}'.encode()).hexdigest()[:20]}"
