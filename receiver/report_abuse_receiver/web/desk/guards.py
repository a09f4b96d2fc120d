"""The blueprint of the desk, and what is asked before every page of it: who is there, and may they? (S9, S10)."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response
from werkzeug.exceptions import Forbidden

from report_abuse_receiver.accounts import sessions
from report_abuse_receiver.ground.errors import NoRight
from report_abuse_receiver.ground.kinds import RightKind
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.desk import headers, session_cookie
from report_abuse_receiver.web.desk.drawing import RIGHTS, draw, say

Given = ParamSpec("Given")
#: A page, or a page with its status, or somewhere else to go.
Answer = str | tuple[str, int] | Response

#: Bytes of a form; the longest of ours holds a reason (S14).
MOST = 64 * 1024
READING = frozenset({"GET", "HEAD", "OPTIONS"})
#: Here a stranger becomes somebody, or does not; these pages answer 401 by themselves.
FOR_STRANGERS = frozenset({"desk.sign_in", "desk.join"})
#: The one page for somebody whose password was right and who still owes a passkey.
HALF_WAY = frozenset({"desk.passkey"})

desk = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates")
desk.after_request(headers.add)


@desk.before_request
def ask_who_is_there() -> Answer | None:
    """Nobody passes without a session of two factors, and no form that another site's page sent."""
    request.max_content_length = request.max_form_memory_size = MOST
    session = session_cookie.find_session()
    reading, at = request.method in READING, request.endpoint or ""
    if not reading and session_cookie.comes_from_elsewhere():
        raise _forged("a form of another site")
    if at in FOR_STRANGERS:
        return None
    if session is None and session_cookie.names_a_session():
        sessions.refused(centre(), None, what="a session that is over, or never was one")
        lost = "you are not signed in any more; sign in again"
        return draw("sign_in.html", said=lost, written=session_cookie.written()), 401
    if session is None or not (session.whole or at in HALF_WAY):
        return draw("sign_in.html"), 401
    if not reading and not session_cookie.knows_form_token(session):
        raise _forged("a form without the session's token")
    return None


def needs(*rights: RightKind) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Only who has one of these rights gets in; whoever else tries is told so, and it is audited."""

    def guarded(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(view)
        def answer(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            session = session_cookie.session()
            if not any(session.may(right) for right in rights):
                sessions.refused(centre(), session, what=f"{request.endpoint} as {session.actor.role}")
                raise NoRight(f"this is not for the role you have: {say(session.actor.role, 'role')}")
            return view(*args, **kwargs)

        setattr(answer, RIGHTS, rights)
        return answer

    return guarded


def freshly(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Only who showed the second factor just now; others are asked, and led back to `/desk/<what this is of>`."""

    @wraps(view)
    def answer(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        if sessions.is_fresh(session_cookie.session()):
            return view(*args, **kwargs)
        return redirect(url_for("desk.confirm", then=request.path.split("/")[2]), 303)

    return answer


def _forged(what: str) -> Forbidden:
    sessions.refused(centre(), session_cookie.known(), what=what)
    return Forbidden("this form was not sent from a page of yours, or the page is too old; open the page again")
