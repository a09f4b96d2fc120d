"""Much to be put into a store before a test begins: all of it in one transaction, which is on the disk in the end.

with at_once(centre) as filling:
    references = [receive(filling) for _ in range(500)]
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.store.engine import Database


@dataclass(frozen=True)
class _Within(Database):
    """A database of which every transaction is part of one that has begun."""

    conn: Connection

    @contextmanager
    def _transaction(self, **_options: object) -> Iterator[Connection]:
        yield self.conn


@contextmanager
def at_once(centre: Centre) -> Iterator[Centre]:
    """The same centre, for one thread: whatever the desk does with it is kept when the block ends."""
    with centre.database.writing() as conn:
        yield replace(centre, database=_Within(centre.database.engine, conn))
