"""Leave fast: what a browser held is wiped, and a form of it that comes again is known for one that was left.

A tombstone is the hash of the nonce that the form carries, and stays for a day.
"""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import StoreTrouble
from report_abuse_receiver.intake import drafts, visits
from report_abuse_receiver.store.intake import drafts as rows

#: Longer than a browser that was not closed is likely to be given to somebody else.
TOMBSTONE_LIFE = timedelta(hours=24)
#: Seconds to wait for the database before a form is taken for one that nobody left.
_PATIENCE = 1.0


def leave(centre: Centre, secret: str | None, nonces: Iterable[str] = ()) -> None:
    """Wipe what this secret opens, and bury it and all that forms of these nonces hold. Raises StoreTrouble."""
    until = now() + TOMBSTONE_LIFE
    with centre.database.writing() as conn:
        held = (*drafts.wipe(conn, secret), *visits.wipe(conn, secret)) if secret else ()
        for nonce in {*held, *nonces}:
            rows.put_tombstone(conn, _tombstone(nonce), expires_at=until)


def was_left(centre: Centre, nonce: str, *, if_unknown: bool = False) -> bool:
    """Whether the draft or the visit that a form of this nonce belongs to was left. Never raises.

    `if_unknown` is what is said while the database is in trouble.
    """
    try:
        with centre.database.reading(patience=_PATIENCE) as conn:
            return bool(nonce) and is_buried(conn, nonce)
    except StoreTrouble as error:
        logs.warn("tombstone-not-looked-for", error=error)
        return if_unknown


def is_buried(conn: Connection, nonce: str) -> bool:
    """The same, in the caller's transaction."""
    return rows.has_tombstone(conn, _tombstone(nonce), now=now())


def _tombstone(nonce: str) -> str:
    return hashlib.blake2b(nonce.encode(), digest_size=16, person=b"left/1").hexdigest()
