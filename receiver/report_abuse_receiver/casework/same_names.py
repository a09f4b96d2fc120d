"""Same names: which other reports name the same account, address or number; only the desk can tell (S7, S8, C16, C20).

Kept is an HMAC-SHA256 of each name under a key that is made from the disclosure key and lies on no public host. The
desk's worker computes them from sealed reports, so a thief of the database learns that reports name the same, not whom.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.casework.kinds import Job
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import NoVaultKey, SealBroken
from report_abuse_receiver.intake import additions
from report_abuse_receiver.intake.additions import BrokenAddition, OpenedAddition
from report_abuse_receiver.keys import sealing
from report_abuse_receiver.keys.sealing import ReportWords
from report_abuse_receiver.rules.casework.names import names_in
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.casework import name_hashes, reports
from report_abuse_receiver.store.casework.reports import ReportRow
from report_abuse_receiver.store.engine import BATCH

#: References that are told of one name. A name that more reports hold is mostly everybody's.
MOST = 20


@dataclass(frozen=True, kw_only=True)
class SameName:
    """A name that other reports hold too: as typed, in how many of them, and the newest of these."""

    name: str = field(repr=False)
    count: int
    reports: Sequence[str]


def enqueue(conn: Connection, *, after: int, up_to: int) -> None:
    """Owe the names of all reports after an id and up to another, in the caller's transaction."""
    if after < up_to:
        outbox.enqueue(conn, Job.SAME_NAMES, {"after": after, "up_to": up_to}, now=now())


def enqueue_all(conn: Connection) -> None:
    """Forget what is kept and owe it once more, in the caller's transaction: its key is another from now on."""
    name_hashes.forget_all(conn)
    enqueue(conn, after=0, up_to=reports.last_id(conn))


def note_names(centre: Centre, owed: Mapping[str, Any]) -> None:
    """Keep the names of one report, or of some of many, and then owe the rest.

    Raises NoVaultKey, and SealBroken for a single report: it is then still owed.
    """
    if "reference" in owed:
        _note_one(centre, str(owed["reference"]))
    else:
        _note_some(centre, after=int(owed["after"]), up_to=int(owed["up_to"]))


def also_named(
    centre: Centre,
    conn: Connection,
    row: ReportRow,
    words: ReportWords,
    added: Iterable[OpenedAddition | BrokenAddition],
) -> list[SameName]:
    """Each name of an opened report that stands in others too: as typed, in how many, and the newest of them.

    The names that fewest others hold come first.
    """
    key, found = _key(centre), list[SameName]()
    for plain, typed in names_in(_said_in(words, added), country=centre.scheme.country).items():
        count, newest = name_hashes.others(conn, row.id, _hashed(key, plain), most=MOST)
        if count:
            found.append(SameName(name=typed, count=count, reports=newest))
    return sorted(found, key=lambda one: one.count)


def _note_one(centre: Centre, reference: str) -> None:
    with centre.database.reading() as conn:
        row = reports.find(conn, reference)
        hashes = _hashes(centre, conn, row) if row is not None else frozenset[str]()
    if row is not None:
        with centre.database.writing() as conn:
            name_hashes.add(conn, row.id, hashes)


def _note_some(centre: Centre, *, after: int, up_to: int) -> None:
    found, broken = dict[int, Collection[str]](), 0
    with centre.database.reading() as conn:
        for row in reports.following(conn, after, most=BATCH, up_to=up_to):
            try:
                found[row.id] = _hashes(centre, conn, row)
            except SealBroken:
                found[row.id], broken = (), broken + 1
    with centre.database.writing() as conn:
        for report_id, hashes in found.items():
            name_hashes.add(conn, report_id, hashes)
        enqueue(conn, after=max(found, default=up_to), up_to=up_to)
    if broken:
        logs.warn("names-not-noted", count=broken)


def _hashes(centre: Centre, conn: Connection, row: ReportRow) -> frozenset[str]:
    said = _said_in(sealing.open_report(centre, conn, row), additions.read_additions(centre, conn, row))
    key = _key(centre)
    return frozenset(_hashed(key, plain) for plain in names_in(said, country=centre.scheme.country))


def _said_in(words: ReportWords, added: Iterable[OpenedAddition | BrokenAddition]) -> list[Mapping[str, object]]:
    """All that was said in an opened report and its additions."""
    return [words["answers"], *(vars(one) for one in added)]


def _key(centre: Centre) -> bytes:
    """HKDF-SHA256 of the disclosure key, so that the desk has one secret less to lose."""
    if centre.keys.disclosure is None:
        raise NoVaultKey("this process holds no key of the desk; names are compared on the desk's host")
    # As it was first called: another word would make another key, and every hash that is kept would be worth nothing.
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"report-abuse/suspects/1").derive(
        centre.keys.disclosure
    )


def _hashed(key: bytes, plain: str) -> str:
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()
