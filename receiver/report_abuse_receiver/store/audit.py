"""The audit: a hash chain of what staff opened, append-only by trigger, with its head kept beside it (S9)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from report_abuse_receiver.store.tables import audit, audit_head

#: What the first row points back to.
GENESIS = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`broken_at` is the first row that does not fit, or None; `head` is the hash to ship off the host."""

    rows: int
    head: str
    broken_at: int | None


def append(conn: Connection, *, staff: str, action: str, subject: str, reason: str, now: datetime) -> None:
    """Add one row in the caller's transaction; the row of the head is the lock that keeps the chain single."""
    head = conn.execute(select(audit_head).with_for_update()).one()
    row = {
        "seq": head.seq + 1,
        "at": now.replace(microsecond=0),
        "staff": _storable(staff),
        "action": action,
        "subject": subject,
        "reason": _storable(reason),
        "previous": head.hash,
    }
    row["hash"] = _hash(**row)
    conn.execute(insert(audit).values(**row))
    conn.execute(update(audit_head).values(seq=row["seq"], hash=row["hash"]))


def verify(conn: Connection) -> Verdict:
    """Walk the chain from its first row to its head."""
    previous, seq = GENESIS, 0
    for row in conn.execute(select(audit).order_by(audit.c.seq)):
        if not _follows(row, seq=seq, previous=previous):
            return Verdict(rows=seq, head=previous, broken_at=seq + 1)
        previous, seq = row.hash, row.seq
    head = conn.execute(select(audit_head)).one_or_none()
    whole = head is not None and (head.seq, head.hash) == (seq, previous)
    return Verdict(rows=seq, head=previous, broken_at=None if whole else seq + 1)


def _follows(row: Row[tuple[object, ...]], *, seq: int, previous: str) -> bool:
    held = {name: value for name, value in row._mapping.items() if name != "hash"}
    return (held["seq"], held["previous"], row.hash) == (seq + 1, previous, _hash(**held))


def _hash(*, at: datetime, **held: object) -> str:
    canonical = json.dumps({**held, "at": at.isoformat()}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _storable(text: str) -> str:
    """PostgreSQL keeps neither NUL nor a lone surrogate."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
