"""The queue: what waits, the most urgent first; codes, and never a word of a report."""

from flask import redirect, request, url_for

from report_abuse_receiver.casework import triage
from report_abuse_receiver.ground.casework.kinds import Right, State
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.desk import session_cookie
from report_abuse_receiver.web.desk.drawing import draw
from report_abuse_receiver.web.desk.guards import Answer, desk, needs

#: Rows of a page.
MOST = 50
STATES = (State.NEW, State.CLAIMED, State.DECIDED)


@desk.get("/queue")
@needs(Right.WORK)
def queue() -> Answer:
    """One page of the reports in one state."""
    state = request.args.get("state", "")
    return _page(state if state in STATES else STATES[0], number=request.args.get("page", 1, type=int))


@desk.post("/queue/next")
@needs(Right.WORK)
def take_next() -> Answer:
    """Claim the first that nobody has, whatever it is, and go to it."""
    taken = triage.take_next(centre(), by=session_cookie.session().actor)
    if taken is None:
        return _page(STATES[0], number=1, empty=True)
    return redirect(url_for("desk.report", reference=taken.reference), 303)


def _page(state: str, *, number: int, empty: bool = False) -> str:
    counts = triage.count_reports(centre())
    last = max(1, -(-counts.get(state, 0) // MOST))
    page = min(max(number, 1), last)
    rows = triage.list_reports(centre(), state=state, most=MOST, after=(page - 1) * MOST)
    return draw("queue.html", rows=rows, state=state, states=STATES, counts=counts, page=page, last=last, empty=empty)
