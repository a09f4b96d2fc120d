"""Approvals: what leaves the centre takes two people, one who asks and another who grants exactly that (S9).

A request is bound to the SHA-256 of what was asked for. Whoever acts on it computes that again in the same transaction:
if anything has changed since, nothing happens. The database holds the same rules as CHECKs.

Until a second person has joined, the host's command line acts alone, and what it does says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.accounts.staff import check_right
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.declarations import declared
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.accounts.kinds import Action, RequestState
from report_abuse_receiver.ground.canonical import canonical, sha256
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import NotApproved, NotFound
from report_abuse_receiver.ground.kinds import RightKind, TwoPeople
from report_abuse_receiver.store.accounts import approvals, staff
from report_abuse_receiver.store.accounts.approvals import ApprovalRow
from report_abuse_receiver.store.audit import log

#: Long enough for a weekend.
GOOD_FOR = timedelta(days=3)
#: In the audit, doctor and each release.
ALONE, TWO_PEOPLE = "by the host alone", "by two people"
_MOST_LISTED = 100
#: Letters of a sentence that the audit keeps.
_REASON = 200


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Exactly what is to be done: `content` is hashed, `subject` and `reason` are for the person who grants."""

    what: TwoPeople
    subject: str
    content: Sequence[Any]
    reason: str
    up_to: int | None = None

    @property
    def sha256(self) -> str:
        """What an approval of this is bound to."""
        return sha256(canonical([self.what.done, self.subject, self.reason, self.up_to, *self.content]))


@dataclass(frozen=True, kw_only=True)
class ListedRequest:
    """A request, and what became of it."""

    number: int
    state: RequestState
    action: str
    subject: str
    sha256: str
    reason: str
    asked_by: str
    granted_by: str | None
    refused_by: str | None
    asked_at: datetime
    expires_at: datetime
    granted_at: datetime | None
    used_at: datetime | None


def are_needed(conn: Connection) -> bool:
    """Whether it takes two people: from the second on who joined, for good. To disable the other one is no way out."""
    return staff.count_joined(conn) > 1


def eyes(conn: Connection) -> str:
    """How many look at what leaves the centre now: ALONE or TWO_PEOPLE."""
    return TWO_PEOPLE if are_needed(conn) else ALONE


@contextmanager
def refusals_audited(centre: Centre, *, by: Actor, subject: str) -> Iterator[None]:
    """What is not approved is audited; nothing else of it stands, because its own transaction was undone."""
    try:
        yield
    except NotApproved as error:
        with centre.database.writing() as conn:
            log.append(conn, by=by, action=Action.REFUSED, subject=subject, reason=str(error)[:_REASON], now=now())
        raise


def ask(centre: Centre, asked: Asked, *, by: Actor) -> int:
    """Ask another person for an approval; returns the number of the request. Raises NoRight, NotApproved."""
    moment = now()
    with _as_one_of_us(centre, by, asked.what.ask), centre.database.writing() as conn:
        log.append(conn, by=by, action=asked.what.asked, subject=asked.subject, reason=asked.sha256, now=moment)
        row = ApprovalRow(
            action=asked.what.done,
            subject=asked.subject,
            up_to=asked.up_to,
            sha256=asked.sha256,
            reason=asked.reason,
            asked_by=by.name,
            asked_at=moment,
            expires_at=moment + GOOD_FOR,
        )
        return approvals.add(conn, row)


def grant(centre: Centre, number: int, *, by: Actor) -> ListedRequest:
    """Grant what another person asked for. Raises NotFound, NoRight, and NotApproved for one's own and old requests."""
    row, moment = _request(centre, number), now()
    kind = _kind(row)
    with _as_one_of_us(centre, by, kind.grant), centre.database.writing() as conn:
        log.append(conn, by=by, action=kind.granted, subject=row.subject, reason=row.sha256, now=moment)
        latest = _still_open(conn, number)
        if latest.asked_by == by.name:
            raise NotApproved(f"{by.name} asked for it; another person has to grant it")
        if latest.granted_by is not None:
            raise NotApproved(f"request {number} was granted by {latest.granted_by} already")
        approvals.change(conn, number, granted_by=by.name, granted_at=moment)
        return _listed(_found(approvals.find(conn, number), number), moment)


def refuse(centre: Centre, number: int, *, by: Actor) -> ListedRequest:
    """Say no, or take one's own request back; it can then neither be granted nor used. Raises as `grant` does."""
    row, moment = _request(centre, number), now()
    kind = _kind(row)
    right = kind.ask if row.asked_by == by.name else kind.grant
    with _as_one_of_us(centre, by, right), centre.database.writing() as conn:
        log.append(conn, by=by, action=kind.refused, subject=row.subject, reason=row.sha256, now=moment)
        _still_open(conn, number)
        approvals.change(conn, number, refused_by=by.name)
        return _listed(_found(approvals.find(conn, number), number), moment)


def use(conn: Connection, asked: Asked, *, by: Actor) -> int | None:
    """Act on an approval in the caller's transaction; None where the host may act alone.

    Raises NotApproved where nobody granted exactly this; then the caller's transaction must not stand.
    """
    if not are_needed(conn):
        return None
    moment = now()
    there = approvals.lock_open(conn, action=asked.what.done, subject=asked.subject, now=moment)
    granted = next((row for row in there if row.granted_by and row.sha256 == asked.sha256), None)
    if granted is None:
        raise NotApproved(_why_not(there, asked, by=by))
    approvals.change(conn, granted.id, used_at=moment)
    return granted.id


def asked_up_to(conn: Connection, *, action: str, subject: str) -> int | None:
    """How far the newest request goes that can be acted on: a granted one before one that waits."""
    there = approvals.find_open(conn, action=action, subject=subject, now=now())
    return next((row.up_to for row in sorted(there, key=lambda row: row.granted_by is None)), None)


def waiting(centre: Centre) -> list[ListedRequest]:
    """The latest requests, the newest first, with what became of them."""
    moment = now()
    with centre.database.reading() as conn:
        return [_listed(row, moment) for row in approvals.every(conn, most=_MOST_LISTED)]


def kinds() -> Mapping[str, TwoPeople]:
    """All that takes two people, by what is then done, as the departments declare it."""
    return {one.done: one for one in declared("TAKE_TWO_PEOPLE")}


@contextmanager
def _as_one_of_us(centre: Centre, by: Actor, right: RightKind) -> Iterator[None]:
    """Only somebody with an account and the right may ask, grant or refuse."""
    check_right(centre, by, right)
    with refusals_audited(centre, by=by, subject=right):
        if not by.has_account:
            raise NotApproved(f"{by.name[:40]} has no account; only people who have one can do this")
        yield


def _request(centre: Centre, number: int) -> ApprovalRow:
    with centre.database.reading() as conn:
        return _found(approvals.find(conn, number), number)


def _kind(row: ApprovalRow) -> TwoPeople:
    return kinds()[row.action]


def _still_open(conn: Connection, number: int) -> ApprovalRow:
    row = _found(approvals.lock(conn, number), number)
    state = _state(row, now())
    if state not in (RequestState.ASKED, RequestState.GRANTED):
        raise NotApproved(f"request {number} is {state}; ask again")
    return row


def _found(row: ApprovalRow | None, number: int) -> ApprovalRow:
    if row is None:
        raise NotFound(f"there is no request number {number}")
    return row


def _why_not(there: Sequence[ApprovalRow], asked: Asked, *, by: Actor) -> str:
    exactly = next((row for row in there if row.sha256 == asked.sha256), None)
    if exactly is not None:
        return f"request {exactly.id} waits for another person: approvals grant {exactly.id} --staff NAME"
    if there:
        return f"what was asked for in request {there[0].id} has changed since; ask again, as {by.name}"
    return f"{asked.what.done} {asked.subject} takes two people, and nobody has asked for it"


def _state(row: ApprovalRow, moment: datetime) -> RequestState:
    if row.used_at is not None:
        return RequestState.USED
    if row.refused_by is not None:
        return RequestState.REFUSED
    if row.expires_at <= moment:
        return RequestState.EXPIRED
    return RequestState.GRANTED if row.granted_by is not None else RequestState.ASKED


def _listed(row: ApprovalRow, moment: datetime) -> ListedRequest:
    same = {one.name: getattr(row, one.name) for one in fields(ListedRequest) if hasattr(row, one.name)}
    return ListedRequest(number=row.id, state=_state(row, moment), **same)
