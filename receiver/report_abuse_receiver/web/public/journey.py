"""The question pages: read one, keep what was typed, whatever it is, and go on to what comes next."""

from flask import make_response, request
from flask.typing import ResponseReturnValue

from report_abuse_receiver.ground.forms.posted import Loaded, load_page
from report_abuse_receiver.intake import arrivals, drafts
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.rules.intake.attribution import Origin
from report_abuse_receiver.rules.intake.journey import next_page
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public import languages
from report_abuse_receiver.web.public.blueprint import public
from report_abuse_receiver.web.public.draft_cookie import find_draft, give_cookie, hold, read_cookie
from report_abuse_receiver.web.public.drawing import before, draw, draw_page, signposts_for
from report_abuse_receiver.web.public.navigation import go_to, pressed, turn_away

STEPS = "safe,who,what,them,you,child,contact"


@public.get(f"/report/<any({STEPS}):page>")
def step(page: str) -> ResponseReturnValue:
    """One page of questions, with what was answered before."""
    draft = find_draft()
    if draft is None or draft.receipt:
        return turn_away(draft)
    return draw_page(draft, page, typed=draft.answers.get(page, {}))


@public.post(f"/report/<any({STEPS}):page>")
def keep_step(page: str) -> ResponseReturnValue:
    """Keep what was typed; then go where the child pressed, or draw the page again with what is missing."""
    draft, loaded = find_draft(), load_page(page, request.form)
    if draft is None and loaded.says_something:
        return begin_again(page, loaded)
    if draft is None or draft.receipt:
        return turn_away(draft)
    if loaded.fits:
        draft = drafts.keep_page(centre(), draft, page, loaded.values)
    if languages.chosen():
        return draw_page(draft, page, typed=loaded.typed)
    way = pressed()
    if loaded.errors and not (way and loaded.fits):
        # 200, because old browsers and filters put a page of their own in place of an error's.
        return draw_page(draft, page, typed=loaded.typed, errors=loaded.errors)
    return go_to(way) if way else _go_on(draft, after=page)


@public.post(f"/report/<any({STEPS}):page>/left")
def keep_left(page: str) -> ResponseReturnValue:
    """Keep what stands in a page that is left by Back, by another app or by closing it; its script sends this."""
    draft, loaded = find_draft(), load_page(page, request.form)
    if draft is not None and loaded.fits:
        drafts.keep_page(centre(), draft, page, loaded.values)
    return "", 204


@public.get("/danger")
def danger() -> ResponseReturnValue:
    """Call the police now; drawn for anybody, whether they have a draft or not (P21)."""
    draft = find_draft()
    answered = draft.answers.get("safe", {}).get("safe") if draft else None
    return draw("danger.html", here="danger", unsure=answered == "unsure", back="safe")


@public.get("/report/not-ours")
def not_ours() -> ResponseReturnValue:
    """Others help better with this; the child decides (P38)."""
    draft = find_draft()
    if draft is None or draft.receipt:
        return turn_away(draft)
    kinds = draft.answers.get("what", {}).get("kinds", ())
    return draw("not_ours.html", here="not-ours", signposts=signposts_for(kinds), back=before(draft, "not-ours"))


@public.post("/danger", defaults={"page": "danger"})
@public.post("/report/<any('not-ours'):page>")
def carry_on(page: str) -> ResponseReturnValue:
    """Carry on with the report all the same."""
    draft = find_draft()
    if draft is None or draft.receipt:
        return turn_away(draft)
    return _go_on(draft, after=page)


@public.post("/report/go")
def go() -> ResponseReturnValue:
    """What is a link where a cookie comes along: back, to a page that is to be changed, to another language."""
    return go_to(pressed() or "safe")


def _go_on(draft: Draft, *, after: str) -> ResponseReturnValue:
    remit = centre().scheme.out_of_remit
    page = next_page(draft.answers, after, checked=draft.checked, out_of_remit=remit)
    if page == "check" and not draft.checked:
        drafts.mark_checked(centre(), draft)
    return go_to(page)


def begin_again(page: str, loaded: Loaded) -> ResponseReturnValue:
    """The draft's time is over, but what was typed here is not lost: begin a new one and let the child press Continue.

    It is not kept before that press, so that no other site can put words into a child's report.
    """
    secret = read_cookie().secret or drafts.new_secret()
    draft = drafts.begin(centre(), secret, arrivals.look(centre(), ""), Origin.UNKNOWN, language=languages.language())
    hold(draft)
    response = make_response(draw_page(draft, page, typed=loaded.typed, late=True))
    give_cookie(response, secret)
    return response
