"""One report: its codes, then its words to whoever says why, then what was decided (S9)."""

from flask import redirect, request, url_for

from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.casework.records import OpenedReport
from report_abuse_receiver.ground.casework.kinds import Right
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.desk import session_cookie
from report_abuse_receiver.web.desk.drawing import draw
from report_abuse_receiver.web.desk.guards import Answer, desk, needs
from report_abuse_receiver.web.desk.labels import told

#: What an analyst says of a report, but for the services.
_CODES = ("category", "age_band", "contact", "moved_to", "outcome")


@desk.get("/reports/<reference>")
@needs(Right.WORK)
def report(reference: str) -> Answer:
    """What the queue knows of it; nothing is opened."""
    return draw("report.html", report=triage.look_at(centre(), reference))


@desk.post("/reports/<reference>/claim")
@needs(Right.WORK)
def claim(reference: str) -> Answer:
    """Take it for a while, or for longer."""
    renew = request.form.get("renew") == "yes"
    claimed = triage.claim(centre(), reference, by=session_cookie.session().actor, renew=renew)
    return redirect(url_for("desk.report", reference=claimed.reference), 303)


@desk.post("/reports/<reference>/open")
@needs(Right.WORK)
def open_report(reference: str) -> Answer:
    """Open its seal. The page is this answer and has no address of its own: to see it again is to open it again."""
    reason = request.form.get("reason", "")
    opened = triage.show_report(centre(), reference, reason=reason, by=session_cookie.session().actor)
    return draw("opened.html", report=opened, told=told(opened.answers), typed=_as_found(opened))


@desk.post("/reports/<reference>/decide")
@needs(Right.WORK)
def decide(reference: str) -> Answer:
    """Say what was found and what is done; a code that does not exist is refused below."""
    form = request.form
    decision = Decision(
        category=form.get("category", ""),
        outcome=form.get("outcome", ""),
        age_band=form.get("age_band", ""),
        contact=form.get("contact", ""),
        moved_to=form.get("moved_to", ""),
        services=[one for one in form.get("services", "").split(",") if one.strip()],
    )
    decided = triage.decide(centre(), reference, decision, by=session_cookie.session().actor)
    return redirect(url_for("desk.report", reference=decided.reference), 303)


def _as_found(opened: OpenedReport) -> dict[str, str]:
    """What the form of the decision begins with: the last one, or what the answers say."""
    last = opened.decision
    services = ", ".join(last.services if last else opened.services)
    found = {name: getattr(last or opened, name, "unknown") for name in _CODES}
    return {**found, "services": services}
