"""The visitor: the one cookie, which holds the key of their draft, and the draft itself.

A browser that refuses cookies carries the key in the forms of its pages instead, signed, in the hidden field `draft`.
Another site could put a key of its own there and then read along; so it is taken from our own pages only, and from no
browser that keeps cookies: each page that carries a key offers a new one.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field

from flask import g, request
from itsdangerous import BadSignature, Signer
from werkzeug import Response

from report_abuse_receiver.intake import drafts
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.rules.intake.attribution import Attribution, Origin, Outcome
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.fetch_metadata import is_our_own
from report_abuse_receiver.web.public.blueprint import public

#: What the forms of our pages carry in place of a cookie; on the start page it is empty.
CARRIED = "draft"
#: The secret, from arrival to Start also where the child came from, and a mark for each button that was opened.
_VALUE = re.compile(r"([A-Za-z0-9_-]{43})(?:\.(match|mismatch|unknown))?((?:\.[A-Za-z0-9_-]{6}){0,8})")
#: A browser keeps as many; whoever opens more buttons in one visit is counted again.
MOST_SEEN = 8


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """What a browser brought back; a cookie that is not ours is none."""

    secret: str | None = field(default=None, repr=False)
    origin: Origin = Origin.UNKNOWN
    seen: tuple[str, ...] = ()

    def has_seen(self, button: Attribution) -> bool:
        """Whether this visit has opened that button."""
        return self.secret is not None and _mark(self.secret, button) in self.seen


def read_cookie() -> Cookie:
    """The visitor's cookie. Never raises."""
    found = _VALUE.fullmatch(request.cookies.get(_name(), ""))
    if found is None:
        return Cookie()
    seen = tuple(found[3].split(".")[1:])
    return Cookie(secret=found[1], origin=Origin(found[2] or Origin.UNKNOWN), seen=seen)


def give_cookie(
    response: Response, secret: str, *, origin: str | None = None, opened: Attribution | None = None
) -> None:
    """Let the browser keep the secret until it is closed. Strict would be left out after a partner's POST (tried).

    `opened` is a button that this visit has opened, marked where it counts; a new secret is a new visit.
    """
    before = read_cookie()
    seen = before.seen if before.secret == secret else ()
    if opened is not None and opened.outcome == Outcome.VERIFIED:
        seen = tuple(dict.fromkeys((*seen, _mark(secret, opened))))[-MOST_SEEN:]
    value = ".".join([secret, *([origin] if origin else []), *seen])
    response.set_cookie(_name(), value, secure=_secure(), httponly=True, samesite="Lax", path="/")


def take_cookie(response: Response) -> None:
    """Make the browser forget the secret."""
    response.delete_cookie(_name(), secure=_secure(), httponly=True, samesite="Lax", path="/")


@public.after_request
def offer_cookie(response: Response) -> Response:
    """Offer a new one to a browser that brought none back; it opens nothing that this page carries."""
    if "carried" in g and "Set-Cookie" not in response.headers:
        give_cookie(response, drafts.new_secret())
    return response


def refuses_cookies() -> bool:
    """Whether this browser keeps none: it posts a form of a page that gave it one, and brings none."""
    return read_cookie().secret is None and CARRIED in request.form


def secret_of_draft() -> str | None:
    """What opens this visitor's draft: from the cookie, or out of the form where the browser keeps no cookie."""
    if "secret" not in g:
        g.secret = read_cookie().secret or _carried()
    secret: str | None = g.secret
    return secret


def hold(draft: Draft) -> None:
    """Let this request be about a draft that it has just begun."""
    g.draft, g.secret = draft, draft.secret


def key_to_carry() -> str | None:
    """The key of this page's draft, for its forms; None where the cookie has it."""
    draft = remembered()
    return _signer().sign(draft.secret).decode() if draft and read_cookie().secret is None else None


def find_draft() -> Draft | None:
    """The visitor's draft, sent or not; None where there is none, or its time is over."""
    secret = secret_of_draft()
    g.draft = drafts.find(centre(), secret) if secret else None
    return remembered()


def remembered() -> Draft | None:
    """The draft this request found, at hand for the page that is drawn if something breaks later on."""
    draft: Draft | None = g.get("draft")
    return draft


def _mark(secret: str, button: Attribution) -> str:
    """Which button, so that nobody who looks at the cookie can tell which site it stands on."""
    told = hashlib.sha256(f"{secret}.{button.provider}.{button.placement}".encode()).digest()
    return base64.urlsafe_b64encode(told)[:6].decode()


def _carried() -> str | None:
    if request.method != "POST" or is_our_own() is False:
        return None
    try:
        secret = _signer().unsign(request.form.get(CARRIED, "")).decode()
    except BadSignature:
        return None
    g.carried = True
    return secret


def _signer() -> Signer:
    return Signer(centre().keys.link_master, salt="carried-draft", key_derivation="hmac", digest_method=hashlib.sha256)


def _secure() -> bool:
    return centre().settings.secure


def _name() -> str:
    return "__Host-ra" if _secure() else "ra"
