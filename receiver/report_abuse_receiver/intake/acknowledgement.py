"""Acknowledgement: every report gets one on its timeline, and by mail where the child said that this is safe (P19).

The letter is in the scheme's words and the report's language; it tells nobody what it is about, and leads nowhere. Its
address is read from the sealed report at the moment of sending, by the worker; it stands in no outbox and no log.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import NoVaultKey
from report_abuse_receiver.ground.forms.answers import Answers
from report_abuse_receiver.ground.forms.typed import is_email
from report_abuse_receiver.ground.intake.kinds import Entry
from report_abuse_receiver.ground.mail import Letter, MailServer, send
from report_abuse_receiver.keys.sealing import open_report
from report_abuse_receiver.rules.intake import coding
from report_abuse_receiver.store.casework import reports, timeline


def may_be_mailed(answers: Answers) -> bool:
    """Only where the child gave an address and said that nobody else could see what comes there."""
    return is_email(str(answers.get("email", ""))) and answers.get("private") == "safe"


def acknowledge(centre: Centre, owed: Mapping[str, Any]) -> None:
    """Write "acknowledged" on the report's timeline, once, however often this is tried."""
    reference = str(owed["reference"])
    with centre.database.writing() as conn:
        row = reports.find(conn, reference)
        if row is not None:
            timeline.note(conn, row.id, Entry.ACKNOWLEDGED, now=now(), once=f"{Entry.ACKNOWLEDGED}/{reference}")


def mail(centre: Centre, owed: Mapping[str, Any]) -> None:
    """Send the letter and say so on the timeline; where no mail server is set, there is nothing to do.

    Raises NoVaultKey, SealBroken, MailRefused and MailUnreachable: the letter is then still owed.
    """
    server, sender, reference = centre.settings.smtp_url, centre.settings.mail_from, str(owed["reference"])
    addressee = _addressee(centre, reference) if server and sender else None
    if addressee is None or server is None or sender is None:
        return
    words = centre.scheme.letter_in(addressee.language)
    letter = Letter(
        sender=sender,
        to=addressee.address,
        subject=words.subject,
        body=words.body(words.child if addressee.is_child else words.adult),
        message_id=message_id(centre, reference, sender=sender),
        date=now(),
    )
    send(MailServer.from_url(server), letter)
    with centre.database.writing() as conn:
        timeline.note(conn, addressee.report_id, Entry.MAILED, now=now(), once=f"{Entry.MAILED}/{reference}")


def message_id(centre: Centre, reference: str, *, sender: str) -> str:
    """The same for every try at one report's letter, and nothing that leads back to its number."""
    made = hashlib.blake2b(reference.encode(), key=centre.keys.link_master, person=b"message-id", digest_size=16)
    return f"<{made.hexdigest()}@{sender.rpartition('@')[2]}>"


@dataclass(frozen=True, kw_only=True)
class _Addressee:
    """What the letter needs of a report, and nothing else of it."""

    report_id: int
    address: str = field(repr=False)
    language: str
    is_child: bool


def _addressee(centre: Centre, reference: str) -> _Addressee | None:
    """Whom to write to, out of the sealed report; None where it is gone, was mailed already, or said not to."""
    if not centre.keys.vault_private:
        raise NoVaultKey("this process holds no vault key, so it cannot read where mail should go")
    with centre.database.reading() as conn:
        row = reports.find(conn, reference)
        if row is None or any(entry.kind == Entry.MAILED for entry in timeline.entries(conn, row.id)):
            return None
        answers = open_report(centre, conn, row)["answers"]
    if not may_be_mailed(answers):
        return None
    return _Addressee(
        report_id=row.id, address=answers["email"], language=row.language, is_child=coding.is_child(answers)
    )
