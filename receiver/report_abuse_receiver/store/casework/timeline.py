"""The timeline: what happened to a report, in order; later also to what else has a history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Connection, ForeignKey, Table, Text, select

from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.kinds import EntryKind
from report_abuse_receiver.store.types import Moment, RowId, metadata, public
from report_abuse_receiver.store.upsert import upsert


class Subject(StrEnum):
    """What an entry is about.

    Each has a column of its own that refers to it and says what becomes of its entries when it is deleted, and a CHECK
    that exactly the entries about it fill that column. The next one adds a value here, a column and a CHECK.
    """

    REPORT = "report"


event = Table(
    "event",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("subject", Text, nullable=False, server_default=Subject.REPORT),
    Column("report_id", ForeignKey("report.id", ondelete="CASCADE"), index=True),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("staff", Text),
    Column("details", JSON, nullable=False),
    # What may happen only once, however often it is tried, carries a key.
    Column("once", Text, unique=True),
    CheckConstraint("(subject = 'report') = (report_id IS NOT NULL)", name="report"),
    # That something happened, for one of four sentences to whoever comes back; not by whom, and not with what.
    info=public(select="id report_id kind once", insert="report_id kind at details once", numbered=True),
)


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """What happened, when, and who did it, where it was somebody of the staff."""

    kind: str
    at: datetime
    staff: str | None
    details: Mapping[str, Any]


def note(
    conn: Connection,
    report_id: int,
    kind: EntryKind,
    *,
    now: datetime,
    by: Actor | None = None,
    details: Mapping[str, Any] | None = None,
    once: str | None = None,
) -> bool:
    """Write on the timeline; with `once`, a second try changes nothing and returns False."""
    values = {"report_id": report_id, "kind": kind, "at": now, "details": dict(details or {}), "once": once}
    staff = {} if by is None else {"staff": by.name}  # the public pages may not even name the column
    row = upsert(conn, event).values(**values, **staff)
    return conn.execute(row.on_conflict_do_nothing(index_elements=["once"])).rowcount == 1


def was_noted(conn: Connection, once: str) -> bool:
    """Whether this stands on a timeline already."""
    return conn.execute(select(event.c.id).where(event.c.once == once)).first() is not None


def kinds_noted(conn: Connection, report_id: int) -> set[str]:
    """What sort of things stand on a report's timeline, and nothing else of them."""
    return set(conn.scalars(select(event.c.kind).where(event.c.report_id == report_id)))


def entries(conn: Connection, report_id: int) -> list[TimelineEntry]:
    """What happened to a report, in order."""
    columns = [event.c[name] for name in TimelineEntry.__dataclass_fields__]
    rows = conn.execute(select(*columns).where(event.c.report_id == report_id).order_by(event.c.id))
    return [TimelineEntry(**row._mapping) for row in rows]
