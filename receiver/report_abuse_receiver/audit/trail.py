"""The audit's trail off this host: its head is signed and shipped, and a chain is compared with what was shipped (S9).

Whoever owns the database can cut the chain and set its head back, but not take away what already lies elsewhere.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.audit import shipping
from report_abuse_receiver.ground.audit.heads import Head, from_pem, heads_in, to_pem
from report_abuse_receiver.ground.audit.shipping import Place
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.config import Settings
from report_abuse_receiver.ground.errors import NotFound, Refused
from report_abuse_receiver.ground.keys.keyring import audit_key
from report_abuse_receiver.ground.mail import Letter, MailServer, send
from report_abuse_receiver.store import health
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.engine import open_database

#: So many rows are shipped as a head of their own on the same day.
EVERY = 100


def period(centre: Centre, conn: Connection) -> str | None:
    """A head is owed each day, and one more for each hundred rows of the day."""
    return None if centre.settings.audit_heads is None else f"{now():%Y-%m-%d}/{log.length(conn) // EVERY}"


def ship(centre: Centre, _owed: Mapping[str, Any]) -> None:
    """Sign the head as it stands now, and ship it. Raises OSError or MailTrouble: it is then still owed."""
    place = centre.settings.audit_heads
    if place is None:
        return
    with centre.database.reading() as conn:
        head = log.newest(conn, now=now())
    line = head.signed(audit_key(centre.settings.home))
    if place.kind == shipping.MAIL:
        _mail(centre.settings, place, head, line)
    elif place.kind == shipping.FILE:
        shipping.append_line(Path(place.name), line)
    else:
        shipping.to_syslog(place, line)


def public_key(settings: Settings) -> str:
    """The public half of the key that signs the heads, in PEM; made if this is the first time it is asked for."""
    return to_pem(audit_key(settings.home).public_key())


def read_heads(settings: Settings, path: Path, *, key_file: Path | None = None) -> list[Head]:
    """The heads in a file; Refused where there are none, or one that the key did not sign."""
    key = _read_key(key_file) if key_file else audit_key(settings.home).public_key()
    try:
        text = path.read_text("utf-8", "replace")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from error
    heads = [_read_head(line, key, where=f"line {number} of {path}") for number, line in heads_in(text)]
    if not heads:
        raise Refused(f"{path} holds no head of an audit; name the file that heads were shipped to")
    return heads


def verify_copy(settings: Settings, shipped: Sequence[Head]) -> log.Verdict:
    """Walk the chain in a copy of the database; no key of the receiver is needed, and none is made."""
    database = open_database(settings.database_url)
    try:
        if health.is_empty(database):
            raise NotFound("no receiver was ever started on this database; point REPORT_ABUSE_DATABASE_URL at the copy")
        with database.reading() as conn:
            return log.verify(conn, shipped=shipped)
    finally:
        database.close()


def verify_audit(centre: Centre, *, shipped: Sequence[Head] = ()) -> log.Verdict:
    """Walk the audit's chain, and by the heads that were shipped."""
    with centre.database.reading() as conn:
        return log.verify(conn, shipped=shipped)


def verify_latest(centre: Centre, *, most: int) -> log.Verdict:
    """Walk the last rows of the chain, up to its head; all before them is for `verify_audit`."""
    with centre.database.reading() as conn:
        return log.verify_latest(conn, most=most)


def latest(centre: Centre, *, most: int) -> list[log.AuditRow]:
    """The last rows, the newest first; the time is None where somebody wrote what is none."""
    with centre.database.reading() as conn:
        return log.latest(conn, most=most)


def _mail(settings: Settings, place: Place, head: Head, line: str) -> None:
    if settings.smtp_url is None or settings.mail_from is None:
        raise Refused("heads go by mail, and no mail server is set")
    made = hashlib.blake2b(line.encode(), digest_size=16).hexdigest()
    letter = Letter(
        sender=settings.mail_from,
        to=place.name,
        subject=f"Audit head {head.seq}",
        body=f"{line}\n",
        message_id=f"<{made}@{settings.mail_from.rpartition('@')[2]}>",
        date=head.at,
    )
    send(MailServer.from_url(settings.smtp_url), letter)


def _read_key(path: Path) -> Ed25519PublicKey:
    try:
        return from_pem(path.read_bytes())
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Refused(f"{path} is not the public half of an audit key; write the file that `audit key` made") from error


def _read_head(line: str, key: Ed25519PublicKey, *, where: str) -> Head:
    try:
        return Head.read(line, key)
    except ValueError as error:
        raise Refused(f"{where} is not signed by this key: it was touched, or belongs to another receiver") from error
