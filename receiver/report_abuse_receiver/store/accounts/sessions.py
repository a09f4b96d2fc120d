"""Sessions: who is signed in at the desk. The browser's token stands here only as its SHA-256."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    LargeBinary,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from report_abuse_receiver.store.types import Moment, metadata

staff_session = Table(
    "staff_session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("staff", ForeignKey("staff.name"), nullable=False, index=True),
    Column("form_token", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    # When the second factor was last shown; none yet: only half-way in.
    Column("confirmed_at", Moment),
    Column("challenge", LargeBinary),
)


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """One session."""

    id: str
    staff: str
    form_token: str = field(repr=False)
    created_at: datetime
    seen_at: datetime
    confirmed_at: datetime | None = None
    challenge: bytes | None = field(repr=False, default=None)


def add(conn: Connection, row: SessionRow) -> None:
    """Keep a new session."""
    conn.execute(insert(staff_session).values(**vars(row)))


def find(conn: Connection, session_id: str) -> SessionRow | None:
    """One session."""
    row = conn.execute(select(staff_session).where(staff_session.c.id == session_id)).one_or_none()
    return None if row is None else SessionRow(**row._mapping)


def change(conn: Connection, session_id: str, **values: Any) -> None:
    """Change what is known of a session."""
    conn.execute(update(staff_session).where(staff_session.c.id == session_id).values(**values))


def remove(conn: Connection, session_id: str) -> None:
    """Forget one."""
    conn.execute(delete(staff_session).where(staff_session.c.id == session_id))


def remove_all(conn: Connection, staff: str) -> None:
    """Forget every session of a person."""
    conn.execute(delete(staff_session).where(staff_session.c.staff == staff))


def remove_old(conn: Connection, *, seen_before: datetime, made_before: datetime) -> None:
    """Forget those that were idle or went on for too long."""
    of = staff_session.c
    conn.execute(delete(staff_session).where(or_(of.seen_at < seen_before, of.created_at < made_before)))


def last_seen(conn: Connection) -> dict[str, datetime]:
    """When each person who is signed in was last seen."""
    of = staff_session.c
    return {
        row.staff: row.seen
        for row in conn.execute(select(of.staff, func.max(of.seen_at).label("seen")).group_by(of.staff))
    }
