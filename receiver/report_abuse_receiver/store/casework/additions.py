"""Additions: what somebody added to a report later, sealed like the report, and the hash of the words that let them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
)

from report_abuse_receiver.ground.keys.vault import Envelope, WrappedKey
from report_abuse_receiver.store.casework.reports import report
from report_abuse_receiver.store.types import Moment, RowId, is_one_of, metadata, public
from report_abuse_receiver.store.upsert import upsert

return_words = Table(
    "return_words",
    metadata,
    # One row a report: whoever inserts it shows the words, and nobody can show them again.
    Column("report_id", ForeignKey("report.id", ondelete="CASCADE"), primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    info=public(select="report_id salt hash", insert="report_id salt hash created_at"),
)

addition = Table(
    "addition",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("report_id", ForeignKey("report.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("report_id", "number"),
    UniqueConstraint("report_id", "nonce", name="uq_addition_nonce"),
    info=public(select="id report_id number nonce", insert="report_id number nonce received_at body", numbered=True),
)

addition_key = Table(
    "addition_key",
    metadata,
    Column("addition_id", ForeignKey("addition.id", ondelete="CASCADE"), nullable=False),
    Column("kid", Text, nullable=False),
    Column("suite", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    PrimaryKeyConstraint("addition_id", "kid"),
    info=public(insert="addition_id kid suite wrapped"),
)


@dataclass(frozen=True, kw_only=True)
class WordsRow:
    """What is kept of a report's three words."""

    report_id: int
    salt: bytes
    hash: bytes


@dataclass(frozen=True, kw_only=True)
class AdditionRow:
    """An addition as it is kept: when, and the words sealed; `nonce` makes a second try the same addition."""

    number: int
    nonce: str
    received_at: datetime
    envelope: Envelope


@dataclass(frozen=True, kw_only=True)
class Count:
    """How often a report was added to, and when last."""

    number: int
    last_at: datetime


def keep_words(conn: Connection, report_id: int, *, salt: bytes, hash: bytes, now: datetime) -> bool:
    """Keep the hash of a report's words; False where it has some already."""
    row = upsert(conn, return_words).values(report_id=report_id, salt=salt, hash=hash, created_at=now)
    new = row.on_conflict_do_nothing(index_elements=["report_id"]).returning(return_words.c.report_id)
    return conn.scalar(new) is not None


def words_of(conn: Connection, reference: str) -> WordsRow | None:
    """What is kept of the words of this report, if there is such a report and it was given any."""
    columns = [return_words.c[name] for name in WordsRow.__dataclass_fields__]
    query = select(*columns).join(report, report.c.id == return_words.c.report_id)
    row = conn.execute(query.where(report.c.reference == reference)).one_or_none()
    return None if row is None else WordsRow(**row._mapping)


def has(conn: Connection, report_id: int, *, nonce: str) -> bool:
    """Whether this very addition came in before."""
    mine = select(addition.c.id).where(addition.c.report_id == report_id, addition.c.nonce == nonce)
    return conn.execute(mine).first() is not None


def next_number(conn: Connection, report_id: int) -> int:
    """The number of the next addition, counted from 1."""
    last = conn.scalar(select(func.max(addition.c.number)).where(addition.c.report_id == report_id))
    return (last or 0) + 1


def add(conn: Connection, report_id: int, row: AdditionRow) -> bool:
    """Put an addition beside what is there; False where its number or nonce was taken a moment ago."""
    values = {name: getattr(row, name) for name in ("number", "nonce", "received_at")}
    new = upsert(conn, addition).values(report_id=report_id, body=row.envelope.body, **values)
    addition_id = conn.scalar(new.on_conflict_do_nothing().returning(addition.c.id))
    if addition_id is None:
        return False
    conn.execute(insert(addition_key), [{"addition_id": addition_id, **vars(key)} for key in row.envelope.keys])
    return True


def listed(conn: Connection, report_id: int) -> list[AdditionRow]:
    """Everything that was added to a report, in order."""
    query = select(addition).where(addition.c.report_id == report_id).order_by(addition.c.number)
    return [
        AdditionRow(
            number=row.number,
            nonce=row.nonce,
            received_at=row.received_at,
            envelope=Envelope(row.body, _keys_of(conn, row.id)),
        )
        for row in conn.execute(query).all()
    ]


def counted(conn: Connection, ids: Collection[int]) -> Mapping[int, Count]:
    """For each of these reports that was added to: how often, and when last."""
    query = select(addition.c.report_id, func.count(), func.max(addition.c.received_at, type_=Moment()))
    rows = conn.execute(query.where(is_one_of(addition.c.report_id, ids)).group_by(addition.c.report_id))
    return {report_id: Count(number=number, last_at=last) for report_id, number, last in rows}


def _keys_of(conn: Connection, addition_id: int) -> tuple[WrappedKey, ...]:
    columns = [addition_key.c.kid, addition_key.c.suite, addition_key.c.wrapped]
    rows = conn.execute(select(*columns).where(addition_key.c.addition_id == addition_id))
    return tuple(WrappedKey(**row._mapping) for row in rows)
