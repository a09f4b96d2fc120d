"""The recount: the facts counted again by the database itself, to check the rollups kept by decisions, or redo them.

It shares no counting with `rollups.change`, so that a slip there is found here.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Table, delete, func, insert, select, text

from report_abuse_receiver.store.feedback.facts import KEY_SPACE, fact, incident_key
from report_abuse_receiver.store.feedback.rollups import ALL, COLUMNS, Tally, Where, add, pool_of, rollup
from report_abuse_receiver.store.partners.services import service

_BATCH = 5_000


def rebuild(conn: Connection) -> int:
    """Throw the rollups away and count the facts again; returns how many rows there are now."""
    _lock(conn)
    conn.execute(delete(rollup))
    rows = 0
    for _, tally in _counted(conn):
        rows += len(tally)
        _write(conn, tally)
    return rows


def differences(conn: Connection) -> Iterator[tuple[Where, tuple[int, int], tuple[int, int]]]:
    """Where the rollups are not what the facts come to: what they say, and what they should; count and sum of keys."""
    _lock(conn)
    seen = set()
    for month, right in _counted(conn):
        seen.add(month)
        yield from _unlike(_stored(conn, month), right)
    for month in _months(conn, rollup):
        yield from _unlike(_stored(conn, month), {}) if month not in seen else ()


def _counted(conn: Connection) -> Iterator[tuple[str, Tally]]:
    """Month by month, so that ten million facts need no more room than the busiest month."""
    for month in _months(conn, fact):
        tally = {where: counted for split in COLUMNS for where, counted in _of_services(conn, month, split)}
        for pool, incident, category in _incidents(conn, month):
            key = incident_key(incident)
            add(tally, (pool, month, "", ""), 1, key)
            add(tally, (pool, month, "category", category), 1, key)
        yield month, tally


def _of_services(conn: Connection, month: str, split: str) -> Iterator[tuple[Where, tuple[int, int]]]:
    columns = [fact.c.service, *(fact.c[name] for name in COLUMNS[split])]
    query = select(*columns, func.count(), func.sum(fact.c.record_key)).group_by(*columns)
    for of, *codes, count, keys in conn.execute(query.where(fact.c.month == month, fact.c.service.is_not(None))):
        yield (of, month, split, "+".join(codes)), (count, int(keys) % KEY_SPACE)


def _incidents(conn: Connection, month: str) -> Iterator[tuple[str, str, str]]:
    """Each incident of a month once for every pool that it is in, with its category."""
    of = fact.c.incident, fact.c.category
    everywhere = select(*of).where(fact.c.month == month).distinct()
    by_type = select(service.c.kind, *of).join(service, service.c.id == fact.c.service).where(fact.c.month == month)
    for incident, category in conn.execute(everywhere.execution_options(yield_per=_BATCH)):
        yield ALL, incident, category
    for kind, incident, category in conn.execute(by_type.distinct().execution_options(yield_per=_BATCH)):
        yield pool_of(kind), incident, category


def _unlike(stored: Tally, right: Tally) -> Iterator[tuple[Where, tuple[int, int], tuple[int, int]]]:
    for where in sorted(stored.keys() | right.keys()):
        pair = stored.get(where, (0, 0)), right.get(where, (0, 0))
        if pair[0] != pair[1]:
            yield (where, *pair)


def _months(conn: Connection, table: Table) -> list[str]:
    return list(conn.scalars(select(table.c.month).distinct().order_by(table.c.month)))


def _stored(conn: Connection, month: str) -> Tally:
    rows = conn.execute(select(rollup).where(rollup.c.month == month))
    return {tuple(where): (count, key) for *where, count, key in rows}


def _write(conn: Connection, tally: Tally) -> None:
    names = [column.name for column in rollup.c]
    rows = [dict(zip(names, (*where, *counted), strict=True)) for where, counted in sorted(tally.items())]
    for first in range(0, len(rows), _BATCH):
        conn.execute(insert(rollup), rows[first : first + _BATCH])


def _lock(conn: Connection) -> None:
    """No decision may fall between the counting of facts and of rollups; SQLite has one writer at a time anyway."""
    if conn.dialect.name != "sqlite":
        conn.execute(text("LOCK TABLE rollup IN SHARE ROW EXCLUSIVE MODE"))
