"""Coming back: with the number and three words, somebody can add to a report; nothing of it is shown or replaced."""

import hmac
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.canonical import canonical, sha256
from report_abuse_receiver.ground.casework import kinds as casework
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import SealBroken, StoreTrouble
from report_abuse_receiver.ground.forms.answers import AddedWords
from report_abuse_receiver.ground.intake.kinds import Entry
from report_abuse_receiver.ground.slow_hash import slow_hash
from report_abuse_receiver.keys import sealing
from report_abuse_receiver.rules.intake.coming_back import read_words, standing
from report_abuse_receiver.rules.intake.references import read_reference
from report_abuse_receiver.rules.intake.urgency import ROUTINE, urgency
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.casework import additions, reports, timeline
from report_abuse_receiver.store.casework.additions import AdditionRow, WordsRow
from report_abuse_receiver.store.casework.reports import ReportRow

_SALT = 16
#: What is hashed against where there is no such report, so that it takes as long as a wrong word.
_NOBODY = WordsRow(report_id=0, salt=bytes(_SALT), hash=bytes(32))
#: How often two additions at the same moment may reach for the same number.
_TRIES = 10


@dataclass(frozen=True, kw_only=True)
class Addition:
    """What somebody comes back with; `nonce` makes a second try with the same words the same addition."""

    reference: str
    words: str = field(repr=False)
    safe: str = ""
    more: str = field(default="", repr=False)
    reach: str = field(default="", repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def says_something(self) -> bool:
        """Whether there is anything to keep: who is safe and says no more only wants to know how it stands."""
        return bool(self.more or self.reach or urgency({"safe": self.safe}) != ROUTINE)


@dataclass(frozen=True, kw_only=True)
class OpenedAddition:
    """What somebody added, with its seal opened."""

    number: int
    at: datetime
    #: A code of the question whether they are safe; empty where it was left out.
    safe: str = ""
    more: str = field(default="", repr=False)
    reach: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class BrokenAddition:
    """An addition that was touched: it says so, and hides neither the report nor the others."""

    number: int
    at: datetime
    broken: str


def give_words(centre: Centre, reference: str, words: str) -> bool:
    """Let these words open a report from now on, if it has none; whether it has words, kept as their hash alone.

    A database in trouble costs the words, not the page that says it arrived.
    """
    try:
        with centre.database.reading() as conn:
            report_id = reports.id_of(conn, reference)
            given = additions.words_of(conn, reference)
        return bool(given) or (report_id is not None and _give(centre, report_id, words))
    except StoreTrouble as error:
        logs.warn("no-words-to-come-back", error=error)
        return False


def add(centre: Centre, addition: Addition) -> str | None:
    """Add to a report and say how it stands; None where number and words do not fit, whichever of them is wrong.

    Raises StoreTrouble where nothing could be kept.
    """
    reference = read_reference(addition.reference) or ""
    with centre.database.reading() as conn:
        known = additions.words_of(conn, reference)
    fits = hmac.compare_digest(slow_hash(read_words(addition.words), (known or _NOBODY).salt), (known or _NOBODY).hash)
    if known is None or not fits:
        return None
    if addition.says_something and not _keep(centre, reference, known.report_id, addition):
        return None
    return how_it_stands(centre, reference)


def how_it_stands(centre: Centre, reference: str) -> str:
    """How a report stands, for who has its number and words; one that was deleted meanwhile is still told as had."""
    with centre.database.reading() as conn:
        report_id = reports.id_of(conn, read_reference(reference) or "")
        return standing(timeline.kinds_noted(conn, report_id) if report_id is not None else ())


def seal_addition(
    centre: Centre, reference: str, *, number: int, nonce: str, at: datetime, said: AddedWords
) -> AdditionRow:
    """Seal it, bound to the report and its own number, so that no two can be swapped."""
    envelope = sealing.seal_words(centre, said, bound_to=sealing.bound_to(reference, number))
    return AdditionRow(number=number, nonce=nonce, received_at=at, envelope=envelope)


def keep(conn: Connection, report_id: int, row: AdditionRow) -> bool:
    """Put it beside the report in the caller's transaction; False where its number was taken a moment ago."""
    if not additions.add(conn, report_id, row):
        return False
    timeline.note(conn, report_id, Entry.ADDED, now=row.received_at, details={"number": row.number})
    return True


def open_additions(centre: Centre, conn: Connection, row: ReportRow) -> list[OpenedAddition | BrokenAddition]:
    """What was added to a report, each with its time. The caller audits the opening in the same transaction.

    One that was touched says so, and hides neither the report nor the others. Raises NoVaultKey.
    """
    return [_as_far_as_it_opens(centre, row.reference, one) for one in additions.listed(conn, row.id)]


def read_additions(centre: Centre, conn: Connection, row: ReportRow) -> list[OpenedAddition]:
    """The same, whole: one that was touched stops it. Raises SealBroken and NoVaultKey."""
    return [_opened(centre, row.reference, one) for one in additions.listed(conn, row.id)]


def mark_read(
    conn: Connection, row: ReportRow, opened: Sequence[OpenedAddition | BrokenAddition], *, by: Actor
) -> None:
    """Write on the timeline that somebody has read all that was added up to now."""
    if opened:
        last = opened[-1].number
        once = _read_once(row.reference, last)
        timeline.note(conn, row.id, Entry.ADDITIONS_READ, now=now(), by=by, details={"number": last}, once=once)


def is_unread(conn: Connection, row: ReportRow) -> bool:
    """Whether something was added that nobody has read."""
    last = additions.next_number(conn, row.id) - 1
    return last > 0 and not timeline.was_noted(conn, _read_once(row.reference, last))


def _give(centre: Centre, report_id: int, words: str) -> bool:
    salt = os.urandom(_SALT)
    digest = slow_hash(read_words(words), salt)  # before the transaction
    with centre.database.writing() as conn:
        additions.keep_words(conn, report_id, salt=salt, hash=digest, now=now())
    return True


def _keep(centre: Centre, reference: str, report_id: int, addition: Addition) -> bool:
    """Keep an addition, once; False where the report was deleted a moment ago."""
    for _ in range(_TRIES):
        # Where it is deleted between the look and the writing, the database says no, and the next look sees it.
        with suppress(IntegrityError), centre.database.writing() as conn:
            if not reports.still_there(conn, report_id):
                return False
            if additions.has(conn, report_id, nonce=_once(addition)) or _add(
                centre, conn, reference, report_id, addition
            ):
                return True
    raise StoreTrouble("others add to this report at the same moment; trying again helps")


def _add(centre: Centre, conn: Connection, reference: str, report_id: int, addition: Addition) -> bool:
    number = additions.next_number(conn, report_id)
    said: AddedWords = {"safe": addition.safe, "more": addition.more, "reach": addition.reach}
    row = seal_addition(centre, reference, number=number, nonce=_once(addition), at=now(), said=said)
    if not keep(conn, report_id, row):
        return False
    for job in (casework.Job.RAISE_URGENCY, casework.Job.SAME_NAMES):
        outbox.enqueue(conn, job, {"reference": reference}, now=now())
    return True


def _as_far_as_it_opens(centre: Centre, reference: str, one: AdditionRow) -> OpenedAddition | BrokenAddition:
    try:
        return _opened(centre, reference, one)
    except SealBroken as error:
        return BrokenAddition(number=one.number, at=one.received_at, broken=str(error))


def _opened(centre: Centre, reference: str, one: AdditionRow) -> OpenedAddition:
    words: AddedWords = sealing.open_words(centre, one.envelope, bound_to=sealing.bound_to(reference, one.number))
    return OpenedAddition(number=one.number, at=one.received_at, **words)


def _read_once(reference: str, number: int) -> str:
    return f"additions-read/{reference}/{number}"


def _once(addition: Addition) -> str:
    """A repeat is known by its page and by what it holds: other words from the same page are another addition."""
    return sha256(canonical([addition.nonce, addition.safe, addition.more, addition.reach]))
