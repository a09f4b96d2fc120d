"""Rollups: facts counted by month, kept up in the transaction of each decision, so that figures never count facts.

A service's rows sum its own facts and their record keys. The rows of a pool (`type:game`, `all`) count each incident
once, however many services it happened at, with one key per incident.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from report_abuse_receiver.store.feedback.facts import KEY_SPACE, Cell, FactRow, incident_key
from report_abuse_receiver.store.partners.services import service
from report_abuse_receiver.store.types import metadata

rollup = Table(
    "rollup",
    metadata,
    # A service's id, or the pool that an incident counts in once: `type:game`, `all`.
    Column("service", Text, nullable=False),
    Column("month", Text, nullable=False),
    # What the facts are counted by: nothing, `category`, …, `category+age_band`; `value` is the code, or both.
    Column("split", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("key_sum", BigInteger, nullable=False),
    PrimaryKeyConstraint("service", "month", "split", "value"),
    Index("ix_rollup_month", "month", "split"),
)


#: What facts are counted by: nothing, one column, or two joined with a plus.
SPLITS = (
    "", "category", "reporter", "age_band", "contact", "moved_to", "time_to_report", "outcome", "category+age_band",
)  # fmt: skip
#: What incidents are counted by in a pool.
POOLED_SPLITS = ("", "category")
#: The pool of every incident, at a known service or not; no service may have this id.
ALL = "all"

#: service, month, split, value.
Where = tuple[str, str, str, str]
Tally = dict[Where, tuple[int, int]]

#: The columns that a split counts by.
COLUMNS = {split: tuple(name for name in split.split("+") if name) for split in SPLITS}


def pool_of(kind: str) -> str:
    """The pool of all services of a kind."""
    return f"type:{kind}"


def _added(insert_into: Any, dialect: Dialect) -> str:
    """One row, added to what stands there; written out once, because every decision sends it for a dozen rows."""
    more = {
        "count": rollup.c.count + insert_into.excluded.count,
        "key_sum": (rollup.c.key_sum + insert_into.excluded.key_sum) % literal_column(str(KEY_SPACE)),
    }
    upsert = insert_into.on_conflict_do_update(index_elements=list(rollup.primary_key.columns), set_=more)
    return str(upsert.compile(dialect=dialect))


_ADD = {
    "sqlite": _added(sqlite.insert(rollup), sqlite.dialect()),
    "postgresql": _added(
        postgresql.insert(rollup),
        postgresql.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]  # SQLAlchemy left it untyped
    ),
}
_KIND = select(service.c.kind).where(service.c.id == bindparam("service"))


def change(conn: Connection, *, taken: Sequence[FactRow], added: Sequence[FactRow]) -> None:
    """Take the facts of one incident out of the rollups and put others in, in the caller's transaction."""
    ids = {row.service for row in (*taken, *added) if row.service is not None}
    kinds = {one: kind for one in ids if (kind := conn.scalar(_KIND, {"service": one})) is not None}
    tally: Tally = {}
    _count(tally, taken, kinds, sign=-1)
    _count(tally, added, kinds, sign=1)
    # Sorted, so that two decisions at once take their locks in one order.
    changed = sorted((*where, *counted) for where, counted in tally.items() if counted != (0, 0))
    if changed:
        conn.exec_driver_sql(_ADD[conn.dialect.name], changed)


def cells(
    conn: Connection, *, service: str, months: Sequence[str], splits: Sequence[str] = SPLITS
) -> dict[str, list[Cell]]:
    """A service's or pool's cells in these months, by split; each has the dimension `month` beside those of its split.

    Cells without facts are left out.
    """
    query = select(*(rollup.c[name] for name in ("month", "split", "value", "count", "key_sum"))).where(
        rollup.c.service == service, rollup.c.month.in_(months), rollup.c.split.in_(splits), rollup.c.count > 0
    )
    found: dict[str, list[Cell]] = {split: [] for split in splits}
    for month, split, value, count, key in conn.execute(query.order_by(*rollup.primary_key.columns)):
        names = COLUMNS[split]
        dimensions = {"month": month} | dict(zip(names, value.split("+") if names else (), strict=True))
        found[split].append(Cell(dimensions=dimensions, count=count, key=key))
    return found


def contributions(conn: Connection, *, months: Sequence[str]) -> Iterator[tuple[str, str, str, int]]:
    """Service, its kind, category and number of facts in these months: who stands behind the pools."""
    count = func.sum(rollup.c.count)
    query = (
        select(service.c.id, service.c.kind, rollup.c.value, count)
        .join(rollup, rollup.c.service == service.c.id)
        .where(rollup.c.month.in_(months), rollup.c.split == "category", rollup.c.count > 0)
        .group_by(service.c.id, service.c.kind, rollup.c.value)
    )
    for of, kind, category, facts_there in conn.execute(query):
        yield of, kind, category, int(facts_there)


def _count(tally: Tally, incident: Sequence[FactRow], kinds: Mapping[str, str], *, sign: int) -> None:
    """Add the facts of one incident to the tally, or with -1 take them out."""
    for where, key in _entries(incident, kinds):
        add(tally, where, sign, sign * key)


def add(tally: Tally, where: Where, count: int, key: int) -> None:
    """Sums of keys stay in their 32 bits."""
    before, keys = tally.get(where, (0, 0))
    tally[where] = (before + count, (keys + key) % KEY_SPACE)


def _entries(incident: Sequence[FactRow], kinds: Mapping[str, str]) -> Iterator[tuple[Where, int]]:
    """The rows that one incident counts in, and the key that it adds to each."""
    for row in incident:
        yield from _entries_of(row) if row.service is not None else ()
    for first in incident[:1]:
        once = incident_key(first.incident)
        for pool in _pools(incident, kinds):
            yield (pool, first.month, "", ""), once
            yield (pool, first.month, "category", first.category), once


def _entries_of(row: FactRow) -> Iterator[tuple[Where, int]]:
    said, service, month, key = vars(row), row.service or "", row.month, row.record_key
    for split, names in COLUMNS.items():
        yield (service, month, split, "+".join([said[name] for name in names])), key


def _pools(incident: Iterable[FactRow], kinds: Mapping[str, str]) -> set[str]:
    return {ALL, *(pool_of(kinds[row.service]) for row in incident if row.service is not None and row.service in kinds)}
