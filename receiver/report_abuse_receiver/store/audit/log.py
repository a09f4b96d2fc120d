"""The audit: a hash chain of what staff opened, append-only by trigger, with its head kept beside it (S9)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Table,
    Text,
    cast,
    func,
    insert,
    select,
    update,
)

from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.audit.heads import Head
from report_abuse_receiver.ground.canonical import canonical, sha256
from report_abuse_receiver.ground.kinds import AuditAction
from report_abuse_receiver.store.types import Moment, RowId, metadata, texts

audit = Table(
    "audit",
    metadata,
    Column("seq", RowId, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    *texts("staff", "action", "subject", "reason", "previous", "hash"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("id = 1", name="single"),
)


#: What the first row points back to.
GENESIS = "0" * 64
#: Rows.
_LOOK_BACK = 50

#: A row's number and its hash.
Link = tuple[int, str]
#: What comes before the first row.
BEGINNING: Link = (0, GENESIS)
#: The number of the row that does not fit, and what is wrong there.
Break = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """A row as it stands in the table; `at` is None where somebody wrote what is no time."""

    seq: int
    at: datetime | None
    staff: str
    action: str
    subject: str
    reason: str
    previous: str
    hash: str = ""

    @property
    def own_hash(self) -> str:
        """What its hash has to be."""
        held = {name: value for name, value in vars(self).items() if name != "hash"}
        held["at"] = self.at.isoformat() if self.at else None
        return sha256(canonical(held, default=_no_text))


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`rows` are proven, `head` is the hash of the last of them; `broken_at` is the first that is not, or None."""

    rows: int
    head: str
    broken_at: int | None = None
    wrong: str | None = None


def lock(conn: Connection) -> None:
    """Nobody else writes a row before this transaction ends: for what takes other locks after this one."""
    conn.execute(select(audit_head).with_for_update()).one()


def append(conn: Connection, *, by: Actor, action: AuditAction, subject: str, reason: str, now: datetime) -> None:
    """Add one row in the caller's transaction; the row of the head is the lock that keeps the chain single."""
    head = conn.execute(select(audit_head).with_for_update()).one()
    row = AuditRow(
        seq=head.seq + 1,
        at=now.replace(microsecond=0),
        staff=_storable(by.name),
        action=action,
        subject=subject,
        reason=_storable(reason),
        previous=head.hash,
    )
    conn.execute(insert(audit).values({**vars(row), "hash": row.own_hash}))
    conn.execute(update(audit_head).values(seq=row.seq, hash=row.own_hash))


def newest(conn: Connection, *, now: datetime) -> Head:
    """The head as it stands now, to be signed and shipped."""
    head = conn.execute(select(audit_head)).one()
    count = conn.scalar(select(func.count()).select_from(audit)) or 0
    return Head(seq=head.seq, hash=head.hash, at=now, count=count)


def has_lately(conn: Connection, *, staff: str, subject: str, since: datetime) -> bool:
    """Whether one of the last rows is of this since then; looks back no further than those."""
    latest = select(audit).order_by(audit.c.seq.desc()).limit(_LOOK_BACK).subquery()
    mine = select(latest.c.seq).where(latest.c.staff == staff, latest.c.subject == subject, latest.c.at >= since)
    return conn.execute(mine.limit(1)).first() is not None


def latest(conn: Connection, *, most: int) -> list[AuditRow]:
    """The last rows, the newest first."""
    return list(_stored(conn, audit.c.seq.desc(), most=most))


def last_done(conn: Connection, action: AuditAction) -> datetime | None:
    """When this was last done; None where it never was, or where somebody wrote what is no time."""
    text = conn.scalar(select(cast(audit.c.at, Text)).where(audit.c.action == action).order_by(audit.c.seq.desc()))
    return None if text is None else _moment(text)


def length(conn: Connection) -> int:
    """How many rows the head counts."""
    return conn.scalar(select(audit_head.c.seq)) or 0


def verify(conn: Connection, *, shipped: Sequence[Head] = ()) -> Verdict:
    """Walk the chain from its first row to its head, and by the heads that were shipped."""
    return check(_stored(conn, audit.c.seq.asc()), head=_head(conn), shipped=shipped)


def verify_latest(conn: Connection, *, most: int) -> Verdict:
    """Walk the last rows only, up to the head: for a page, however long the chain is."""
    rows = latest(conn, most=most)[::-1]
    is_all = len(rows) < most
    return check(rows, head=_head(conn), after=BEGINNING if is_all else (rows[0].seq - 1, rows[0].previous))


def check(
    rows: Iterable[AuditRow],
    *,
    head: Link | None,
    shipped: Sequence[Head] = (),
    after: Link = BEGINNING,
) -> Verdict:
    """Walk rows that come in the order of their numbers from the one after `after`; `head` is that of the last."""
    looked_for = {one.seq for one in shipped} | ({head[0]} if head else set())
    (seq, previous), met = after, dict((after,))
    for row in rows:
        last = head[0] if head else row.seq
        wrong = _wrong_row(row, seq=seq + 1, previous=previous, among=range(after[0] + 1, last + 1))
        if wrong:
            return Verdict(rows=seq, head=previous, broken_at=seq + 1, wrong=wrong)
        seq, previous = row.seq, row.hash
        if seq in looked_for:
            met[seq] = previous
    met[seq] = previous
    found = sorted(one for one in (_wrong_head(head, met), _wrong_shipped(shipped, met)) if one)
    if not found:
        return Verdict(rows=seq, head=previous)
    broken_at, wrong = found[0]
    return Verdict(rows=broken_at - 1, head=met[broken_at - 1], broken_at=broken_at, wrong=wrong)


def _head(conn: Connection) -> Link | None:
    head = conn.execute(select(audit_head)).one_or_none()
    return (head.seq, head.hash) if head else None


def _no_text(value: bytes) -> Mapping[str, str]:
    """What SQLite keeps where somebody wrote bytes in the place of a text: no row of ours hashes to it."""
    return {"bytes": value.hex()}


def _stored(conn: Connection, order: ColumnElement[Any], *, most: int | None = None) -> Iterator[AuditRow]:
    """The table in this order. The time comes as text, because SQLite keeps whatever somebody wrote there."""
    texts = [audit.c[name] for name in ("staff", "action", "subject", "reason", "previous", "hash")]
    query = select(audit.c.seq, cast(audit.c.at, Text).label("at"), *texts).order_by(order).limit(most)
    for row in conn.execute(query):
        held: Mapping[str, str] = {name: value for name, value in row._mapping.items() if name not in ("seq", "at")}
        yield AuditRow(seq=row.seq, at=_moment(row.at), **held)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _wrong_row(row: AuditRow, *, seq: int, previous: str, among: Iterable[int]) -> str | None:
    """What is wrong with the row that comes where number `seq` has to be."""
    if row.seq < seq:
        return f"a row with the number {row.seq} was put in before row {seq}"
    if row.seq > seq:
        return _missing(seq, row.seq - 1)
    if row.own_hash != row.hash:
        number = next((n for n in among if replace(row, seq=n).own_hash == row.hash), None)
        return f"row {seq} was written as row {number}" if number else f"row {seq} was changed after it was written"
    if row.previous != previous:
        return f"row {seq} does not follow the row before it: one of them was put in, or written anew"
    return None


def _wrong_head(head: Link | None, met: Mapping[int, str]) -> Break | None:
    last = max(met)
    if head is None:
        return last + 1, f"the head is gone, so rows may be missing after row {last}"
    if head[0] > last:
        return last + 1, f"{_missing(last + 1, head[0])}: the head counts {head[0]}"
    if met.get(head[0]) != head[1]:
        return last + 1, f"the head is not that of row {head[0]}: somebody changed it"
    if head[0] < last:
        return head[0] + 1, f"the head counts {head[0]}, and row {head[0] + 1} was put in after it"
    return None


def _wrong_shipped(shipped: Sequence[Head], met: Mapping[int, str]) -> Break | None:
    """All after the newest shipped head that fits is unproven as soon as another one does not."""
    proven, last = 0, max(met)
    for head in sorted(shipped, key=lambda one: one.seq):
        if head.seq > last:
            return last + 1, f"{_missing(last + 1, head.seq)}: the head shipped at {head.when} counts {head.seq}"
        if met[head.seq] != head.hash:
            return proven + 1, (
                f"rows {proven + 1} to {head.seq} are not those of the head shipped at {head.when}: written anew since"
            )
        proven = head.seq
    return None


def _missing(first: int, last: int) -> str:
    return f"row {first} is missing" if first == last else f"rows {first} to {last} are missing"


def _storable(text: str) -> str:
    """PostgreSQL keeps neither NUL nor a lone surrogate."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
