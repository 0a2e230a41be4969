"""One delivery on its way into the store: which of its files may be taken, its rows, its record, its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from connectors import present, validations
from connectors.delivery import Candidate
from connectors.history import History, history_of, unusual
from connectors.judging import judge_delivery
from connectors.layers import Layer
from connectors.pages import put_together
from connectors.pull import Pulled, Read, file_record, open_part
from connectors.records import (
    DeliveryRecord,
    FileRecord,
    Release,
    State,
    Verdict,
    as_json,
    delivery_folder,
    read_outcome,
)
from connectors.rows import Filtered, filter_delivery
from core.files import write_json
from core.settings import Settings
from core.store import Store
from data_contracts import Contract, calendar
from data_contracts.suite import SuiteVerdict

#: Called with a record and the folder of its rows: the record as it is to be filed, None when it is not.
Review = Callable[[DeliveryRecord, Path], DeliveryRecord | None]


def _as_found(record: DeliveryRecord, _folder: Path) -> DeliveryRecord | None:
    return record


@dataclass
class Taking:
    """The work on one delivery. `held` is the present state without it, `siblings` earlier records of the same place
    (business date, mode, batch), `loaded` all loaded records of the source; `night` is the business date of the run;
    `release` why a held one is taken; `review` has the last word on what is filed."""

    settings: Settings
    store: Store
    contract: Contract
    con: duckdb.DuckDBPyConnection
    work: Path
    night: date
    candidate: Candidate
    delivery_id: str
    seen: tuple[tuple[str, int, str], ...]
    held: Sequence[Layer]
    siblings: Sequence[DeliveryRecord]
    loaded: Sequence[DeliveryRecord]
    release: Release | None = None
    review: Review = _as_found
    verdicts: list[Verdict] = field(default_factory=list)
    files: list[FileRecord] = field(default_factory=list)
    incomplete: list[Verdict] = field(default_factory=list)
    judgement: Mapping[str, Any] | None = None
    judged: list[SuiteVerdict] = field(default_factory=list)

    @cached_property
    def history(self) -> History:
        """What the source delivered in this mode before."""
        return history_of(self.loaded, self.candidate.mode, self.candidate.business_date)

    def file(self, pulled: Sequence[Pulled]) -> DeliveryRecord | None:
        """Take what can be taken and put its record into the store; None while pages of a reading are still missing,
        or when `review` lets nothing in."""
        folder = self.work / self.delivery_id
        folder.mkdir()
        present.attach_layers(self.con, self.store, self.contract, self.held, prefix="held_")
        reads = self._whole_reading(self._readable(pulled))
        if self.incomplete:
            return None
        reads, filtered = self._filter(reads, folder)
        if worse := self._worse_revision(reads, filtered):
            # That a miscounted reply is taken and flagged, which its own verdict says, holds no longer.
            self.verdicts = [verdict for verdict in self.verdicts if verdict.held or verdict.code != worse.code]
            reads = self._hold(reads, worse)
        if not reads:
            state: State = "held" if any(verdict.held for verdict in self.verdicts) else "duplicate"
            return self._place(self._record(state, (), Filtered()), folder)
        self.files += [read.record() for read in reads]
        self._note_lateness(reads)
        record = self._record("loaded", reads, filtered)
        return self._place(replace(record, verdicts=(*record.verdicts, *unusual(self.history, record))), folder)

    def _readable(self, pulled: Sequence[Pulled]) -> list[Read]:
        """For each place the newest revision that can be taken; verdicts on all that cannot."""
        chosen: dict[object, Read] = {}
        for item in pulled:
            slot = item.part.slot
            if slot in chosen:
                self.files.append(file_record(item))  # replaced: archived, in no count
                continue
            opened = self._known(item) or open_part(self.contract, item, self.work, released=self.release is not None)
            if isinstance(opened, Verdict):
                self.verdicts.append(opened)
                self.files.append(file_record(item))
            else:
                chosen[slot] = opened
        return list(chosen.values())

    def _known(self, item: Pulled) -> Verdict | None:
        """Bytes loaded before under another date, mode or batch are a repetition. An empty delta is not: it says that
        until a later moment nothing changed, in the same few bytes as yesterday."""
        if item.verdict is not None:
            return None
        earlier = [
            record
            for record in self.loaded
            if record not in self.siblings and any(file.taken and file.sha256 == item.sha256 for file in record.files)
        ]
        if not earlier:
            return None
        stated = item.control
        if (
            stated
            and not sum(stated.rows.values())
            and all(record.data_as_of is None or stated.data_as_of > record.data_as_of for record in earlier)
        ):
            return None
        return Verdict(
            "duplicate_delivery", item.part.file.name, False, {"business_date": str(earlier[-1].business_date)}
        )

    def _whole_reading(self, reads: list[Read]) -> list[Read]:
        """Pages are taken all or none."""
        if not reads or reads[0].part.page is None:
            return reads
        if any(verdict.held for verdict in self.verdicts):
            return self._hold(reads)
        reading = put_together(reads)
        for read, verdict in reading.repeated:
            self.verdicts.append(verdict)
            self.files.append(read.record(taken=False))
        if reading.verdict is None:
            return list(reading.pages)
        if not reading.verdict.held:
            self.incomplete.append(reading.verdict)
            return []
        return self._hold(reading.pages, reading.verdict)

    def _filter(self, reads: list[Read], folder: Path) -> tuple[list[Read], Filtered]:
        """Rows into the folder. Files with a table that the suite holds are left out, and the rest is filtered anew:
        without them, other parents are there. No reads are left when everything is held."""
        filtered = Filtered()
        noted: Sequence[Verdict] = ()
        while reads:
            shutil.rmtree(folder)
            folder.mkdir()
            filtered = filter_delivery(
                self.con, self.store, self.contract, self.candidate, reads, held=self.held, folder=folder
            )
            judged = judge_delivery(
                self.con,
                self.settings,
                self.contract,
                reads,
                held=self.held,
                history=self.history,
                filtered=filtered,
                released=self.release is not None,
            )
            self.judgement = judged.suite.as_json() if judged.suite else None
            self.judged += [judged.suite] if judged.suite else []
            if not judged.held:
                noted = judged.verdicts
                break
            self.verdicts += [verdict for verdict in judged.verdicts if verdict.held]
            self._hold(judged.held)
            reads = [read for read in reads if read not in judged.held]
        for read in reads:
            self.verdicts += read.flags
        self.verdicts += noted
        return reads, filtered

    def _worse_revision(self, reads: Sequence[Read], filtered: Filtered) -> Verdict | None:
        """What would replace a good delivery and is worse is no revision but a mistake: an answer with far fewer rows
        that hold, or a file that its control file does not bear out where it bore out the one before. A full is held
        for the same by its suite and its count."""
        standing = [record for record in self.siblings if record.state == "loaded"]
        if not reads or not standing or self.candidate.mode == "full" or self.release:
            return None
        before, name = standing[-1], max(reads, key=lambda read: read.part.revision).part.file.name
        found = sum(count.accepted for count in filtered.tables.values())
        had = sum(count.accepted for count in before.tables.values())
        if self.candidate.mode == "reply" and (found < had * self.settings.full_volume_floor or (had and not found)):
            what = f"the revision has fewer rows than what it would replace: {found} of {had}"
            return Verdict("count_mismatch", name, True, {"what": what})
        counts = [verdict for read in reads for verdict in read.flags if verdict.code == "count_mismatch"]
        if counts and all(verdict.code != "count_mismatch" for verdict in before.verdicts):
            what = "the revision does not have the rows that its control file states, what it would replace has"
            return replace(counts[0], held=True, facts={**counts[0].facts, "what": what})
        return None

    def _hold(self, reads: Sequence[Read], verdict: Verdict | None = None) -> list[Read]:
        if verdict:
            self.verdicts.append(verdict)
        self.files += [read.record(taken=False) for read in reads]
        return []

    def _note_lateness(self, reads: Sequence[Read]) -> None:
        """Late: made after the deadline, or not there when the night of its own date looked."""
        day = self.candidate.business_date
        looked = self.night > day and read_outcome(self.store, self.contract.source, day) is not None
        limit = calendar.deadline(self.contract, day)
        for read in reads:
            if looked or (read.part.declared.control and read.control.extracted_at > limit):
                self.verdicts.append(Verdict("late_delivery", read.part.file.name, False))

    def _record(self, state: State, reads: Sequence[Read], filtered: Filtered) -> DeliveryRecord:
        replaced = [record for record in self.siblings if state == "loaded" or record.state != "loaded"]
        return DeliveryRecord(
            delivery_id=self.delivery_id,
            source=self.contract.source,
            business_date=self.candidate.business_date,
            night=self.night,
            mode=self.candidate.mode,
            batch=self.candidate.batch,
            state=state,
            data_as_of=min((read.control.data_as_of for read in reads), default=None),
            extracted_at=max((read.control.extracted_at for read in reads), default=None),
            files=tuple(sorted(self.files, key=lambda file: file.name)),
            missing_files=self._missing(reads),
            verdicts=tuple(self.verdicts),
            tables=filtered.tables,
            reasons=filtered.reasons,
            warnings=filtered.warnings,
            replaces=tuple(record.delivery_id for record in replaced),
            judgement=self.judgement,
            seen=self.seen,
            contract_version=self.contract.version,
            release=self.release,
        )

    def _missing(self, reads: Sequence[Read]) -> tuple[str, ...]:
        """Declared files that did not come. A held file came; a repeated one too, unless it should have answered."""
        came = {read.part.declared.id for read in reads}
        if self.contract.mode == "extract":
            came |= {file_id for file_id, _ in self.candidate.slots}
        return tuple(file.id for file in self.contract.files if file.id not in came) if reads else ()

    def _place(self, record: DeliveryRecord, folder: Path) -> DeliveryRecord | None:
        """The record completes the folder; one rename makes both visible."""
        filed = self.review(record, folder)
        if filed is None:
            return None
        validations.write(folder, self.judged)
        write_json(folder / "delivery.json", as_json(filed))
        final = delivery_folder(self.store, filed)
        final.parent.mkdir(parents=True, exist_ok=True)
        folder.replace(final)
        return filed
