"""The visitor: the one cookie, which holds the key of their draft, and the draft itself."""

import re
from dataclasses import dataclass

from flask import g, request
from werkzeug import Response

from report_abuse_receiver.desk import drafts
from report_abuse_receiver.desk.drafts import Draft
from report_abuse_receiver.web import centre

#: The secret, and from arrival to Start also where the child came from.
_VALUE = re.compile(r"([A-Za-z0-9_-]{43})(?:\.(match|mismatch|unknown))?")


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """What a browser brought back; a cookie that is not ours is none."""

    secret: str | None = None
    origin: str = "unknown"


def read_cookie() -> Cookie:
    """The visitor's cookie. Never raises."""
    found = _VALUE.fullmatch(request.cookies.get(_name(), ""))
    return Cookie(secret=found[1], origin=found[2] or "unknown") if found else Cookie()


def give_cookie(response: Response, secret: str, *, origin: str | None = None) -> None:
    """Let the browser keep the secret until it is closed. Strict would be left out after a partner's POST (tried)."""
    value = f"{secret}.{origin}" if origin else secret
    response.set_cookie(_name(), value, secure=_secure(), httponly=True, samesite="Lax", path="/")


def take_cookie(response: Response) -> None:
    """Make the browser forget the secret."""
    response.delete_cookie(_name(), secure=_secure(), httponly=True, samesite="Lax", path="/")


def find_draft() -> Draft | None:
    """The visitor's draft, sent or not; None where there is none, or its time is over."""
    secret = read_cookie().secret
    g.draft = drafts.find(centre(), secret) if secret else None
    return remembered()


def remembered() -> Draft | None:
    """The draft this request found, at hand for the page that is drawn if something breaks later on."""
    draft: Draft | None = g.get("draft")
    return draft


def _secure() -> bool:
    return centre().settings.secure


def _name() -> str:
    return "__Host-ra" if _secure() else "ra"
