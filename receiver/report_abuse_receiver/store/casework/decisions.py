"""Decisions: what an analyst found, kept with the report; each writes facts beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, ForeignKey, Table, Text, insert, select

from report_abuse_receiver.store.types import Moment, RowId, metadata, texts

decision = Table(
    "decision",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("report_id", ForeignKey("report.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("decided_at", Moment, nullable=False),
    Column("staff", Text),
    *texts("category", "outcome", "age_band", "contact", "moved_to"),
    Column("services", JSON, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    """One decision; the newest of a report is the one in force."""

    decided_at: datetime
    staff: str | None
    category: str
    outcome: str
    age_band: str
    contact: str
    moved_to: str
    services: Sequence[str]


def add(conn: Connection, report_id: int, row: DecisionRow) -> None:
    """Keep a decision; earlier ones stay."""
    values: Mapping[str, Any] = {**vars(row), "services": list(row.services)}
    conn.execute(insert(decision).values(report_id=report_id, **values))


def latest(conn: Connection, report_id: int) -> DecisionRow | None:
    """The decision in force, or None."""
    columns = [decision.c[name] for name in DecisionRow.__dataclass_fields__]
    query = select(*columns).where(decision.c.report_id == report_id).order_by(decision.c.id.desc()).limit(1)
    row = conn.execute(query).one_or_none()
    return None if row is None else DecisionRow(**row._mapping)


def first_decided_at(conn: Connection, report_id: int) -> datetime | None:
    """When the report was first decided, or None: that month is where its facts count."""
    query = select(decision.c.decided_at).where(decision.c.report_id == report_id).order_by(decision.c.id).limit(1)
    return conn.scalar(query)
