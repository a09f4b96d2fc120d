"""Releases: what was frozen for each provider and period, written once and never revised."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    insert,
    select,
    text,
)

from report_abuse_receiver.store.types import Moment, metadata, texts

release = Table(
    "release",
    metadata,
    Column("period", Text, nullable=False),
    # The id of a provider, or of a service without a button.
    *texts("provider", "tier", "policy_version"),
    Column("lattice_version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("frozen_at", Moment, nullable=False),
    PrimaryKeyConstraint("period", "provider"),
    CheckConstraint("tier IN ('A', 'B', 'C', 'D')", name="tier"),
)

freeze = Table(
    "freeze",
    metadata,
    Column("period", Text, primary_key=True),
    Column("policy_version", Text, nullable=False),
    Column("lattice_version", Integer, nullable=False),
    Column("releases", Integer, nullable=False),
    Column("frozen_at", Moment, nullable=False),
    Column("approval_id", ForeignKey("approval.id")),
)


#: Any fixed number: it names the lock that lets nobody write into a period while it is being frozen.
_LOCK = 0xF0EE


@dataclass(frozen=True, kw_only=True)
class ReleaseRow:
    """One provider's frozen release: `body` is the text of its release.json, `sha256` the hash of that text."""

    period: str
    provider: str
    tier: str
    policy_version: str
    lattice_version: int
    body: str
    sha256: str
    frozen_at: datetime


@dataclass(frozen=True, kw_only=True)
class FreezeRow:
    """That a period was frozen, under which rules, and how many releases came of it."""

    period: str
    policy_version: str
    lattice_version: int
    releases: int
    frozen_at: datetime
    # What two people agreed to; None: the host alone.
    approval_id: int | None = None


def add(conn: Connection, row: ReleaseRow) -> None:
    """Keep one release."""
    conn.execute(insert(release).values(**vars(row)))


def close(conn: Connection, row: FreezeRow) -> None:
    """Enter that the period is frozen, in the transaction of its releases."""
    conn.execute(insert(freeze).values(**vars(row)))


def find(conn: Connection, provider: str, period: str) -> ReleaseRow | None:
    """One release, or None."""
    query = select(release).where(release.c.period == period, release.c.provider == provider)
    row = conn.execute(query).one_or_none()
    return None if row is None else ReleaseRow(**row._mapping)


def of_period(conn: Connection, period: str) -> Iterator[ReleaseRow]:
    """The releases of a period by provider, one at a time."""
    query = select(release).where(release.c.period == period).order_by(release.c.provider)
    for row in conn.execute(query.execution_options(yield_per=20)):
        yield ReleaseRow(**row._mapping)


def frozen(conn: Connection, period: str) -> FreezeRow | None:
    """How a period was frozen, or None where it is not."""
    row = conn.execute(select(freeze).where(freeze.c.period == period)).one_or_none()
    return None if row is None else FreezeRow(**row._mapping)


def lock(conn: Connection, *, shared: bool) -> None:
    """Until the caller's transaction ends: `shared` for who writes into a month that is over, else for who freezes.

    SQLite has one writer at a time anyway.
    """
    if conn.dialect.name != "sqlite":
        how = "_shared" if shared else ""
        conn.execute(text(f"SELECT pg_advisory_xact_lock{how}(:lock)"), {"lock": _LOCK})
