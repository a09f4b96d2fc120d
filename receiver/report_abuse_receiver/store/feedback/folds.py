"""Folds: categories that two people agreed to count as `other` in one provider's quarter, kept for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Connection, PrimaryKeyConstraint, Table, insert, select

from report_abuse_receiver.store.types import Moment, metadata, texts

fold = Table(
    "fold",
    metadata,
    *texts("provider", "period", "category", "asked_by", "approved_by"),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("provider", "period", "category"),
    CheckConstraint("asked_by <> approved_by", name="two_people"),
)


@dataclass(frozen=True, kw_only=True)
class FoldRow:
    """One fold: who asked for it and who, another person, approved it."""

    provider: str
    period: str
    category: str
    asked_by: str
    approved_by: str
    at: datetime


def add(conn: Connection, row: FoldRow) -> None:
    """Keep a fold."""
    conn.execute(insert(fold).values(**vars(row)))


def of_periods(conn: Connection, periods: Sequence[str]) -> list[FoldRow]:
    """Every fold in these periods, in a fixed order."""
    query = select(fold).where(fold.c.period.in_(periods)).order_by(*fold.primary_key.columns)
    return [FoldRow(**row._mapping) for row in conn.execute(query)]


def of_provider(conn: Connection, provider: str) -> list[FoldRow]:
    """Every fold of one provider, in a fixed order."""
    query = select(fold).where(fold.c.provider == provider).order_by(*fold.primary_key.columns)
    return [FoldRow(**row._mapping) for row in conn.execute(query)]
