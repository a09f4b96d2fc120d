"""The audit, to be read: who opened what and why, and whether the last rows are whole (S9)."""

from report_abuse_receiver.audit import trail
from report_abuse_receiver.ground.audit.kinds import Right
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.desk.drawing import draw
from report_abuse_receiver.web.desk.guards import Answer, desk, needs

#: Rows that are shown, the latest ones.
MOST = 200


@desk.get("/audit")
@needs(Right.AUDIT)
def audit() -> Answer:
    """The last rows, and the verdict on these; a page does not walk the whole chain."""
    rows = trail.latest(centre(), most=MOST)
    return draw("audit.html", rows=rows, verdict=trail.verify_latest(centre(), most=MOST), most=MOST)
