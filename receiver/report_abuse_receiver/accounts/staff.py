"""Staff: who the people of the centre are. Nobody registers themselves: they are invited, and choose their secrets."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from report_abuse_receiver.accounts import acting
from report_abuse_receiver.accounts.acting import NAME
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts import one_time_codes, passwords
from report_abuse_receiver.ground.accounts.actor import Actor, Door
from report_abuse_receiver.ground.accounts.kinds import AccountState, Action, Organisation, Right
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import NoRight, NotFound, Refused, SignInRefused, UnknownCode
from report_abuse_receiver.ground.forms import typed
from report_abuse_receiver.ground.keys.keyring import staff_key
from report_abuse_receiver.ground.kinds import RightKind, Role
from report_abuse_receiver.rules.accounts.roles import may, roles_with
from report_abuse_receiver.store.accounts import passkeys, sessions, staff
from report_abuse_receiver.store.accounts.staff import StaffRow
from report_abuse_receiver.store.audit import log

#: A person joins within this time, or is invited again.
INVITED_FOR = timedelta(hours=72)


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody of the centre, as others may see them."""

    name: str
    role: str
    organisation: str
    state: AccountState
    #: How many they have.
    passkeys: int
    created_at: datetime
    created_by: str
    #: None where they have never signed in, or signed out everywhere.
    last_seen: datetime | None


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """What is handed to a new person; the code is shown once and is good once."""

    name: str
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Joining:
    """What an invited person sees: the secret for their authenticator, and the same as a URI."""

    name: str
    role: str
    organisation: str
    secret: str = field(repr=False)
    uri: str = field(repr=False)


def add(centre: Centre, name: str, *, role: str, organisation: str, by: Actor) -> Invitation:
    """Make an account and invite its person. Raises Refused for a name that cannot be or is taken, and UnknownCode."""
    if not NAME.fullmatch(name):
        raise Refused("a name has 2 to 40 small letters, digits, dots, underscores and hyphens, such as ann.lee")
    _check_code("role", role, tuple(Role))
    _check_code("organisation", organisation, tuple(Organisation))
    code, moment = _new_code(), now()
    row = StaffRow(
        name=name,
        role=role,
        organisation=organisation,
        created_at=moment,
        created_by=by.name,
        invitation=_hash(code),
        invited_until=moment + INVITED_FOR,
        secret=_new_secret(centre, name),
    )
    with centre.database.writing() as conn:
        log.append(conn, by=by, action=Action.STAFF_ADD, subject=name, reason=f"{role}, {organisation}", now=moment)
        if staff.find(conn, name) is not None:
            raise Refused(f"{name!r} has an account already")
        staff.add(conn, row)
    return Invitation(name=name, code=code, expires_at=moment + INVITED_FOR)


def reset(centre: Centre, name: str, *, by: Actor) -> Invitation:
    """Take a person's password, codes, passkeys and sessions away and invite them again. Raises NotFound."""
    code, moment = _new_code(), now()
    with centre.database.writing() as conn:
        log.append(conn, by=by, action=Action.STAFF_RESET, subject=name, reason="invited again", now=moment)
        _found(conn, name)
        staff.change(
            conn,
            name,
            invitation=_hash(code),
            invited_until=moment + INVITED_FOR,
            secret=_new_secret(centre, name),
            password=None,
            failures=0,
            locked_until=None,
            disabled_at=None,
        )
        _shut_out(conn, name)
    return Invitation(name=name, code=code, expires_at=moment + INVITED_FOR)


def disable(centre: Centre, name: str, *, by: Actor) -> None:
    """End an account at once, with all its sessions; its name stays in the audit. Raises NotFound, Refused."""
    moment = now()
    with centre.database.writing() as conn:
        log.append(conn, by=by, action=Action.STAFF_DISABLE, subject=name, reason="disabled", now=moment)
        if _found(conn, name).disabled_at is not None:
            raise Refused(f"{name} is disabled already")
        staff.change(conn, name, disabled_at=moment, invitation=None, password=None)
        _shut_out(conn, name)


def list_staff(centre: Centre) -> list[Account]:
    """Every account, and never a secret of one."""
    with centre.database.reading() as conn:
        rows, seen = staff.every(conn), sessions.last_seen(conn)
        keys = {row.name: len(passkeys.of(conn, row.name)) for row in rows}
    return [
        Account(
            name=row.name,
            role=row.role,
            organisation=row.organisation,
            state=_state(row),
            passkeys=keys[row.name],
            created_at=row.created_at,
            created_by=row.created_by,
            last_seen=seen.get(row.name),
        )
        for row in rows
    ]


def invitation(centre: Centre, code: str) -> Joining:
    """What the invited person needs to join. Raises SignInRefused for a code that is wrong, used or too old."""
    with centre.database.writing() as conn:
        row = _invited(conn, code)
    secret = _secret(centre, row)
    uri = one_time_codes.uri(secret, name=row.name, service=centre.scheme.name)
    return Joining(name=row.name, role=row.role, organisation=row.organisation, secret=secret, uri=uri)


def join(centre: Centre, code: str, *, password: str, totp: str) -> None:
    """Begin to be staff: with a password of one's own, and an authenticator that shows the right code.

    Raises SignInRefused, and Refused where the password is too short or is the name; the invitation then stays good.
    """
    if typed.is_blank(password) or typed.code(password).lower() == typed.code(code).lower():
        raise Refused("choose a password of your own")
    moment, kept = now(), passwords.hashed(password)
    with centre.database.writing() as conn:
        row = _invited(conn, code)
        step = one_time_codes.step_of(_secret(centre, row), totp, after=0, now=moment)  # of a new secret
        if step is None:
            raise SignInRefused
        staff.change(conn, row.name, password=kept, last_step=step, invitation=None, invited_until=None)
        by = acting.with_account(row, door=Door.DESK)
        log.append(conn, by=by, action=Action.STAFF_JOIN, subject=row.name, reason=row.role, now=moment)


def how_many(centre: Centre) -> int:
    """How many people can sign in; from the second on it takes two of them for what leaves the centre."""
    with centre.database.reading() as conn:
        return staff.count(conn)


def has_administrator(centre: Centre) -> bool:
    """Whether somebody can sign in who looks after the accounts."""
    return any(row.state == AccountState.ACTIVE and may(row.role, Right.STAFF) for row in list_staff(centre))


def check_right(centre: Centre, by: Actor, right: RightKind) -> None:
    """Refuse, and audit it, where this account's role lacks the right now, whatever it was at the door. Raises NoRight.

    Whoever has no account works on the host itself, as its user, and can read the keys anyway.
    """
    with centre.database.reading() as conn:
        row = staff.find(conn, by.name) if by.has_account else None
    if row is None or (_state(row) == AccountState.ACTIVE and may(row.role, right)):
        return
    with centre.database.writing() as conn:
        log.append(conn, by=by, action=Action.REFUSED, subject=right, reason=f"as {row.role}", now=now())
    raise NoRight(f"{by.name} is {row.role} ({_state(row)}); this takes one of: {', '.join(roles_with(right))}")


def is_active(row: StaffRow) -> bool:
    """Whether this person has joined and was not disabled."""
    return _state(row) == AccountState.ACTIVE


def _state(row: StaffRow) -> AccountState:
    if row.disabled_at is not None:
        return AccountState.DISABLED
    return AccountState.ACTIVE if row.password is not None else AccountState.INVITED


def _shut_out(conn: Connection, name: str) -> None:
    sessions.remove_all(conn, name)
    passkeys.remove_all(conn, name)


def _found(conn: Connection, name: str) -> StaffRow:
    row = staff.find(conn, name, for_update=True) if NAME.fullmatch(name) else None
    if row is None:
        raise NotFound(f"nobody called {name[:40]!r} has an account")
    return row


def _invited(conn: Connection, code: str) -> StaffRow:
    row = staff.invited(conn, _hash(typed.code(code)))
    if row is None or row.invited_until is None or row.invited_until <= now():
        raise SignInRefused
    return row


def _check_code(what: str, code: str, known: tuple[str, ...]) -> None:
    if code not in known:
        raise UnknownCode(f"{what} {code[:40]!r} is not known; known are: {', '.join(known)}")


def _new_secret(centre: Centre, name: str) -> bytes:
    return one_time_codes.seal_secret(one_time_codes.new_secret(), key=staff_key(centre.settings.home), name=name)


def _secret(centre: Centre, row: StaffRow) -> str:
    return one_time_codes.open_secret(row.secret, key=staff_key(centre.settings.home), name=row.name)


def _new_code() -> str:
    return secrets.token_urlsafe(18)


def _hash(code: str) -> str:
    """120 random bits and more need no slow hash."""
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
