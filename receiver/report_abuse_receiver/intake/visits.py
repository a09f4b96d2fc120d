"""Visits: what somebody who comes back has typed, and that it fitted; sealed with the browser's secret, for a while."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.intake.browser_seal import keys_of, opened, sealed
from report_abuse_receiver.rules.intake.references import read_reference
from report_abuse_receiver.rules.intake.two_texts import merged
from report_abuse_receiver.store.intake import drafts

#: A visit ends this long after the last press.
LIFE = timedelta(minutes=15)
USE = "visit/1"
OWN_WORDS = ("more", "reach")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One coming back: what was typed and what is wrong with it, or the report that number and words have opened.

    `typed` beside an opened `reference` is what still waits to be added.
    """

    nonce: str
    typed: Mapping[str, Any] = field(default_factory=dict, repr=False)
    errors: Mapping[str, str] = field(default_factory=dict)
    unfit: bool = False
    reference: str | None = field(default=None, repr=False)
    added: bool = False
    safe: str = ""
    formerly: tuple[str, ...] = ()


def find(centre: Centre, secret: str) -> Visit | None:
    """The visit that this secret opens; None where there is none, or its time is over."""
    with centre.database.reading() as conn:
        return _as_visit(secret, drafts.get(conn, keys_of(secret, USE).row, now=now()))


def keep(centre: Centre, secret: str, visit: Visit, *, joined: bool = True) -> None:
    """Keep a visit in place of the one before, whose forms are left with it. Raises StoreTrouble.

    What another page of the same report had typed, and could not add yet, stays in it where they are `joined`.
    """
    keys = keys_of(secret, USE)
    with centre.database.writing() as conn:
        before = _as_visit(secret, drafts.get_to_change(conn, keys.row, now=now()))
        known = {name for name in (before.nonce, *before.formerly) if name != visit.nonce} if before else set[str]()
        kept = _with_what_waits(before, visit) if before and joined else visit
        held = {**asdict(kept), "formerly": sorted({*known, *visit.formerly})}
        drafts.put(conn, keys.row, sealed(keys, held), expires_at=now() + LIFE)


def wipe(conn: Connection, secret: str) -> tuple[str, ...]:
    """End a visit at once, in the caller's transaction; returns the nonces of its forms."""
    row = keys_of(secret, USE).row
    held = _as_visit(secret, drafts.get_expired(conn, row))
    drafts.drop(conn, row)
    return (held.nonce, *held.formerly) if held else ()


def _with_what_waits(before: Visit, visit: Visit) -> Visit:
    report = read_reference(before.typed.get("reference", ""))
    is_same = report is not None and report == read_reference(visit.reference or visit.typed.get("reference", ""))
    if before.nonce == visit.nonce or not is_same:
        return visit
    return replace(visit, typed=merged(before.typed, visit.typed, words=OWN_WORDS))


def _as_visit(secret: str, envelope: bytes | None) -> Visit | None:
    held = opened(keys_of(secret, USE), envelope)
    return Visit(**{**held, "formerly": tuple(held["formerly"])}) if held else None
