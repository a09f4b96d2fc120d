"""One's own account: who one is to the desk, and one's passkeys (S10)."""

from flask import redirect, request, url_for

from report_abuse_receiver.accounts import passkeys
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.desk import session_cookie
from report_abuse_receiver.web.desk.drawing import draw
from report_abuse_receiver.web.desk.guards import Answer, desk, freshly


@desk.get("/account")
def account() -> Answer:
    """Everybody has one."""
    return draw("account.html", passkeys=passkeys.listed(centre(), session_cookie.session()))


@desk.route("/account/passkey", methods=["GET", "POST"])
@freshly
def add_passkey() -> Answer:
    """A new passkey, which the browser makes."""
    session = session_cookie.session()
    if request.method != "POST":
        return draw("add_passkey.html", options=passkeys.registration(centre(), session), with_script=True)
    answer, label = request.form.get("answer", ""), request.form.get("label", "")
    passkeys.register(centre(), session, answer=answer, label=label)
    return redirect(url_for("desk.account"), 303)


@desk.post("/account/remove")
@freshly
def remove_passkey() -> Answer:
    """A passkey that is lost, or not needed any more."""
    passkeys.remove(centre(), session_cookie.session(), request.form.get("id", ""))
    return redirect(url_for("desk.account"), 303)
