"""The audit log: who did what about whom, on what ground, when, from where. Entries are added and never changed.

Each entry carries the digest of the one before, and its own is an HMAC over all its fields: altering, removing or
moving one breaks the chain for everybody without the key (`audit_key`). The head keeps how many there are and the last
digest, sealed with the same key, so that entries cut off at the end are missed. Who can put back an older ledger
together with its own head is found out by a head that was written down elsewhere (`Head.note`, ``chakong audit verify
--seen``).

An act that shows many debtors, as a list or its file does, names them beside the entry (`concerned`), so that a search
for any of them finds it; the entry's digest covers them.

No name and no number of a person: a search is logged as the keyed digest of its words, so that "was this person looked
for" can be asked by typing the words again and cannot be read off.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from core.clock import now
from core.errors import UsageError
from ledger.connections import reading, writing

FIRST = "0" * 64
_PAGE = 5000

metadata = sa.MetaData()
entry_table = sa.Table(
    "audit_entry",
    metadata,
    sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
    *(
        sa.Column(name, sa.DateTime() if name == "at" else sa.Text())
        for name in ("at", "officer", "role", "action", "outcome", "debtor_id", "case_no", "subject", "reason",
                     "address", "key_id", "previous", "digest")
    ),
)  # fmt: skip
head_table = sa.Table(
    "audit_head",
    metadata,
    sa.Column("head_no", sa.Integer(), primary_key=True),
    sa.Column("entries", sa.BigInteger()),
    sa.Column("digest", sa.Text()),
    sa.Column("seal", sa.Text()),
)
concerned_table = sa.Table(
    "audit_concerned",
    metadata,
    sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
    sa.Column("debtor_id", sa.Text(), primary_key=True),
)


@dataclass(frozen=True)
class Act:
    """What was done. `officer` and `role` are null before somebody is known; `subject` is an id, a digest or a count of
    what was acted on; `reason` what the officer stated; `outcome`: done | refused. `key_id`: the API key of the system
    that asked for the officer."""

    action: str
    officer: str | None = None
    role: str | None = None
    outcome: str = "done"
    debtor_id: str | None = None
    case_no: str | None = None
    subject: str | None = None
    reason: str | None = None
    address: str | None = None
    key_id: str | None = None


@dataclass(frozen=True)
class Entry:
    """One row of the log."""

    seq: int
    at: datetime
    act: Act
    previous: str
    digest: str


@dataclass(frozen=True)
class Head:
    """Where the chain ends."""

    entries: int
    digest: str

    @property
    def note(self) -> str:
        """What to write down outside the ledger."""
        return f"{self.entries}:{self.digest}"

    @classmethod
    def of_note(cls, note: str) -> Head:
        """UsageError if `note` is none."""
        entries, _, digest = note.partition(":")
        if not entries.isdecimal() or len(digest) != len(FIRST):
            raise UsageError("不是链尾记号", where="--seen", do="填写 chakong audit verify 此前显示的“条数:校验值”")
        return cls(int(entries), digest)


@dataclass(frozen=True)
class Finding:
    """What does not hold. `kind`: altered | missing | out_of_order | cut_off | head_altered | head_unknown; `seq` the
    entry, or the first one missing."""

    kind: str
    seq: int


def append(
    engine: sa.Engine, key: bytes, act: Act, at: datetime | None = None, *, concerned: Collection[str] = ()
) -> Entry:
    """Add one entry behind the last; writers come one after the other. `concerned`: ids of the debtors whom the act
    showed together."""
    together = sorted(set(concerned))
    with writing(engine) as connection:
        head = _head(connection, key, lock=True)
        draft = Entry(head.entries + 1, at or now(), act, head.digest, "")
        entry = replace(draft, digest=_digest(key, draft, together))
        if together:
            # before their entry: none can be added to one that stands
            connection.execute(
                concerned_table.insert(), [{"seq": entry.seq, "debtor_id": debtor_id} for debtor_id in together]
            )
        connection.execute(
            entry_table.insert().values(
                seq=entry.seq, at=entry.at, previous=entry.previous, digest=entry.digest, **asdict(act)
            )
        )
        after = Head(entry.seq, entry.digest)
        connection.execute(
            head_table.update().values(entries=after.entries, digest=after.digest, seal=_seal(key, after))
        )
    return entry


def head(engine: sa.Engine) -> Head:
    """Where the chain ends now, unchecked."""
    with reading(engine) as connection:
        row = connection.execute(sa.select(head_table)).one_or_none()
    return Head(0, FIRST) if row is None else Head(row.entries, row.digest)


def verify(engine: sa.Engine, key: bytes, seen: Sequence[Head] = ()) -> list[Finding]:
    """Everything in the log that does not hold; empty when all does. `seen`: heads that were written down earlier."""
    findings: list[Finding] = []
    last = Head(0, FIRST)
    wanted = {head.entries: head for head in seen}
    with reading(engine) as connection:
        stated = connection.execute(sa.select(head_table)).one_or_none()
        for entry, together in _chain(connection):
            if entry.seq != last.entries + 1:
                findings.append(Finding("missing", last.entries + 1))
            elif entry.previous != last.digest:
                findings.append(Finding("out_of_order", entry.seq))
            if entry.digest != _digest(key, entry, together):
                findings.append(Finding("altered", entry.seq))
            last = Head(entry.seq, entry.digest)
            if last.entries in wanted and wanted.pop(last.entries).digest != last.digest:
                findings.append(Finding("head_unknown", last.entries))
        findings += [Finding("altered", seq) for seq in _of_no_entry(connection)]
    findings += [Finding("head_unknown", entries) for entries in sorted(wanted) if entries > 0]
    return findings + _end(key, stated, last)


def entries(
    engine: sa.Engine, where: Mapping[str, Collection[str]], *, before: int | None = None, limit: int = 50
) -> list[Entry]:
    """The newest first; only those whose columns hold one of the values of `where` (none = whatever), and before
    `before`. An act that showed many debtors is about each of them."""
    conditions = [_holds(name, values) for name, values in where.items() if values]
    if before is not None:
        conditions.append(entry_table.c.seq < before)
    query = sa.select(entry_table).where(*conditions).order_by(entry_table.c.seq.desc()).limit(limit)
    with reading(engine) as connection:
        return [_entry(row) for row in connection.execute(query)]


def concerned(engine: sa.Engine, seqs: Collection[int]) -> dict[int, int]:
    """How many debtors each of these entries showed together; those that showed none are left out."""
    query = (
        sa.select(concerned_table.c.seq, sa.func.count().label("debtors"))
        .where(concerned_table.c.seq.in_(seqs))
        .group_by(concerned_table.c.seq)
    )
    with reading(engine) as connection:
        return {row.seq: row.debtors for row in connection.execute(query)}


def _holds(name: str, values: Collection[str]) -> sa.ColumnElement[bool]:
    itself = entry_table.c[name].in_(values)
    if name != "debtor_id":
        return itself
    together = sa.select(concerned_table.c.seq).where(concerned_table.c.debtor_id.in_(values))
    return itself | entry_table.c.seq.in_(together)


def words_digest(key: bytes, words: str) -> str:
    """What stands in the log for the words of a search."""
    return "S" + hmac.new(key, f"search\x1f{words}".encode(), hashlib.sha256).hexdigest()[:24]


def _head(connection: sa.Connection, key: bytes, *, lock: bool) -> Head:
    """The stated head, made if there is none. SQLite's writers are alone already; PostgreSQL's wait for the row."""
    query = sa.select(head_table)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is not None:
        return Head(row.entries, row.digest)
    start = Head(0, FIRST)
    values = {"head_no": 1, "entries": 0, "digest": FIRST, "seal": _seal(key, start)}
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        connection.execute(postgresql.insert(head_table).values(values).on_conflict_do_nothing())
        row = connection.execute(query.with_for_update()).one()
        return Head(row.entries, row.digest)
    connection.execute(head_table.insert().values(values))
    return start


def _end(key: bytes, stated: sa.Row[tuple[object, ...]] | None, last: Head) -> list[Finding]:
    if stated is None:
        return [] if last.entries == 0 else [Finding("head_altered", last.entries)]
    told = Head(stated.entries, stated.digest)
    if not hmac.compare_digest(stated.seal, _seal(key, told)):
        return [Finding("head_altered", told.entries)]
    if told.entries > last.entries:
        return [Finding("cut_off", last.entries + 1)]
    return [] if told == last else [Finding("head_altered", told.entries)]


def _chain(connection: sa.Connection) -> Iterator[tuple[Entry, list[str]]]:
    """All entries by number and whom each showed together, a page at a time."""
    after = 0
    while True:
        query = sa.select(entry_table).where(entry_table.c.seq > after).order_by(entry_table.c.seq).limit(_PAGE)
        page = connection.execute(query).all()
        together = _together(connection, page[0].seq, page[-1].seq) if page else {}
        yield from ((_entry(row), together.get(row.seq, [])) for row in page)
        if len(page) < _PAGE:
            return
        after = page[-1].seq


def _together(connection: sa.Connection, first: int, last: int) -> dict[int, list[str]]:
    query = (
        sa.select(concerned_table)
        .where(concerned_table.c.seq.between(first, last))
        .order_by(concerned_table.c.seq, concerned_table.c.debtor_id)
    )
    found: dict[int, list[str]] = {}
    for seq, debtor_id in connection.execute(query):
        found.setdefault(seq, []).append(debtor_id)
    return found


def _of_no_entry(connection: sa.Connection) -> Sequence[int]:
    """Numbers under which debtors are named, and no entry stands."""
    named, entry = concerned_table.c.seq, entry_table.c.seq
    query = sa.select(named).distinct().where(~sa.exists().where(entry == named)).order_by(named)
    return connection.execute(query).scalars().all()


def _entry(row: sa.Row[tuple[object, ...]]) -> Entry:
    act = Act(**{name: getattr(row, name) for name in Act.__dataclass_fields__})
    return Entry(row.seq, row.at, act, row.previous, row.digest)


def _digest(key: bytes, entry: Entry, together: Sequence[str]) -> str:
    act = asdict(entry.act)
    if act["key_id"] is None:
        del act["key_id"]  # entries from before there were keys keep their digests
    # and so do those about one debtor or none
    told = [entry.seq, entry.at.isoformat(), entry.previous, act, *([together] if together else [])]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _seal(key: bytes, head: Head) -> str:
    return hmac.new(key, f"head\x1f{head.note}".encode(), hashlib.sha256).hexdigest()
