"""The outbox: work that is owed, inserted in the transaction of what owes it, and done at least once.

A worker claims due rows: the claim pushes `due_at` forward by a lease and sets a token. The effect then runs outside
any transaction, and finishing is fenced by the token: a worker that was thought dead cannot finish for another.
"""

import random
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
    update,
)

from report_abuse_receiver.ground.kinds import JobKind, WorkState
from report_abuse_receiver.store.types import Moment, RowId, metadata, public
from report_abuse_receiver.store.upsert import upsert

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease", Text),
    Column("last_error", Text),
    Column("created_at", Moment, nullable=False),
    # One periodic job per period: whoever inserts first wins, and nobody needs a leader.
    Column("once", Text, unique=True),
    Index("ix_outbox_due", "state", "due_at"),
    CheckConstraint("state IN ('waiting', 'done', 'dead')", name="state"),
    info=public(select="id", insert="kind payload state due_at attempts created_at", numbered=True),
)


#: How long a worker may take over one row before another may have it.
LEASE = timedelta(seconds=60)
#: After so many failures, some two days, a row is dead until a person retries it.
ATTEMPTS = 24
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A row in hand: `attempts` counts this one, `lease` proves that it is ours."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    lease: str


@dataclass(frozen=True, kw_only=True)
class ListedWork:
    """A row as staff see it: never for what or whom it is owed."""

    id: int
    kind: str
    due_at: datetime
    attempts: int
    state: str
    #: The name of an error's class; None where it has not failed.
    last_error: str | None


def enqueue(conn: Connection, kind: JobKind, payload: Mapping[str, Any], *, now: datetime) -> None:
    """Put down owed work; `payload` holds ids only, never a word or an address."""
    conn.execute(insert(outbox).values(kind=kind, payload=dict(payload), **_fresh(now)))


def enqueue_once(conn: Connection, kind: JobKind, *, period: str, now: datetime) -> bool:
    """Put down a periodic job unless somebody already did for this period."""
    row = upsert(conn, outbox).values(kind=kind, payload={}, once=f"{kind}/{period}", **_fresh(now))
    return conn.execute(row.on_conflict_do_nothing(index_elements=["once"])).rowcount == 1


def claim(conn: Connection, *, now: datetime, most: int, leaving: Collection[JobKind] = ()) -> list[Owed]:
    """Take up to `most` due rows for one lease, but none of the kinds `leaving`; no two claims hold the same row.

    Nothing ever waits for longer than _LONGEST_WAIT: what would was put down before the clock was set back (S22).
    """
    is_due = or_(outbox.c.due_at <= now, outbox.c.due_at > now + _LONGEST_WAIT)
    due = (
        select(outbox.c.id)
        .where(outbox.c.state == WorkState.WAITING, is_due, outbox.c.kind.not_in(leaving))
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    lease = secrets.token_hex(8)
    ids = list(conn.scalars(due))
    taken = conn.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(lease=lease, due_at=now + LEASE, attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id, outbox.c.kind, outbox.c.payload, outbox.c.attempts, outbox.c.lease)
    )
    return sorted((Owed(**row._mapping) for row in taken), key=lambda owed: owed.id)


def finish(conn: Connection, owed: Owed) -> bool:
    """Mark it done; False where the lease ran out and another has it now."""
    return _settle(conn, owed, state=WorkState.DONE, last_error=None)


def fail(conn: Connection, owed: Owed, *, error: str, now: datetime, for_good: bool = False) -> bool:
    """Put it back with a longer wait, or lay it aside as dead, at once where trying again never helps.

    `error` is a class name, never a message.
    """
    if for_good or owed.attempts >= ATTEMPTS:
        return _settle(conn, owed, state=WorkState.DEAD, last_error=error)
    return _settle(conn, owed, state=WorkState.WAITING, last_error=error, due_at=now + wait_after(owed.attempts))


def give_back(conn: Connection, owed: Owed, *, now: datetime) -> bool:
    """Put it back untried, due now; the claim does not count."""
    return _settle(conn, owed, state=WorkState.WAITING, due_at=now, attempts=owed.attempts - 1)


def wait_after(attempts: int) -> timedelta:
    """Exponential back-off from five seconds to six hours, with half of it jitter so that retries spread out."""
    longest = min(_FIRST_WAIT * (2 ** (attempts - 1)), _LONGEST_WAIT)
    share = 0.5 + random.random() / 2  # noqa: S311 - spreads retries, guards nothing
    return timedelta(seconds=longest.total_seconds() * share)


def retry(conn: Connection, owed_id: int, *, now: datetime) -> bool:
    """Make a waiting or dead row due now with a fresh count; False where there is none."""
    done = conn.execute(
        update(outbox)
        .where(outbox.c.id == owed_id, outbox.c.state.in_((WorkState.WAITING, WorkState.DEAD)))
        .values(state=WorkState.WAITING, due_at=now, attempts=0, lease=None)
    )
    return done.rowcount == 1


def listed(conn: Connection, *, done: bool) -> list[ListedWork]:
    """What is owed, soonest first; with `done`, also what is finished."""
    columns = [outbox.c[name] for name in ListedWork.__dataclass_fields__]
    query = select(*columns).order_by(outbox.c.due_at, outbox.c.id)
    rows = conn.execute(query if done else query.where(outbox.c.state != WorkState.DONE))
    return [ListedWork(**row._mapping) for row in rows]


def forget_done(conn: Connection, *, before: datetime) -> int:
    """Delete what was finished long ago; returns how many."""
    return conn.execute(delete(outbox).where(outbox.c.state == WorkState.DONE, outbox.c.due_at < before)).rowcount


def _fresh(now: datetime) -> dict[str, Any]:
    return {"state": WorkState.WAITING, "due_at": now, "attempts": 0, "created_at": now}


def _settle(conn: Connection, owed: Owed, **values: Any) -> bool:
    done = conn.execute(
        update(outbox).where(outbox.c.id == owed.id, outbox.c.lease == owed.lease).values(lease=None, **values)
    )
    return done.rowcount == 1
