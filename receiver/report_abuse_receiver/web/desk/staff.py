"""Staff: the administrator invites people, invites them again, and ends their accounts (S10)."""

from flask import redirect, request, url_for

from report_abuse_receiver.accounts import staff as accounts
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.accounts.kinds import Right
from report_abuse_receiver.ground.forms.typed import identifier
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.desk import session_cookie
from report_abuse_receiver.web.desk.drawing import draw
from report_abuse_receiver.web.desk.guards import Answer, desk, freshly, needs


@desk.get("/staff")
@needs(Right.STAFF)
def staff() -> Answer:
    """Every account, and never a secret of one."""
    return draw("staff.html", people=accounts.list_staff(centre()))


@desk.post("/staff/add")
@needs(Right.STAFF)
@freshly
def add() -> Answer:
    """A new person; their code stands on this page and nowhere else."""
    name, role, organisation = (request.form.get(field, "") for field in ("name", "role", "organisation"))
    return _invited(accounts.add(centre(), identifier(name), role=role, organisation=organisation, by=_me()))


@desk.post("/staff/reset")
@needs(Right.STAFF)
@freshly
def reset() -> Answer:
    """Somebody lost their password or their telephone: they are invited again."""
    return _invited(accounts.reset(centre(), request.form.get("name", ""), by=_me()))


@desk.post("/staff/disable")
@needs(Right.STAFF)
@freshly
def disable() -> Answer:
    """An account ends, with all its sessions."""
    accounts.disable(centre(), request.form.get("name", ""), by=_me())
    return redirect(url_for("desk.staff"), 303)


def _invited(invitation: accounts.Invitation) -> str:
    """The address is that of the settings, because whoever asks could write any other into the request."""
    address = centre().settings.base_url + url_for("desk.join")
    return draw("invited.html", invitation=invitation, address=address)


def _me() -> Actor:
    return session_cookie.session().actor
