"""Drafts: a child's answers between the pages, sealed with a key that lives only in the child's browser (S4).

The browser holds one random secret, in a cookie or, where it keeps none, in the page itself. One half of the bytes
derived from it names the row, the other seals it: whoever steals the database cannot read a draft, and nothing readable
is kept before Send.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import StoreTrouble
from report_abuse_receiver.ground.forms.answers import AnsweredPages
from report_abuse_receiver.ground.forms.pages import own_words
from report_abuse_receiver.intake.browser_seal import keys_of, opened, sealed
from report_abuse_receiver.intake.page_states import Drawn, Note, Says, prints, what_is_new
from report_abuse_receiver.rules.intake.attribution import Attribution, Origin, Outcome
from report_abuse_receiver.rules.intake.two_texts import merged, must_be_shown
from report_abuse_receiver.store import health
from report_abuse_receiver.store.intake import drafts

#: A draft is wiped this long after it was last saved.
LIFE = timedelta(minutes=60)
USE = "draft/1"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the page after Send needs to know, without a word of the report.

    `prints` are those of the answers that were sent, by field; `since` is what came in later, by page.
    """

    reference: str
    under_18: bool
    only_online: bool
    kinds: tuple[str, ...]
    heard: str | None = None
    prints: Mapping[str, str] = field(default_factory=dict, repr=False)
    since: AnsweredPages = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One child's way through the pages. `receipt` is set once it is sent, and the answers are then gone.

    `nonce` names it in forms, and `formerly` are the nonces of drafts that it took words over from. `views` says which
    opening of a page has written it last, `notes` what a page says when it is drawn again.
    """

    secret: str = field(repr=False)
    nonce: str
    attribution: Attribution
    origin: Origin
    started_at: str
    answers: AnsweredPages = field(default_factory=dict, repr=False)
    checked: bool = False
    language: str = "en"
    receipt: Receipt | None = None
    formerly: tuple[str, ...] = ()
    views: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Every nonce that forms may know it by."""
        return (self.nonce, *self.formerly)


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
    with centre.database.writing() as conn:
        put(conn, draft)
    return draft


def find(centre: Centre, secret: str) -> Draft | None:
    """The draft that this secret opens, or None where there is none, its time is over or the secret is not ours."""
    with centre.database.reading() as conn:
        return _as_draft(secret, drafts.get(conn, keys_of(secret, USE).row, now=now()))


def keep_page(
    centre: Centre,
    draft: Draft,
    page: str,
    values: Mapping[str, Any],
    *,
    errors: Mapping[str, str] | None = None,
    drawn: Drawn | None = None,
) -> Draft:
    """Save one page's answers, good or not yet, in place of what it held, and what is wrong with them.

    Where the form was `drawn` before they were last changed, both texts are kept, and the page says so. What comes once
    the draft was sent is kept beside the receipt. Raises StoreTrouble, as all changes do, also where it was wiped.
    """

    def keep(held: Draft) -> Draft:
        if held.receipt:
            return replace(held, receipt=_with(held.receipt, page, values))
        before, kept, note = held.answers.get(page, {}), dict(values), Note(errors=errors or {})
        if drawn and not drawn.knows(before, held.views.get(page)):
            kept = merged(before, values, words=own_words(page))
            if must_be_shown(before, values, words=own_words(page)):
                note = Note(says=Says.TWO_TEXTS)
        views = {**held.views, page: drawn.view if drawn else ""}
        return _noted(replace(held, answers={**held.answers, page: kept}, views=views), page, note)

    return change(centre, draft, keep)


def note(centre: Centre, draft: Draft, page: str, says: Says) -> Draft:
    """Let a page say something the next time it is drawn."""
    return change(centre, draft, lambda held: _noted(held, page, Note(says=says)))


def mark_checked(centre: Centre, draft: Draft) -> Draft:
    """Remember that the child has seen all answers together, so that a change comes back there."""
    return draft if draft.checked else change(centre, draft, lambda held: replace(held, checked=True))


def speak(centre: Centre, draft: Draft, language: str) -> Draft:
    """Go on in another language."""
    if draft.language == language:
        return draft
    return change(centre, draft, lambda held: replace(held, language=language))


def take_over(centre: Centre, draft: Draft, nonce: str) -> Draft:
    """Remember that words of another draft's form stand in a page of this one, so that both are left together."""
    if not nonce or nonce in draft.names:
        return draft
    return change(centre, draft, lambda held: replace(held, formerly=(*held.formerly, nonce)))


def forget_since(centre: Centre, draft: Draft) -> Draft:
    """What came in after Send was added to the report."""

    def forget(held: Draft) -> Draft:
        return replace(held, receipt=replace(held.receipt, since={})) if held.receipt else held

    return change(centre, draft, forget)


def change(centre: Centre, draft: Draft, how: Callable[[Draft], Draft]) -> Draft:
    """Change what is held now, in one transaction: two tabs undo nothing of each other, and Leave fast stays left."""
    with centre.database.writing() as conn:
        held = hold(conn, draft.secret)
        if held is None:
            raise StoreTrouble("the draft was wiped, or its time was over, while it was being changed")
        changed = how(held)
        put(conn, changed)
    return changed


def hold(conn: Connection, secret: str) -> Draft | None:
    """The draft that this secret opens, locked until the caller's transaction ends."""
    return _as_draft(secret, drafts.get_to_change(conn, keys_of(secret, USE).row, now=now()))


def put(conn: Connection, draft: Draft) -> None:
    """Keep a draft in the caller's transaction, for the whole of its life from now on."""
    keys = keys_of(draft.secret, USE)
    held = {name: value for name, value in asdict(draft).items() if name != "secret"}
    drafts.put(conn, keys.row, sealed(keys, held), expires_at=now() + LIFE)


def wipe(conn: Connection, secret: str) -> tuple[str, ...]:
    """Delete a draft at once, in the caller's transaction; returns the nonces that forms know it by."""
    row = keys_of(secret, USE).row
    held = _as_draft(secret, drafts.get_expired(conn, row))
    drafts.drop(conn, row)
    return held.names if held else ()


def settled(draft: Draft, receipt: Receipt) -> Draft:
    """The draft with a receipt in place of its answers."""
    told = {name: value for values in draft.answers.values() for name, value in values.items()}
    return replace(draft, answers={}, notes={}, views={}, receipt=replace(receipt, prints=prints(told)))


def _with(receipt: Receipt, page: str, values: Mapping[str, Any]) -> Receipt:
    new = merged(receipt.since.get(page, {}), what_is_new(values, receipt.prints), words=own_words(page))
    return replace(receipt, since={**receipt.since, page: new}) if new else receipt


def _noted(draft: Draft, page: str, note: Note) -> Draft:
    others = {name: one for name, one in draft.notes.items() if name != page}
    return replace(draft, notes={**others, page: note} if note != Note() else others)


def _as_draft(secret: str, envelope: bytes | None) -> Draft | None:
    held = opened(keys_of(secret, USE), envelope)
    if held is None:
        return None
    button, receipt = held["attribution"], held["receipt"]
    return Draft(
        **{
            **held,
            "secret": secret,
            "attribution": Attribution(**{**button, "outcome": Outcome(button["outcome"])}),
            "origin": Origin(held["origin"]),
            "receipt": receipt and Receipt(**{**receipt, "kinds": tuple(receipt["kinds"])}),
            "formerly": tuple(held.get("formerly", ())),
            "notes": {page: Note(**{**one, "says": Says(one["says"])}) for page, one in held.get("notes", {}).items()},
        }
    )
