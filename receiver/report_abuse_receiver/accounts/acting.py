"""Acting: the one place that makes an Actor, each maker by what was proved of them (S9, S10)."""

import re

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts.actor import Actor, Door
from report_abuse_receiver.ground.errors import SignInRefused
from report_abuse_receiver.store.accounts import staff
from report_abuse_receiver.store.accounts.staff import StaffRow

#: A name as it stands in the audit and is typed at sign-in: 2 to 40 letters.
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
#: The service itself: nobody asked it to.
WORKER = Actor(name="the worker", door=Door.WORKER)
#: Somebody who is not signed in.
NOBODY = Actor(name="-", door=Door.OUTSIDE)


def with_account(row: StaffRow, *, door: Door) -> Actor:
    """Whose account this is, after they proved at this door that it is theirs."""
    return Actor(name=row.name, role=row.role, organisation=row.organisation, door=door)


def at_host(centre: Centre, name: str) -> Actor:
    """The host's own user. Raises SignInRefused for the name of an account: its person proves that it is theirs."""
    if has_account(centre, name):
        raise SignInRefused
    return Actor(name=name, door=Door.HOST)


def with_recovery_key(name: str) -> Actor:
    """Whoever brings the recovery key, where no account can be proved any more."""
    return Actor(name=name, door=Door.RECOVERY)


def has_account(centre: Centre, name: str) -> bool:
    """Whether this name is that of an account, of whatever state."""
    with centre.database.reading() as conn:
        return NAME.fullmatch(name) is not None and staff.find(conn, name) is not None
