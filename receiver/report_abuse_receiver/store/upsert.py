"""INSERT … ON CONFLICT in the words of the database at hand, so that two writers of one row never collide."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(conn: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows `on_conflict_do_update` and `on_conflict_do_nothing`, the same on both databases."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)
