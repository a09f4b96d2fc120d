"""Approvals: what one person asked for and another granted, bound to the SHA-256 of exactly that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Select,
    Table,
    Text,
    insert,
    select,
    update,
)

from report_abuse_receiver.store.types import Moment, RowId, metadata

approval = Table(
    "approval",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    # Of an export: the last report that was there when it was asked for.
    Column("up_to", BigInteger),
    Column("sha256", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", ForeignKey("staff.name"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("granted_by", ForeignKey("staff.name")),
    Column("granted_at", Moment),
    Column("refused_by", ForeignKey("staff.name")),
    Column("used_at", Moment),
    CheckConstraint("granted_by <> asked_by", name="two_people"),
    CheckConstraint("(granted_by IS NULL) = (granted_at IS NULL)", name="granted_whole"),
    CheckConstraint("used_at IS NULL OR granted_at IS NOT NULL", name="granted_first"),
    CheckConstraint("used_at IS NULL OR used_at <= expires_at", name="in_time"),
    CheckConstraint("refused_by IS NULL OR used_at IS NULL", name="not_refused"),
    CheckConstraint("length(sha256) = 64", name="bound"),
)


@dataclass(frozen=True, kw_only=True)
class ApprovalRow:
    """One request, and what became of it."""

    id: int = 0
    action: str
    subject: str
    up_to: int | None = None
    sha256: str
    reason: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    granted_by: str | None = None
    granted_at: datetime | None = None
    refused_by: str | None = None
    used_at: datetime | None = None


def add(conn: Connection, row: ApprovalRow) -> int:
    """Keep a new request; returns its number."""
    values = {name: value for name, value in vars(row).items() if name != "id"}
    return int(conn.execute(insert(approval).values(**values).returning(approval.c.id)).scalar_one())


def find(conn: Connection, number: int) -> ApprovalRow | None:
    """One request, or None."""
    return next(iter(_typed(conn, _one(number))), None)


def lock(conn: Connection, number: int) -> ApprovalRow | None:
    """One request, or None; its row is held until the transaction ends."""
    return next(iter(_typed(conn, _one(number).with_for_update())), None)


def find_open(conn: Connection, *, action: str, subject: str, now: datetime) -> list[ApprovalRow]:
    """Requests for this that can still be granted or used, the newest first."""
    return _typed(conn, _open(action, subject, now))


def lock_open(conn: Connection, *, action: str, subject: str, now: datetime) -> list[ApprovalRow]:
    """The same, their rows held until the transaction ends."""
    return _typed(conn, _open(action, subject, now).with_for_update())


def every(conn: Connection, *, most: int) -> list[ApprovalRow]:
    """The latest requests, the newest first."""
    return _typed(conn, select(approval).order_by(approval.c.id.desc()).limit(most))


def change(conn: Connection, number: int, **values: Any) -> None:
    """Say what became of a request."""
    conn.execute(update(approval).where(approval.c.id == number).values(**values))


def _one(number: int) -> Select[Any]:
    return select(approval).where(approval.c.id == number)


def _open(action: str, subject: str, now: datetime) -> Select[Any]:
    of = approval.c
    usable = (of.used_at.is_(None), of.refused_by.is_(None), of.expires_at > now)
    return select(approval).where(of.action == action, of.subject == subject, *usable).order_by(of.id.desc())


def _typed(conn: Connection, query: Select[Any]) -> list[ApprovalRow]:
    return [ApprovalRow(**row._mapping) for row in conn.execute(query)]
