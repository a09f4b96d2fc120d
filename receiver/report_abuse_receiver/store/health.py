"""A checkup of the database: are its tables of this release, does it keep what it acknowledges, is there room?"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from report_abuse_receiver.store import version
from report_abuse_receiver.store.engine import Database

#: SQLite's numbers for its levels of synchronous.
_LEVELS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
_DURABLE = {("wal", "FULL"), ("wal", "EXTRA"), ("truncate", "EXTRA"), ("delete", "EXTRA")}
#: What is left of the disk for children who have begun, once nobody new may begin; on a small disk a twentieth of it.
RESERVE = 64 * 1024 * 1024
#: With so many times as much an operator should already make room.
_EARLY = 8


@dataclass(frozen=True, kw_only=True)
class Room:
    """Bytes on the disk of a SQLite file."""

    free: int
    reserve: int

    @property
    def is_over(self) -> bool:
        """Whether only what was begun may still be written."""
        return self.free < self.reserve

    @property
    def is_short(self) -> bool:
        """Whether it will soon be over."""
        return self.free < self.reserve * _EARLY


def room(database: Database) -> Room | None:
    """How much room there is; None where that cannot be seen: PostgreSQL has a disk of its own."""
    if not database.is_sqlite:
        return None
    try:
        disk = shutil.disk_usage(Path(database.engine.url.database or "").parent)
    except OSError:
        return None  # whoever writes next is told what is wrong
    return Room(free=disk.free, reserve=min(RESERVE, disk.total // 20))


def is_empty(database: Database) -> bool:
    """Whether no release of ours ever made its tables here."""
    with database.reading() as conn:
        return version.of(conn) is None


def is_migrated(database: Database) -> bool:
    """Whether the tables are those of this release."""
    with database.reading() as conn:
        return version.of(conn) == version.newest()


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
