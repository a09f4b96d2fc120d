"""The question pages: read one, keep what was typed, whatever it is, and go on to what comes next."""

from flask import request
from flask.typing import ResponseReturnValue

from report_abuse_receiver.ground.forms.posted import load_page
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.intake.page_states import Note
from report_abuse_receiver.rules.intake.journey import next_page
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public import languages
from report_abuse_receiver.web.public.astray import stray_page
from report_abuse_receiver.web.public.blueprint import public
from report_abuse_receiver.web.public.draft_cookie import find_draft, hold
from report_abuse_receiver.web.public.drawing import before, draw, draw_page, signposts_for
from report_abuse_receiver.web.public.navigation import go_to, pressed, turn_away
from report_abuse_receiver.web.public.posted_form import drawn, is_of

STEPS = "safe,who,what,them,you,child,contact"


@public.get(f"/report/<any({STEPS}):page>")
def step(page: str) -> ResponseReturnValue:
    """One page of questions, with what was answered before, and what is wrong with it."""
    draft = find_draft()
    if draft is None or draft.receipt:
        return turn_away(draft)
    return draw_page(draft, page, typed=draft.answers.get(page, {}), note=draft.notes.get(page, Note()))


@public.post(f"/report/<any({STEPS}):page>")
def keep_step(page: str) -> ResponseReturnValue:
    """Keep what was typed; then go where the child pressed, or to the page again, with what is missing."""
    draft, loaded = find_draft(), load_page(page, request.form)
    if draft is None or not is_of(draft):
        return stray_page(page, loaded, draft)
    if not loaded.fits:
        return draw_page(draft, page, typed=loaded.typed, note=Note(errors=loaded.errors))
    draft = drafts.keep_page(centre(), draft, page, loaded.values, errors=loaded.errors, drawn=drawn())
    hold(draft)
    return _after(draft, page)


@public.post(f"/report/<any({STEPS}):page>/left")
def keep_left(page: str) -> ResponseReturnValue:
    """Keep what stands in a page that is left by Back, by another app or by closing it; its script sends this."""
    draft, loaded = find_draft(), load_page(page, request.form)
    if draft is not None and is_of(draft) and loaded.fits:
        drafts.keep_page(centre(), draft, page, loaded.values, drawn=drawn())
    return "", 204


def _after(draft: Draft, page: str) -> ResponseReturnValue:
    if draft.receipt:
        return go_to("meanwhile" if draft.receipt.since else "done")
    if languages.chosen():
        return go_to(page)
    return go_to(pressed() or page) if pressed() or page in draft.notes else _go_on(draft, after=page)


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
    if draft is None or draft.receipt or not is_of(draft):
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
