"""The check page, Send, and the page that gives the number."""

import json
from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue

from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import BadPages
from report_abuse_receiver.intake import additions, receiving
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.rules.intake.lanes import is_too_fast
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public.blueprint import public
from report_abuse_receiver.web.public.draft_cookie import find_draft
from report_abuse_receiver.web.public.drawing import draw, draw_check, signposts_for
from report_abuse_receiver.web.public.lanes import Press, lane_of
from report_abuse_receiver.web.public.navigation import go_to, turn_away

#: How a child came to know of this place (P39); the words stand here, because no page before Send asks it.
HEARD = (
    ("school", "School"),
    ("friend", "A friend"),
    ("family", "My family"),
    ("site", "A game, app or website"),
    ("other", "Something else"),
)
#: A box of the check page that people do not see and programs fill in (S5); no browser knows what belongs into it.
SPARE = "spare"


@public.get("/report/check")
def check() -> ResponseReturnValue:
    """Everything that was answered, before anything is sent."""
    draft = find_draft()
    return turn_away(draft) if draft is None or draft.receipt else draw_check(draft)


@public.post("/report/check")
def send() -> ResponseReturnValue:
    """Send it; a second press finds it sent and shows the same number."""
    draft = find_draft()
    if draft is None or draft.receipt:
        return turn_away(draft)
    try:
        receiving.send(centre(), draft, lane=lane_of(_press(draft)))
    except BadPages as missing:
        return draw_check(draft, missing.errors)
    return go_to("done")


@public.get("/report/done")
def done() -> ResponseReturnValue:
    """It has arrived: the number, what happens now, and what to do until then (P19)."""
    draft = find_draft()
    if draft is None or draft.receipt is None:
        return turn_away(None)
    # They are shown once: a look at the headers alone must not use them up.
    words = None if request.method == "HEAD" else additions.give_words(centre(), draft.receipt.reference)
    return draw(
        "done.html",
        here="done",
        receipt=draft.receipt,
        words=words,
        signposts=signposts_for(draft.receipt.kinds),
        heard=HEARD,
    )


@public.post("/report/done")
def record_heard() -> ResponseReturnValue:
    """One tap, after sending."""
    draft, code = find_draft(), request.form.get("heard", "")
    if draft is None or draft.receipt is None:
        return turn_away(None)
    if code in dict(HEARD):
        receiving.record_heard(centre(), draft, code)
    return go_to("done")


def _press(draft: Draft) -> Press:
    """What this press on Send tells of who presses."""
    filled = any(value.strip() for value in request.form.getlist(SPARE))
    return Press(
        address=request.remote_addr,
        nonce=draft.nonce,
        answers=json.dumps(draft.answers, sort_keys=True),
        filled=filled,
        quick=is_too_fast(datetime.fromisoformat(draft.started_at), now()),
    )
