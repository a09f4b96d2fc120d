"""Facts: one row per incident and service, without personal data; all that published figures are made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from report_abuse_receiver.store.types import RowId, metadata, texts

fact = Table(
    "fact",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("month", Text, nullable=False),
    # None where no service is known: it counts in national figures only.
    Column("service", Text),
    Column("incident", Text, nullable=False),
    Column("record_key", BigInteger, nullable=False),
    # Known while the month is open, so that a decision can be corrected; forgotten when the month closes.
    Column("report_id", ForeignKey("report.id", ondelete="SET NULL"), index=True),
    *texts("category", "age_band", "contact", "moved_to", "outcome", "reporter", "time_to_report"),
    Index("ix_fact_service_month", "service", "month"),
    Index("ix_fact_month", "month"),
    CheckConstraint("record_key BETWEEN 0 AND 4294967295", name="record_key"),
)


#: Record keys and their sums live in 32 bits, because SQLite's SUM overflows at 64.
KEY_SPACE = 2**32


@dataclass(frozen=True, kw_only=True)
class FactRow:
    """What one decision says about one service; `incident` is shared by all facts of it, for pooled counts."""

    month: str
    service: str | None
    incident: str
    record_key: int
    category: str
    age_band: str
    contact: str
    moved_to: str
    outcome: str
    reporter: str
    time_to_report: str


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A count, and the sum of the keys of what it counts, modulo 2^32."""

    dimensions: dict[str, str]
    count: int
    key: int


def write(conn: Connection, rows: Sequence[FactRow], *, report_id: int) -> None:
    """Write the facts of one decision."""
    if rows:
        conn.execute(insert(fact), [{"report_id": report_id, **vars(row)} for row in rows])


def take_back(conn: Connection, *, report_id: int, month: str) -> list[FactRow]:
    """Delete the facts of a report in a month that is still open, and return them."""
    columns = [fact.c[name] for name in FactRow.__dataclass_fields__]
    mine = delete(fact).where(fact.c.report_id == report_id, fact.c.month == month).returning(*columns)
    return [FactRow(**row._mapping) for row in conn.execute(mine)]


def close_months(conn: Connection, *, before: str) -> int:
    """Forget which reports the facts of closed months came from; returns how many were cut loose."""
    closed = update(fact).where(fact.c.month < before, fact.c.report_id.is_not(None)).values(report_id=None)
    return conn.execute(closed).rowcount


def cells(conn: Connection, *, service: str, months: Sequence[str], by: Sequence[str]) -> list[Cell]:
    """Count a service's facts in `months` by the columns `by` (none: one cell); cells without facts are left out."""
    columns = [fact.c[name] for name in by]
    query = (
        select(*columns, func.count().label("n"), func.sum(fact.c.record_key).label("keys"))
        .where(fact.c.service == service, fact.c.month.in_(months))
        .group_by(*columns)
        .order_by(*columns)
    )
    return [_cell(row._mapping, by) for row in conn.execute(query) if row.n]


def incidents(
    conn: Connection, *, service: str, months: Sequence[str], category: str
) -> dict[tuple[str, str], set[str | None]]:
    """The incidents of one category at one service, as month and incident, each with all services it happened at."""
    mine = select(fact.c.incident).where(
        fact.c.service == service, fact.c.month.in_(months), fact.c.category == category
    )
    query = select(fact.c.month, fact.c.incident, fact.c.service).where(
        fact.c.month.in_(months), fact.c.incident.in_(mine)
    )
    found: dict[tuple[str, str], set[str | None]] = {}
    for month, incident, where in conn.execute(query):
        found.setdefault((month, incident), set()).add(where)
    return found


def incident_key(incident: str) -> int:
    """The 32-bit key of an incident, for pools that count it once; as random as its id, and no fact's record key."""
    return int.from_bytes(blake2b(incident.encode(), digest_size=4).digest(), "big")


def _cell(row: Any, by: Sequence[str]) -> Cell:
    return Cell(dimensions={name: row[name] for name in by}, count=row["n"], key=int(row["keys"]) % KEY_SPACE)
