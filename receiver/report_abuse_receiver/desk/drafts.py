"""Drafts: a child's answers between the pages, sealed with a key that lives only in the child's cookie (S4).

The cookie holds one random secret. Its one half of derived bytes names the row, the other seals it: whoever steals the
database cannot read a draft, and nothing readable is kept before Send.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.rules.attribution import Attribution
from report_abuse_receiver.store import drafts

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
    origin: str
    started_at: str
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    checked: bool = False
    language: str = "en"
    receipt: Receipt | None = None


def new_secret() -> str:
    """A cookie's value: 32 random bytes in 43 characters."""
    return secrets.token_urlsafe(32)


def begin(centre: Centre, secret: str, attribution: Attribution, origin: str, *, language: str = "en") -> Draft:
    """Start a draft in place of what this cookie held, in the language that the start page was drawn in."""
    nonce = secrets.token_hex(16)
    started = now().isoformat()
    draft = Draft(
        secret=secret, nonce=nonce, attribution=attribution, origin=origin, started_at=started, language=language
    )
    return _save(centre, draft)


def find(centre: Centre, secret: str) -> Draft | None:
    """The draft of this cookie, or None where there is none, its time is over or the cookie is not one of ours."""
    key = _keys(secret)
    with centre.database.reading() as conn:
        sealed = drafts.get(conn, key.row, now=now())
    if sealed is None:
        return None
    try:
        plain = key.cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], key.row.encode())
    except (InvalidTag, ValueError):
        return None
    return _from_json(secret, plain)


def keep_page(centre: Centre, draft: Draft, page: str, values: Mapping[str, Any]) -> Draft:
    """Save one page's answers in place of what it held."""
    return _save(centre, replace(draft, answers={**draft.answers, page: dict(values)}))


def mark_checked(centre: Centre, draft: Draft) -> Draft:
    """Remember that the child has seen all answers together, so that a change comes back there."""
    return draft if draft.checked else _save(centre, replace(draft, checked=True))


def speak(centre: Centre, draft: Draft, language: str) -> Draft:
    """Go on in another language."""
    return draft if draft.language == language else _save(centre, replace(draft, language=language))


def settle(centre: Centre, draft: Draft, receipt: Receipt) -> Draft:
    """Put a receipt in place of the answers."""
    return _save(centre, replace(draft, answers={}, receipt=receipt))


def wipe(centre: Centre, secret: str) -> None:
    """Delete a draft at once."""
    with centre.database.writing() as conn:
        drafts.drop(conn, _keys(secret).row)


@dataclass(frozen=True)
class _Keys:
    row: str
    cipher: ChaCha20Poly1305


def _keys(secret: str) -> _Keys:
    raw = secret.encode("utf-8", "replace")
    derived = hashlib.blake2b(raw, person=b"draft/1").digest()
    return _Keys(derived[:16].hex(), ChaCha20Poly1305(derived[32:]))


def _save(centre: Centre, draft: Draft) -> Draft:
    key, nonce = _keys(draft.secret), os.urandom(_NONCE)
    held = {name: value for name, value in asdict(draft).items() if name != "secret"}
    sealed = nonce + key.cipher.encrypt(nonce, json.dumps(held).encode(), key.row.encode())
    with centre.database.writing() as conn:
        drafts.put(conn, key.row, sealed, expires_at=now() + LIFE)
    return draft


def _from_json(secret: str, plain: bytes) -> Draft:
    held = json.loads(plain)
    held["attribution"] = Attribution(**held["attribution"])
    if held["receipt"] is not None:
        held["receipt"] = Receipt(**{**held["receipt"], "kinds": tuple(held["receipt"]["kinds"])})
    return Draft(secret=secret, **held)
