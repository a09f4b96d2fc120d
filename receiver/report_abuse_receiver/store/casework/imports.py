"""Which lines of which files were already imported, so that a broken run resumes."""

from sqlalchemy import Column, Connection, Integer, PrimaryKeyConstraint, Table, Text, insert, select

from report_abuse_receiver.store.types import metadata

import_line = Table(
    "import_line",
    metadata,
    Column("file_hash", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("reference", Text, nullable=False),
    PrimaryKeyConstraint("file_hash", "line"),
)


def done(conn: Connection, file_hash: str) -> set[int]:
    """The line numbers of this file (by its SHA-256) that are in."""
    return set(conn.scalars(select(import_line.c.line).where(import_line.c.file_hash == file_hash)))


def mark(conn: Connection, file_hash: str, line: int, *, reference: str) -> None:
    """Enter a line, in the transaction of the report it became."""
    conn.execute(insert(import_line).values(file_hash=file_hash, line=line, reference=reference))
