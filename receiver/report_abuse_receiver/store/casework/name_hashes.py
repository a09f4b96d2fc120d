"""Identifiers: keyed hashes of the names in reports, so that reports which name the same can be found, and no name."""

from collections.abc import Collection, Sequence

from sqlalchemy import Column, Connection, ForeignKey, PrimaryKeyConstraint, Table, Text, delete, func, select

from report_abuse_receiver.store.casework.reports import report
from report_abuse_receiver.store.types import metadata
from report_abuse_receiver.store.upsert import upsert

identifier = Table(
    "identifier",
    metadata,
    Column("report_id", ForeignKey("report.id", ondelete="CASCADE"), nullable=False),
    # HMAC-SHA256 in hex, under a key that is nowhere in the database.
    Column("hash", Text, nullable=False, index=True),
    PrimaryKeyConstraint("report_id", "hash"),
)


def add(conn: Connection, report_id: int, hashes: Collection[str]) -> None:
    """Keep what a report names; what is there already stays."""
    rows = [{"report_id": report_id, "hash": one} for one in sorted(hashes)]
    if rows:
        conn.execute(upsert(conn, identifier).on_conflict_do_nothing(), rows)


def others(conn: Connection, report_id: int, hash: str, *, most: int) -> tuple[int, Sequence[str]]:
    """How many other reports name the same, and the references of the newest of them."""
    same = (identifier.c.hash == hash, identifier.c.report_id != report_id)
    count = conn.scalar(select(func.count()).select_from(identifier).where(*same)) or 0
    newest = select(report.c.reference).join(identifier, identifier.c.report_id == report.c.id).where(*same)
    return count, conn.scalars(newest.order_by(report.c.id.desc()).limit(most)).all()


def forget_all(conn: Connection) -> None:
    """Take all of them away, because their key is lost."""
    conn.execute(delete(identifier))
