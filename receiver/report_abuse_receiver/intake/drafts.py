"""Drafts: a child's answers between the pages, sealed with a key that lives only in the child's browser (S4).

The browser holds one random secret, in a cookie or, where it keeps none, in the page itself. One half of the bytes
derived from it names the row, the other seals it: whoever steals the database cannot read a draft, and nothing readable
is kept before Send.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.aead import decrypt, encrypt
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import StoreTrouble
from report_abuse_receiver.ground.forms.answers import AnsweredPages
from report_abuse_receiver.rules.intake.attribution import Attribution, Origin, Outcome
from report_abuse_receiver.store import health
from report_abuse_receiver.store.intake import drafts

#: A draft is wiped this long after it was last saved.
LIFE = timedelta(minutes=60)
_NONCE = 12


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the page after Send needs to know, without a word of the report."""

    reference: str
    under_18: bool
    only_online: bool
    kinds: tuple[str, ...]
    heard: str | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One child's way through the pages. `receipt` is set once it is sent, and the answers are then gone."""

    secret: str = field(repr=False)
    nonce: str
    attribution: Attribution
    origin: Origin
    started_at: str
    answers: AnsweredPages = field(default_factory=dict, repr=False)
    checked: bool = False
    language: str = "en"
    receipt: Receipt | None = None


def new_secret() -> str:
    """What a browser holds: 32 random bytes in 43 characters."""
    return secrets.token_urlsafe(32)


def begin(centre: Centre, secret: str, attribution: Attribution, origin: Origin, *, language: str = "en") -> Draft:
    """Start a draft in place of what this secret opened, in the language that the start page was drawn in.

    Raises StoreTrouble where the disk is nearly full, too: what is left is for children who have begun (S5).
    """
    left = health.room(centre.database)
    if left and left.is_over:
        raise StoreTrouble("what is left of the disk is kept for drafts that were begun")
    nonce = secrets.token_hex(16)
    started = now().isoformat()
    draft = Draft(
        secret=secret, nonce=nonce, attribution=attribution, origin=origin, started_at=started, language=language
    )
    return _save(centre, draft)


def find(centre: Centre, secret: str) -> Draft | None:
    """The draft that this secret opens, or None where there is none, its time is over or the secret is not ours."""
    key = _keys(secret)
    with centre.database.reading() as conn:
        return _open(secret, key, drafts.get(conn, key.row, now=now()))


def keep_page(centre: Centre, draft: Draft, page: str, values: Mapping[str, Any]) -> Draft:
    """Save one page's answers, good or not yet, in place of what it held; what was sent is not changed any more.

    Raises StoreTrouble, as all changes do, also where the draft was wiped meanwhile.
    """

    def keep(held: Draft) -> Draft:
        return held if held.receipt else replace(held, answers={**held.answers, page: dict(values)})

    return _change(centre, draft, keep)


def mark_checked(centre: Centre, draft: Draft) -> Draft:
    """Remember that the child has seen all answers together, so that a change comes back there."""
    return draft if draft.checked else _change(centre, draft, lambda held: replace(held, checked=True))


def speak(centre: Centre, draft: Draft, language: str) -> Draft:
    """Go on in another language."""
    if draft.language == language:
        return draft
    return _change(centre, draft, lambda held: replace(held, language=language))


def settle(centre: Centre, draft: Draft, receipt: Receipt) -> Draft:
    """Put a receipt in place of the answers, even of a draft that was wiped meanwhile: its report has come."""
    return _save(centre, replace(draft, answers={}, receipt=receipt))


def wipe(centre: Centre, secret: str) -> None:
    """Delete a draft at once."""
    with centre.database.writing() as conn:
        drafts.drop(conn, _keys(secret).row)


@dataclass(frozen=True)
class _Keys:
    row: str
    key: bytes


def _keys(secret: str) -> _Keys:
    raw = secret.encode("utf-8", "replace")
    derived = hashlib.blake2b(raw, person=b"draft/1").digest()
    return _Keys(derived[:16].hex(), derived[32:])


def _change(centre: Centre, draft: Draft, change: Callable[[Draft], Draft]) -> Draft:
    """Change what is held now, in one transaction: two tabs undo nothing of each other, and Leave fast stays left."""
    key = _keys(draft.secret)
    with centre.database.writing() as conn:
        held = _open(draft.secret, key, drafts.get_to_change(conn, key.row, now=now()))
        if held is None:
            raise StoreTrouble("the draft was wiped, or its time was over, while it was being changed")
        changed = change(held)
        drafts.put(conn, key.row, _sealed(key, changed), expires_at=now() + LIFE)
    return changed


def _save(centre: Centre, draft: Draft) -> Draft:
    key = _keys(draft.secret)
    with centre.database.writing() as conn:
        drafts.put(conn, key.row, _sealed(key, draft), expires_at=now() + LIFE)
    return draft


def _sealed(key: _Keys, draft: Draft) -> bytes:
    held = {name: value for name, value in asdict(draft).items() if name != "secret"}
    return encrypt(key.key, json.dumps(held).encode(), bound_to=key.row.encode())


def _open(secret: str, key: _Keys, sealed: bytes | None) -> Draft | None:
    if sealed is None:
        return None
    try:
        plain = decrypt(key.key, sealed, bound_to=key.row.encode())
    except ValueError:
        return None
    held = json.loads(plain)
    button = held["attribution"]
    held["attribution"] = Attribution(**{**button, "outcome": Outcome(button["outcome"])})
    held["origin"] = Origin(held["origin"])
    if held["receipt"] is not None:
        held["receipt"] = Receipt(**{**held["receipt"], "kinds": tuple(held["receipt"]["kinds"])})
    return Draft(secret=secret, **held)
