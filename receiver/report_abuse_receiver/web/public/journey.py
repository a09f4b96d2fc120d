"""The question pages: read one, keep it, go on to what comes next."""

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from report_abuse_receiver.desk import arrivals, drafts
from report_abuse_receiver.desk.drafts import Draft
from report_abuse_receiver.ground.schemas.pages import Loaded, load_page
from report_abuse_receiver.rules.journey import next_page
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public import languages
from report_abuse_receiver.web.public.door import public
from report_abuse_receiver.web.public.drawing import address_of, draw, draw_page, signposts_for
from report_abuse_receiver.web.public.visitor import find_draft, give_cookie, read_cookie

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
    """Keep the answers and go on, or draw the page again with what was typed and what is missing."""
    draft, loaded = find_draft(), load_page(page, request.form)
    if draft is None and _has_words(loaded):
        return _begin_again(page, loaded)
    if draft is None or draft.receipt:
        return turn_away(draft)
    if languages.chosen():
        return draw_page(draft, page, typed=loaded.typed)
    if loaded.errors:
        # 200, because old browsers and filters put a page of their own in place of an error's.
        return draw_page(draft, page, typed=loaded.typed, errors=loaded.errors)
    return _go_on(drafts.keep_page(centre(), draft, page, loaded.values), after=page)


@public.get("/danger")
def danger() -> ResponseReturnValue:
    """Call the police now; drawn for anybody, whether they have a draft or not (P21)."""
    draft = find_draft()
    answered = draft.answers.get("safe", {}).get("safe") if draft else None
    return draw("danger.html", unsure=answered == "unsure", back=url_for("public.step", page="safe"))


@public.get("/report/not-ours")
def not_ours() -> ResponseReturnValue:
    """Others help better with this; the child decides (P38)."""
    draft = find_draft()
    if draft is None or draft.receipt:
        return turn_away(draft)
    kinds = draft.answers.get("what", {}).get("kinds", ())
    return draw("not_ours.html", signposts=signposts_for(kinds), back=url_for("public.step", page="what"))


@public.post("/danger", defaults={"page": "danger"})
@public.post("/report/<any('not-ours'):page>")
def carry_on(page: str) -> ResponseReturnValue:
    """Carry on with the report all the same."""
    draft = find_draft()
    if draft is None or draft.receipt:
        return turn_away(draft)
    return _go_on(draft, after=page)


def turn_away(draft: Draft | None) -> ResponseReturnValue:
    """Where a page of the journey leads without a draft (the start), or when it has been sent (its number)."""
    return redirect(url_for("public.front") if draft is None else url_for("public.done"), 303)


def _go_on(draft: Draft, *, after: str) -> ResponseReturnValue:
    remit = centre().scheme.out_of_remit
    page = next_page(draft.answers, after, checked=draft.checked, out_of_remit=remit)
    if page == "check" and not draft.checked:
        drafts.mark_checked(centre(), draft)
    return redirect(address_of(page), 303)


def _has_words(loaded: Loaded) -> bool:
    """Whether somebody typed something, and did more than choose."""
    return any(isinstance(value, str) and value.strip() for value in loaded.typed.values())


def _begin_again(page: str, loaded: Loaded) -> ResponseReturnValue:
    """The draft's time is over, but what was typed here is not lost: begin a new one and let the child press Continue.

    It is not kept before that press, so that no other site can put words into a child's report.
    """
    secret = read_cookie().secret or drafts.new_secret()
    draft = drafts.begin(centre(), secret, arrivals.look(centre(), ""), "unknown", language=languages.language())
    response = make_response(draw_page(draft, page, typed=loaded.typed, late=True))
    give_cookie(response, secret)
    return response
