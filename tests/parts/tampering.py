"""Somebody with the database's own rights: takes the audit's triggers away, and tampers with its rows in any way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import Connection, insert, text

from report_abuse_receiver.ground.audit.heads import Head
from report_abuse_receiver.store.audit.log import GENESIS, AuditRow
from report_abuse_receiver.store.schema import TABLES

MOMENT = datetime(2026, 7, 3, 16, 20, tzinfo=UTC)
COLUMNS = ("at", "staff", "action", "subject", "reason", "previous", "hash")


@dataclass(frozen=True, kw_only=True)
class Trail:
    """Rows and the head beside them; `broken_at` is where whoever tampered knows that it no longer fits."""

    rows: Sequence[AuditRow]
    head: tuple[int, str]
    broken_at: int | None = None


Tamper = Callable[[Trail, Random], Trail]


def written(times: int) -> Trail:
    """A chain as openings leave it."""
    row = AuditRow(
        seq=0, at=MOMENT, staff="pat", action="open", subject="", reason="duty", previous=GENESIS, hash=GENESIS
    )
    rows = []
    for number in range(1, times + 1):
        at = MOMENT + timedelta(minutes=number)
        row = _hashed(replace(row, seq=number, at=at, subject=f"report {number}", previous=row.hash))
        rows.append(row)
    return Trail(rows=rows, head=(row.seq, row.hash))


def shipped_head(trail: Trail, *, rows: int) -> Head:
    """What was shipped when the chain was so long."""
    return Head(seq=rows, hash=trail.rows[rows - 1].hash if rows else GENESIS, at=MOMENT, count=rows)


def unlock(conn: Connection) -> None:
    """Take the triggers away, as whoever owns the database can."""
    if conn.dialect.name == "postgresql":
        for table in ("audit", "audit_head"):
            conn.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    ours = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('audit', 'audit_head')"
    for name in list(conn.scalars(text(ours))):
        conn.execute(text(f"DROP TRIGGER {name}"))


def put(conn: Connection, trail: Trail) -> None:
    """Write it over whatever is in the tables."""
    unlock(conn)
    conn.execute(TABLES["audit"].delete())
    if trail.rows:
        conn.execute(insert(TABLES["audit"]), [vars(row) for row in trail.rows])
    conn.execute(TABLES["audit_head"].update().values(seq=trail.head[0], hash=trail.head[1]))


def delete(trail: Trail, random: Random) -> Trail:
    """One row, or several on end; the rest stays."""
    first = random.randint(1, len(trail.rows))
    last = min(len(trail.rows), first + random.choice((0, 0, 3)))
    return replace(trail, rows=[*trail.rows[: first - 1], *trail.rows[last:]], broken_at=first)


def edit(trail: Trail, random: Random) -> Trail:
    """Any column of any row."""
    number, column = random.randint(1, len(trail.rows)), random.choice(COLUMNS)
    row = trail.rows[number - 1]
    other = (row.at or MOMENT) + timedelta(seconds=1) if column == "at" else _garbled(getattr(row, column), random)
    rows = [*trail.rows]
    rows[number - 1] = AuditRow(**{**vars(row), column: other})
    return replace(trail, rows=rows, broken_at=number)


def rewrite(trail: Trail, random: Random) -> Trail:
    """One row with a hash that is right again: then the next one does not follow."""
    number = random.randint(1, len(trail.rows) - 1)
    rows = [*trail.rows]
    rows[number - 1] = _hashed(replace(rows[number - 1], staff="kim"))
    return replace(trail, rows=rows, broken_at=number + 1)


def insert_one(trail: Trail, random: Random) -> Trail:
    """A row made up or copied, with all after it moved on by one."""
    number = random.randint(1, len(trail.rows) + 1)
    before = trail.rows[number - 2].hash if number > 1 else GENESIS
    made_up = _hashed(replace(random.choice(trail.rows), seq=number, previous=before))
    copied = replace(trail.rows[number - 2], seq=number)
    is_made_up = number == 1 or random.random() < 0.5
    after = [replace(row, seq=row.seq + 1) for row in trail.rows[number - 1 :]]
    rows = [*trail.rows[: number - 1], made_up if is_made_up else copied, *after]
    return replace(trail, rows=rows, broken_at=number + 1 if is_made_up and after else number)


def reorder(trail: Trail, random: Random) -> Trail:
    """Two rows change places."""
    first, second = sorted(random.sample(range(1, len(trail.rows) + 1), 2))
    rows = [*trail.rows]
    rows[first - 1], rows[second - 1] = replace(rows[second - 1], seq=first), replace(rows[first - 1], seq=second)
    return replace(trail, rows=rows, broken_at=first)


def cut(trail: Trail, random: Random) -> Trail:
    """The last rows are gone; the head counts them still."""
    left = random.randint(0, len(trail.rows) - 1)
    return replace(trail, rows=trail.rows[:left], broken_at=left + 1)


def cut_with_its_head(trail: Trail, random: Random) -> Trail:
    """The same, and the head is set back: nothing inside the database tells of it."""
    shorter = cut(trail, random)
    last = shorter.rows[-1] if shorter.rows else None
    return replace(shorter, head=(last.seq, last.hash) if last else (0, GENESIS))


def write_anew(trail: Trail, random: Random) -> Trail:
    """A row is changed and everything from there on hashed again: a whole chain, and another one."""
    number = random.randint(1, len(trail.rows))
    rows, previous = [*trail.rows[: number - 1]], trail.rows[number - 2].hash if number > 1 else GENESIS
    for row in trail.rows[number - 1 :]:
        rows.append(_hashed(replace(row, staff="kim" if row.seq == number else row.staff, previous=previous)))
        previous = rows[-1].hash
    return replace(trail, rows=rows, head=(len(rows), previous), broken_at=number)


#: All but the last two are found without any head kept elsewhere.
SEEN_FROM_INSIDE: Sequence[Tamper] = (delete, edit, rewrite, insert_one, reorder, cut)
TAMPERINGS = (*SEEN_FROM_INSIDE, cut_with_its_head, write_anew)


def _hashed(row: AuditRow) -> AuditRow:
    return replace(row, hash=row.own_hash)


def _garbled(value: str, random: Random) -> str:
    """Another text, be it by one letter."""
    at = random.randrange(len(value))
    return value[:at] + ("x" if value[at] != "x" else "y") + value[at + 1 :]
