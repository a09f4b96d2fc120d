"""Sessions: staff sign in with two factors and stay signed in for a while; the server knows every session (S10)."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from report_abuse_receiver.accounts.acting import NAME, NOBODY, with_account
from report_abuse_receiver.accounts.staff import is_active
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts import one_time_codes, passwords
from report_abuse_receiver.ground.accounts.actor import Actor, Door
from report_abuse_receiver.ground.accounts.kinds import Action
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import SignInRefused
from report_abuse_receiver.ground.keys.keyring import staff_key
from report_abuse_receiver.ground.kinds import RightKind
from report_abuse_receiver.rules.accounts.roles import may
from report_abuse_receiver.store.accounts import passkeys, sessions, staff
from report_abuse_receiver.store.accounts.sessions import SessionRow
from report_abuse_receiver.store.accounts.staff import StaffRow
from report_abuse_receiver.store.audit import log

#: A session that nobody uses ends after the first, every session after the second, one that lacks its passkey after
#: the third; the second factor that was shown counts for disclosures for the fourth.
IDLE, LONGEST, HALF_WAY, FRESH = timedelta(minutes=30), timedelta(hours=12), timedelta(minutes=5), timedelta(minutes=10)
#: After so many wrong tries an account takes none, right or wrong, for a while.
TRIES, LOCKED = 5, timedelta(minutes=15)
#: Seen again within this time is not written down.
_SEEN = timedelta(minutes=1)
#: Tries at names that nobody has are audited once in this time: the audit must not be filled by a stranger.
_STRANGERS = timedelta(minutes=1)

#: What is wrong with a try in the words of the audit, or the values that a right one leaves behind.
Judged = str | dict[str, object]
Judge = Callable[[Connection, StaffRow], Judged]


@dataclass(frozen=True, kw_only=True)
class Session:
    """A browser that is signed in, or half-way: `whole` once the second factor was shown."""

    token: str = field(repr=False)
    actor: Actor
    form_token: str = field(repr=False)
    confirmed_at: datetime | None

    @property
    def whole(self) -> bool:
        """Whether both factors were shown."""
        return self.confirmed_at is not None

    def may(self, right: RightKind) -> bool:
        """Whether their role has this right."""
        return may(self.actor.role, right)


def sign_in(centre: Centre, *, name: str, password: str, totp: str) -> str:
    """Sign in with a password and a one-time code; returns the new session's token. Raises SignInRefused."""
    moment = now()
    row = _judge(centre, name, password, lambda _, row: _code(centre, row, totp, moment))
    return begin(centre, with_account(row, door=Door.DESK), whole=True)


def half_way(centre: Centre, *, name: str, password: str) -> str:
    """The password was right and a passkey is to follow; returns a token good for that only. Raises SignInRefused."""

    def judged(conn: Connection, row: StaffRow) -> Judged:
        return {} if passkeys.of(conn, row.name) else "no second factor"

    row = _judge(centre, name, password, judged)
    return begin(centre, with_account(row, door=Door.DESK), whole=False)


def authenticate(centre: Centre, *, name: str, password: str, totp: str) -> Actor:
    """Who proves to be this person, without a session: for the command line. Raises SignInRefused."""
    moment = now()
    row = _judge(centre, name, password, lambda _, row: _code(centre, row, totp, moment))
    return with_account(row, door=Door.COMMAND_LINE)


def confirm(centre: Centre, session: Session, *, totp: str) -> None:
    """Show the second factor again, before something leaves the centre. Raises SignInRefused."""
    moment = now()
    _judge(centre, session.actor.name, None, lambda _, row: _code(centre, row, totp, moment))
    with centre.database.writing() as conn:
        sessions.change(conn, _hash(session.token), confirmed_at=moment)


def begin(centre: Centre, actor: Actor, *, whole: bool) -> str:
    """A new session for whoever proved to be this person; returns its token, which never existed before."""
    token, moment = secrets.token_urlsafe(32), now()
    row = SessionRow(
        id=_hash(token),
        staff=actor.name,
        form_token=secrets.token_urlsafe(24),
        created_at=moment,
        seen_at=moment,
        confirmed_at=moment if whole else None,
    )
    with centre.database.writing() as conn:
        sessions.remove_old(conn, seen_before=moment - IDLE, made_before=moment - LONGEST)
        sessions.add(conn, row)
        if whole:
            log.append(conn, by=actor, action=Action.SIGN_IN, subject=actor.name, reason="two factors", now=moment)
    return token


def find(centre: Centre, token: str) -> Session | None:
    """Whose session this is; None where it is unknown, over, or its person's account is."""
    moment = now()
    with centre.database.reading() as conn:
        row = sessions.find(conn, _hash(token))
        person = staff.find(conn, row.staff) if row else None
    if row is None or person is None or not is_active(person) or _is_over(row, moment):
        return None
    if moment - row.seen_at > _SEEN:
        with centre.database.writing() as conn:
            sessions.change(conn, row.id, seen_at=moment)
    actor = with_account(person, door=Door.DESK)
    return Session(token=token, actor=actor, form_token=row.form_token, confirmed_at=row.confirmed_at)


def is_fresh(session: Session) -> bool:
    """Whether the second factor was shown just now, as it must be before something leaves the centre."""
    return session.confirmed_at is not None and timedelta(0) <= now() - session.confirmed_at < FRESH


def sign_out(centre: Centre, session: Session) -> None:
    """End a session on the server; its token is worth nothing from then on."""
    with centre.database.writing() as conn:
        sessions.remove(conn, _hash(session.token))
        who = session.actor
        log.append(conn, by=who, action=Action.SIGN_OUT, subject=who.name, reason="", now=now())


def refused(centre: Centre, session: Session | None, *, what: str) -> None:
    """Audit something that a door refused: a forged form, a made-up session, a page that this role may not see.

    A stranger who does it again and again only makes the database be read: no child's Send waits for that.
    """
    who, moment = session.actor if session else NOBODY, now()
    with centre.database.reading() as conn:
        if _was_told(conn, who=who, moment=moment):
            return
    with centre.database.writing() as conn:
        _note_refused(conn, who=who, why=what, moment=moment)


def _judge(centre: Centre, name: str, password: str | None, judged: Judge) -> StaffRow:
    """Weigh one try, and give back whose it was; a password of None was shown before.

    It is hashed whoever it is for, so that every answer takes as long.
    """
    moment, name = now(), name if NAME.fullmatch(name) else ""
    with centre.database.reading() as conn:
        known = staff.find(conn, name)
    right = password is None or passwords.fits(known.password if known else None, password)
    with centre.database.writing() as conn:
        log.lock(conn)
        row = staff.find(conn, name, for_update=True)
        found = _found(conn, row, right=right, judged=judged, moment=moment)
        if isinstance(found, str):
            _note_wrong(conn, row, why=found, moment=moment)
        elif row is not None:
            staff.change(conn, row.name, failures=0, locked_until=None, **found)
    if isinstance(found, str) or row is None:
        raise SignInRefused
    return row


def _found(
    conn: Connection,
    row: StaffRow | None,
    *,
    right: bool,
    judged: Judge,
    moment: datetime,
) -> Judged:
    if row is None:
        return "no such account"
    if row.locked_until is not None and moment < row.locked_until:
        return "locked"
    if not is_active(row):
        return "not active"
    return judged(conn, row) if right else "wrong password"


def _code(centre: Centre, row: StaffRow, totp: str, moment: datetime) -> Judged:
    """Weighed by the clock of when it was typed in, before the password was hashed."""
    secret = one_time_codes.open_secret(row.secret, key=staff_key(centre.settings.home), name=row.name)
    step = one_time_codes.step_of(secret, totp, after=row.last_step, now=moment)
    return "wrong or used code" if step is None else {"last_step": step}


def _note_wrong(conn: Connection, row: StaffRow | None, *, why: str, moment: datetime) -> None:
    """While an account is locked a try neither counts nor is written down: its locking was."""
    if row is None:
        _note_refused(conn, who=NOBODY, why=why, moment=moment)
        return
    if why == "locked":
        return
    failures = row.failures + 1
    over = failures >= TRIES
    staff.change(conn, row.name, failures=0 if over else failures, locked_until=moment + LOCKED if over else None)
    told = f"{why}; locked" if over else why
    log.append(conn, by=NOBODY, action=Action.SIGN_IN_REFUSED, subject=row.name, reason=told, now=moment)


def _note_refused(conn: Connection, *, who: Actor, why: str, moment: datetime) -> None:
    if not _was_told(conn, who=who, moment=moment):
        log.append(conn, by=who, action=Action.REFUSED, subject=who.name, reason=why, now=moment)


def _was_told(conn: Connection, *, who: Actor, moment: datetime) -> bool:
    return who == NOBODY and log.has_lately(conn, staff=who.name, subject=who.name, since=moment - _STRANGERS)


def _is_over(row: SessionRow, moment: datetime) -> bool:
    if row.confirmed_at is None and moment - row.created_at > HALF_WAY:
        return True
    return moment - row.seen_at > IDLE or moment - row.created_at > LONGEST


def id_of(session: Session) -> str:
    """What the store knows this session by."""
    return _hash(session.token)


def _hash(token: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
