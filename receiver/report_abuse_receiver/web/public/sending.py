"""The check page, Send, and the page that gives the number."""

import json
from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue

from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import BadPages
from report_abuse_receiver.intake import drafts, receiving
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.intake.page_states import Note, Says
from report_abuse_receiver.rules.intake.lanes import is_too_fast
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public.astray import stray_send
from report_abuse_receiver.web.public.blueprint import public
from report_abuse_receiver.web.public.draft_cookie import find_draft, hold
from report_abuse_receiver.web.public.drawing import draw, draw_check, signposts_for
from report_abuse_receiver.web.public.lanes import Press, lane_of
from report_abuse_receiver.web.public.navigation import go_to, turn_away
from report_abuse_receiver.web.public.posted_form import drawn, is_of
from report_abuse_receiver.web.public.return_words import words_for

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
    if draft is None or draft.receipt:
        return turn_away(draft)
    says = draft.notes.get("check", Note()).says
    return draw_check(draft, receiving.missing(draft) if says == Says.MISSING else {}, says)


@public.post("/report/check")
def send() -> ResponseReturnValue:
    """Send what the page showed; a second press finds it sent and shows the same number."""
    draft, seen = find_draft(), drawn()
    if draft is None or not is_of(draft):
        return stray_send(draft)
    if draft.receipt:
        return turn_away(draft)
    if seen and not seen.knows(draft.answers, None):
        return _look_again(draft, Says.NEWER)
    try:
        sent = receiving.send(centre(), draft, lane=lane_of(_press(draft)))
    except BadPages:
        return _look_again(draft, Says.MISSING)
    hold(sent)
    return go_to("done") if sent.receipt else _look_again(sent, Says.NEWER)


def _look_again(draft: Draft, says: Says) -> ResponseReturnValue:
    hold(drafts.note(centre(), draft, "check", says))
    return go_to("check")


@public.get("/report/done")
def done() -> ResponseReturnValue:
    """It has arrived: the number, what happens now, and what to do until then (P19)."""
    draft = find_draft()
    if draft is None or draft.receipt is None:
        return turn_away(None)
    return draw(
        "done.html",
        here="done",
        receipt=draft.receipt,
        words=words_for(draft),
        signposts=signposts_for(draft.receipt.kinds),
        heard=HEARD,
    )


@public.post("/report/done")
def record_heard() -> ResponseReturnValue:
    """One tap, after sending."""
    draft, code = find_draft(), request.form.get("heard", "")
    if draft is None or draft.receipt is None or not is_of(draft):
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
