"""A form of another draft than this browser's: one that was left, one that was sent, or one whose time was over."""

from flask import make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from report_abuse_receiver.ground.forms.pages import own_words
from report_abuse_receiver.ground.forms.posted import Loaded
from report_abuse_receiver.intake import arrivals, drafts, receiving
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.intake.page_states import Note, Says
from report_abuse_receiver.rules.intake.attribution import Origin
from report_abuse_receiver.rules.intake.two_texts import merged
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public import languages
from report_abuse_receiver.web.public.draft_cookie import give_cookie, hold, read_cookie
from report_abuse_receiver.web.public.drawing import draw_page
from report_abuse_receiver.web.public.meanwhile import carry_on, draw_meanwhile
from report_abuse_receiver.web.public.navigation import turn_away
from report_abuse_receiver.web.public.posted_form import named, was_left


def stray_page(page: str, loaded: Loaded, draft: Draft | None) -> ResponseReturnValue:
    """Answer a page of questions of another draft; `draft` is this browser's own, which it never writes to."""
    if was_left():
        return redirect(url_for("public.front"), 303)
    reference = receiving.reference_of(centre(), named())
    if reference and loaded.says_something:
        return draw_meanwhile(reference, {page: loaded.said}, beside=draft)
    return begin_again(page, loaded, draft) if loaded.says_something and not reference else turn_away(draft)


def stray_send(draft: Draft | None) -> ResponseReturnValue:
    """Answer Send of another draft: with the number of its report, or the way to what this browser can send."""
    reference = None if was_left() else receiving.reference_of(centre(), named())
    return draw_meanwhile(reference, {}) if reference else turn_away(None)


def begin_again(page: str, loaded: Loaded, draft: Draft | None) -> ResponseReturnValue:
    """The form's draft is over, but what was typed is not lost: it stands in the page of this one, or of a new one.

    It is not kept before the child presses Continue, so that no other site can put words into a child's report.
    """
    if draft is None or draft.receipt:
        draft = _new_draft(draft)
    draft = drafts.take_over(centre(), draft, named())
    hold(draft)
    typed = merged(draft.answers.get(page, {}), loaded.typed, words=own_words(page))
    response = make_response(draw_page(draft, page, typed=typed, note=Note(says=Says.LATE)))
    give_cookie(response, draft.secret)
    return response


def _new_draft(sent: Draft | None) -> Draft:
    secret = drafts.new_secret() if sent else read_cookie().secret or drafts.new_secret()
    if sent:
        carry_on(sent, secret)
    return drafts.begin(centre(), secret, arrivals.look(centre(), ""), Origin.UNKNOWN, language=languages.language())
