"""Counters: how often each button was opened, started and submitted, with keys, so that they publish as facts do."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Connection, PrimaryKeyConstraint, Table, func, select

from report_abuse_receiver.ground.partners.placements import OTHER
from report_abuse_receiver.store.feedback.facts import KEY_SPACE, Cell
from report_abuse_receiver.store.partners import placements
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


def count(conn: Connection, *, provider: str, placement: str, month: str, event: str, key: int) -> None:
    """Add one press with its random 32-bit key; a placement that is not registered counts as `other`."""
    counted = placement if placements.is_registered(conn, provider, placement) else OTHER
    row = upsert(conn, counter).values(
        provider=provider, placement=counted, month=month, event=event, count=1, key_sum=key
    )
    more = {"count": counter.c.count + 1, "key_sum": (counter.c.key_sum + key) % KEY_SPACE}
    conn.execute(row.on_conflict_do_update(index_elements=list(counter.primary_key.columns), set_=more))


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
