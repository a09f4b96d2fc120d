"""The visitor of the desk: the cookie that names a session, and whether a form is really theirs (S10)."""

import hmac

from flask import g, redirect, request, url_for
from werkzeug import Response

from report_abuse_receiver.accounts import sessions
from report_abuse_receiver.accounts.sessions import Session
from report_abuse_receiver.ground.forms.typed import is_blank
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.fetch_metadata import is_our_own

#: The hidden field of every form of somebody who is signed in.
FORM_TOKEN = "form_token"  # noqa: S105 -- the name of a field  # nosec B105
#: Fields that are worth nothing a second time.
_GOOD_ONCE = (FORM_TOKEN, "code", "answer")


def find_session() -> Session | None:
    """The session that the cookie names, if it is one and not over."""
    token = request.cookies.get(_cookie())
    g.session = sessions.find(centre(), token) if token else None
    return known()


def known() -> Session | None:
    """Who this request is known to come from, if anybody."""
    found: Session | None = g.get("session")
    return found


def names_a_session() -> bool:
    """Whether the browser brings a cookie of the desk, whatever it is worth."""
    return bool(request.cookies.get(_cookie()))


def session() -> Session:
    """Who is there, behind the door."""
    found: Session = g.session
    return found


def issue(token: str, *, to: str) -> Response:
    """Give the browser its new session, and lead it on."""
    response = redirect(url_for(to), 303)
    response.set_cookie(_cookie(), token, secure=_secure(), httponly=True, samesite="Strict", path="/")
    return response


def let_out() -> Response:
    """Make the browser forget the session and what it keeps of pages, and ask who is there again."""
    response = redirect(url_for("desk.sign_in"), 303)
    response.delete_cookie(_cookie(), secure=_secure(), httponly=True, samesite="Strict", path="/")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def comes_from_elsewhere() -> bool:
    """Whether the browser says that a page of another site sent this.

    Browsers too old to say so name at least the page's origin, which is `null` where a page hides it.
    """
    ours = is_our_own()
    if ours is not None:
        return not ours
    origin = request.headers.get("Origin")
    return origin is not None and origin.partition("://")[2] != request.host


def written() -> dict[str, str]:
    """What a person filled in, to be given back where the form could not be taken."""
    return {name: said for name, said in request.form.items() if not is_blank(said) and name not in _GOOD_ONCE}


def knows_form_token(session: Session) -> bool:
    """Whether the form carries what only a page of this session could know."""
    shown = request.form.get(FORM_TOKEN, "")
    return hmac.compare_digest(shown.encode("utf-8", "replace"), session.form_token.encode())


def _secure() -> bool:
    return centre().settings.secure


def _cookie() -> str:
    return "__Host-desk" if _secure() else "desk"
