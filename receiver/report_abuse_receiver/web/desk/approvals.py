"""Approvals: what one person asked to take out of the centre, for another to grant or refuse (S9)."""

import re

from flask import redirect, request, url_for

from report_abuse_receiver.accounts import approvals as requests
from report_abuse_receiver.ground.errors import NotFound
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.desk import session_cookie
from report_abuse_receiver.web.desk.drawing import draw
from report_abuse_receiver.web.desk.guards import Answer, desk, freshly, needs

ASKING = tuple(one.ask for one in requests.kinds().values())
GRANTING = tuple(one.grant for one in requests.kinds().values())


@desk.get("/approvals")
@needs(*ASKING, *GRANTING)
def approvals() -> Answer:
    """The latest requests, and what became of them."""
    return draw("approvals.html", requests=requests.waiting(centre()), kinds=requests.kinds())


@desk.post("/approvals/grant")
@needs(*GRANTING)
@freshly
def grant() -> Answer:
    """The second pair of eyes: exactly this may be done."""
    requests.grant(centre(), _number(), by=session_cookie.session().actor)
    return redirect(url_for("desk.approvals"), 303)


@desk.post("/approvals/refuse")
@needs(*ASKING, *GRANTING)
@freshly
def refuse() -> Answer:
    """Say no, or take one's own request back."""
    requests.refuse(centre(), _number(), by=session_cookie.session().actor)
    return redirect(url_for("desk.approvals"), 303)


def _number() -> int:
    typed = request.form.get("number", "")
    if not re.fullmatch("[0-9]{1,9}", typed):
        raise NotFound("there is no such request")
    return int(typed)
