"""Signing in and out, joining by an invitation, and showing the second factor again (S10)."""

import segno
from flask import request, url_for
from markupsafe import Markup
from werkzeug.utils import redirect

from report_abuse_receiver.accounts import passkeys, sessions, staff
from report_abuse_receiver.ground.errors import Refused, SignInRefused
from report_abuse_receiver.ground.forms import typed
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.desk import session_cookie
from report_abuse_receiver.web.desk.drawing import draw
from report_abuse_receiver.web.desk.guards import Answer, desk

#: Where showing the second factor again may lead back to.
BACK = ("approvals", "staff", "account")


@desk.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Answer:
    """With a password and a code; without the code a passkey is to follow."""
    known = session_cookie.known()
    if request.method != "POST":
        return redirect(url_for("desk.home"), 303) if known and known.whole else (draw("sign_in.html"), 401)
    name, password, code = (request.form.get(field, "") for field in ("name", "password", "code"))
    try:
        if not typed.is_blank(code):
            token = sessions.sign_in(centre(), name=typed.identifier(name), password=password, totp=code)
        else:
            token = sessions.half_way(centre(), name=typed.identifier(name), password=password)
    except Refused as error:
        return draw("sign_in.html", said=error, typed={"name": name}), 401
    if known:
        sessions.sign_out(centre(), known)
    return session_cookie.issue(token, to="desk.passkey" if typed.is_blank(code) else "desk.home")


@desk.route("/passkey", methods=["GET", "POST"])
def passkey() -> Answer:
    """The passkey that completes signing in."""
    session = session_cookie.session()
    if request.method != "POST":
        return draw("passkey.html", options=passkeys.challenge(centre(), session), with_script=True)
    try:
        return session_cookie.issue(
            passkeys.finish(centre(), session, answer=request.form.get("answer", "")), to="desk.home"
        )
    except SignInRefused as error:
        options = passkeys.challenge(centre(), session)
        return draw("passkey.html", options=options, said=error, with_script=True), 401


@desk.post("/sign-out")
def sign_out() -> Answer:
    """The session ends here and on the server."""
    sessions.sign_out(centre(), session_cookie.session())
    return session_cookie.let_out()


@desk.route("/join", methods=["GET", "POST"])
def join() -> Answer:
    """Somebody who was invited chooses a password and sets up their codes."""
    invitation = typed.code(request.form.get("invitation", ""))
    if not invitation:
        return draw("join.html"), 401
    try:
        joining = staff.invitation(centre(), invitation)
        if "password" not in request.form:
            return _joining(invitation, joining)
        password = request.form["password"]
        if request.form.get("again") != password:
            return _joining(invitation, joining, said="the two passwords are not the same"), 409
        staff.join(centre(), invitation, password=password, totp=request.form.get("code", ""))
    except SignInRefused as error:
        return draw("join.html", said=error, typed={"invitation": invitation}), 401
    except Refused as error:
        return _joining(invitation, staff.invitation(centre(), invitation), said=error), 409
    return draw("sign_in.html", joined=True, typed={"name": joining.name}), 401


@desk.route("/confirm", methods=["GET", "POST"])
def confirm() -> Answer:
    """The second factor once more, before something that matters; then back to where that is done."""
    session, then = session_cookie.session(), request.values.get("then", "")
    to = f"desk.{then}" if then in BACK else "desk.home"
    if request.method != "POST":
        return _confirming(then)
    try:
        if "answer" in request.form:
            return session_cookie.issue(passkeys.finish(centre(), session, answer=request.form["answer"]), to=to)
        sessions.confirm(centre(), session, totp=request.form.get("code", ""))
    except SignInRefused as error:
        return _confirming(then, said=error), 401
    return redirect(url_for(to), 303)


def _joining(invitation: str, joining: staff.Joining, *, said: object = None) -> str:
    """The page with the secret: as a picture for the telephone, and in letters."""
    picture = segno.make(joining.uri).svg_inline(scale=4, dark="#000", light="#fff")
    drawn = Markup(picture)  # noqa: S704 -- squares that segno drew  # nosec B704
    return draw("joining.html", invitation=invitation, joining=joining, picture=drawn, said=said)


def _confirming(then: str, *, said: object = None) -> str:
    session = session_cookie.session()
    options = passkeys.challenge(centre(), session) if passkeys.listed(centre(), session) else None
    return draw("confirm.html", then=then, options=options, said=said, with_script=options is not None)
