"""A checkup of the database itself: are its tables those of this release, and does it keep what it acknowledges?"""

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from report_abuse_receiver.store import migrations
from report_abuse_receiver.store.engine import Database

#: SQLite's numbers for its levels of synchronous.
_LEVELS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
_DURABLE = {("wal", "FULL"), ("wal", "EXTRA"), ("truncate", "EXTRA"), ("delete", "EXTRA")}


def is_empty(database: Database) -> bool:
    """Whether no release of ours ever made its tables here."""
    with database.reading() as conn:
        return MigrationContext.configure(conn).get_current_revision() is None


def is_migrated(database: Database) -> bool:
    """Whether the tables are those of this release."""
    newest = ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head()
    with database.reading() as conn:
        return MigrationContext.configure(conn).get_current_revision() == newest


def durability(database: Database) -> tuple[bool, str]:
    """Whether a commit that returned survives a power cut, and by which settings."""
    with database.reading() as conn:
        return _of_sqlite(conn) if database.is_sqlite else _of_postgres(conn)


def _of_sqlite(conn: Connection) -> tuple[bool, str]:
    journal = str(conn.scalar(text("PRAGMA journal_mode")))
    level = _LEVELS[int(conn.scalar(text("PRAGMA synchronous")) or 0)]
    return (journal, level) in _DURABLE, f"SQLite with journal_mode={journal.upper()}, synchronous={level}"


def _of_postgres(conn: Connection) -> tuple[bool, str]:
    names = ("fsync", "synchronous_commit", "full_page_writes")
    values = {name: str(conn.scalar(text(f"SHOW {name}"))) for name in names}
    said = ", ".join(f"{name}={value}" for name, value in values.items())
    return "off" not in values.values(), f"PostgreSQL with {said}"
