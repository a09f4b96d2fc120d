"""Counters: how often each button was opened, started and submitted, with keys, so that they publish as facts do."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Connection, PrimaryKeyConstraint, Table, func, select

from report_abuse_receiver.store.feedback.facts import KEY_SPACE, Cell
from report_abuse_receiver.store.types import metadata, public, texts
from report_abuse_receiver.store.upsert import upsert

counter = Table(
    "counter",
    metadata,
    *texts("provider", "placement", "month", "event"),
    Column("count", BigInteger, nullable=False),
    Column("key_sum", BigInteger, nullable=False),
    PrimaryKeyConstraint("provider", "month", "placement", "event"),
    info=public(
        select="provider placement month event count key_sum",
        insert="provider placement month event count key_sum",
        update="count key_sum",
    ),
)


#: The 201st placement of a provider is folded into OTHER, so that a placement cannot name a child.
MOST_PLACEMENTS, OTHER = 200, "other"
#: Any fixed number: with the provider's it names a lock of PostgreSQL.
_PLACEMENTS_LOCK = 0x5AFE


def count(conn: Connection, *, provider: str, placement: str, month: str, event: str, key: int) -> None:
    """Add one press with its random 32-bit key."""
    placement = _folded(conn, provider, placement)
    row = upsert(conn, counter).values(
        provider=provider, placement=placement, month=month, event=event, count=1, key_sum=key
    )
    more = {"count": counter.c.count + 1, "key_sum": (counter.c.key_sum + key) % KEY_SPACE}
    conn.execute(row.on_conflict_do_update(index_elements=list(counter.primary_key.columns), set_=more))


def _folded(conn: Connection, provider: str, placement: str) -> str:
    of_provider = counter.c.provider == provider
    if conn.scalar(select(counter.c.placement).where(of_provider, counter.c.placement == placement).limit(1)):
        return placement
    _one_at_a_time(conn, provider)
    known = conn.scalar(select(func.count(counter.c.placement.distinct())).where(of_provider)) or 0
    return placement if known < MOST_PLACEMENTS else OTHER


def _one_at_a_time(conn: Connection, provider: str) -> None:
    """New placements of one provider wait for each other, so that two cannot both be the 200th.

    SQLite's writers are alone anyway; a lock on the provider's row would need the right to change it.
    """
    if conn.dialect.name != "sqlite":
        conn.execute(select(func.pg_advisory_xact_lock(_PLACEMENTS_LOCK, func.hashtext(provider))))


def cells(conn: Connection, *, provider: str, months: Sequence[str], by: Sequence[str]) -> list[Cell]:
    """A provider's presses in `months` by the columns `by` (`placement`, `event`, `month`)."""
    columns = [counter.c[name] for name in by]
    query = (
        select(*columns, func.sum(counter.c.count).label("n"), func.sum(counter.c.key_sum).label("keys"))
        .where(counter.c.provider == provider, counter.c.month.in_(months))
        .group_by(*columns)
        .order_by(*columns)
    )
    rows = [row._mapping for row in conn.execute(query)]
    return [
        Cell(dimensions={name: row[name] for name in by}, count=int(row["n"]), key=int(row["keys"]) % KEY_SPACE)
        for row in rows
        if row["n"]
    ]
