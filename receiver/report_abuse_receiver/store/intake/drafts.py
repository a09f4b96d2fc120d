"""Drafts: what a browser has not sent yet, sealed with a key that only it holds; and tombstones of what was left.

A tombstone is a row that holds nothing. It is there so that a form that comes again is known for one that was left.
"""

from datetime import datetime

from sqlalchemy import Column, Connection, LargeBinary, Select, Table, Text, delete, select, update

from report_abuse_receiver.store.types import Moment, metadata, public
from report_abuse_receiver.store.upsert import upsert

draft = Table(
    "draft",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    # Sealed with keys that are nowhere on a server.
    info=public(select="id sealed expires_at", insert="id sealed expires_at", update="sealed expires_at", delete=True),
)
_TOMBSTONE = b""


def put(conn: Connection, draft_id: str, sealed: bytes, *, expires_at: datetime) -> None:
    """Keep a draft, in place of what was there."""
    values = {"sealed": sealed, "expires_at": expires_at}
    row = upsert(conn, draft).values(id=draft_id, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))


def get(conn: Connection, draft_id: str, *, now: datetime) -> bytes | None:
    """The sealed draft, or None where there is none or its time is over."""
    return conn.scalar(_alive(draft_id, now))


def get_to_change(conn: Connection, draft_id: str, *, now: datetime) -> bytes | None:
    """The same, locked until the transaction ends (SQLite's writers are alone anyway)."""
    return conn.scalar(_alive(draft_id, now).with_for_update())


def get_expired(conn: Connection, draft_id: str) -> bytes | None:
    """The same, though its time may be over, as long as nobody has wiped it."""
    return conn.scalar(select(draft.c.sealed).where(draft.c.id == draft_id))


def _alive(draft_id: str, now: datetime) -> Select[bytes]:
    return select(draft.c.sealed).where(draft.c.id == draft_id, draft.c.expires_at > now)


def drop(conn: Connection, draft_id: str) -> None:
    """Wipe one draft."""
    conn.execute(delete(draft).where(draft.c.id == draft_id))


def put_tombstone(conn: Connection, tombstone_id: str, *, expires_at: datetime) -> None:
    """Remember that something of this id was left."""
    put(conn, tombstone_id, _TOMBSTONE, expires_at=expires_at)


def has_tombstone(conn: Connection, tombstone_id: str, *, now: datetime) -> bool:
    """Whether something of this id was left."""
    return get(conn, tombstone_id, now=now) == _TOMBSTONE


def bring_back(conn: Connection, *, latest: datetime, tombstones: datetime) -> None:
    """Let no draft last longer than until `latest`: one that would was saved before the clock was set back (S22).

    `tombstones` is the same for those.
    """
    for rows, limit in ((draft.c.sealed != _TOMBSTONE, latest), (draft.c.sealed == _TOMBSTONE, tombstones)):
        conn.execute(update(draft).where(rows, draft.c.expires_at > limit).values(expires_at=limit))


def drop_expired(conn: Connection, *, now: datetime) -> int:
    """Wipe every draft whose time is over; returns how many."""
    return conn.execute(delete(draft).where(draft.c.expires_at <= now)).rowcount
