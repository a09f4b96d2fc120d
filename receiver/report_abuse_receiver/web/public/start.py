"""The start page, drawn alike for every link, and the press on Start that begins a draft."""

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from report_abuse_receiver.intake import arrivals, drafts
from report_abuse_receiver.intake.arrivals import Arrival
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.rules.intake.attribution import Origin
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.fetch_metadata import is_by_a_person, is_from_elsewhere
from report_abuse_receiver.web.public import languages
from report_abuse_receiver.web.public.blueprint import public
from report_abuse_receiver.web.public.draft_cookie import (
    CARRIED,
    find_draft,
    give_cookie,
    hold,
    key_to_carry,
    read_cookie,
)
from report_abuse_receiver.web.public.drawing import draw
from report_abuse_receiver.web.public.meanwhile import carry_on
from report_abuse_receiver.web.public.navigation import go_to

#: One more than a token can have: a longer text stays malformed, and is not sent back whole.
_LONGEST = 1025


@public.get("/")
def front() -> ResponseReturnValue:
    """The front door: straight to the centre (P32)."""
    return _draw_start("", _arrive(""))


@public.route("/r", methods=["GET", "POST"])
@public.route("/r/", methods=["GET", "POST"])
def bare_arrival() -> ResponseReturnValue:
    """A link whose token got lost."""
    return arrival("")


@public.route("/R/<anything:token>", methods=["GET", "POST"])
@public.route("/r/<anything:token>", methods=["GET", "POST"])
def arrival(token: str) -> ResponseReturnValue:
    """Through a button or a link. Whatever stands behind /r/, the child gets the same page."""
    arrived = _arrive(token)
    opened = is_by_a_person() and not languages.chosen() and _count_opened(arrived)
    return _draw_start(token[:_LONGEST], arrived, opened=opened)


@public.post("/start")
def start() -> ResponseReturnValue:
    """Start, or the press of a partner's form, which is an arrival too and shows the start page first."""
    token = "".join(request.form.getlist("token")[:1])[:_LONGEST]
    if _is_a_partners_form(token):
        return _once_more(token)
    arrived, cookie = _arrive(token), read_cookie()
    draft = _draft_of(arrived)
    if cookie.secret and not (cookie.secret == draft.secret and cookie.has_seen(arrived.attribution)):
        arrivals.count(centre(), arrived.attribution, "opened")  # its page was fetched ahead, or in a visit before
    response = make_response(go_to("safe"))
    give_cookie(response, draft.secret, opened=arrived.attribution)
    return response


@public.get("/start")
def from_a_form() -> ResponseReturnValue:
    """A partner's form was pressed, which no browser does by itself: opened and started, and then the start page."""
    token = request.args.get("token")
    if token is None:
        return redirect("/", 303)
    arrived = _arrive(token[:_LONGEST])
    if not is_by_a_person():
        return _draw_start(token[:_LONGEST], arrived)
    _count_opened(arrived)
    draft = _draft_of(arrived)
    return _draw_start(token[:_LONGEST], arrived, opened=True, draft=draft)


def _is_a_partners_form(token: str) -> bool:
    """Our own page brings a field of ours along, or at least the cookie that it gave."""
    is_new = read_cookie().secret is None
    return bool(token) and CARRIED not in request.form and (is_new or is_from_elsewhere(centre().settings.base_url))


def _once_more(token: str) -> ResponseReturnValue:
    """Come again by GET, because browsers keep our cookie back from another site's POST, and there may be a draft.

    This hop alone lets the partner's own address come along.
    """
    response = make_response(redirect(url_for("public.from_a_form", token=token), 303))
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return response


def _arrive(token: str) -> Arrival:
    headers = request.headers
    return arrivals.arrive(centre(), token, origin=headers.get("Origin"), referer=headers.get("Referer"))


def _count_opened(arrived: Arrival) -> bool:
    """Count the opening of a button, once a visit; a browser without a cookie may be anybody, and counts each time."""
    if not read_cookie().has_seen(arrived.attribution):
        arrivals.count(centre(), arrived.attribution, "opened")
    return True


def _draw_start(
    token: str, arrived: Arrival, *, opened: bool = False, draft: Draft | None = None
) -> ResponseReturnValue:
    languages.prefer(arrived.attribution.locale)
    begun = key_to_carry() if draft else ""
    page = draw("start.html", token=token, site=arrived.site, chosen=languages.chosen(), key=None, begun=begun)
    response, secret = make_response(page), read_cookie().secret or drafts.new_secret()
    seen = arrived.attribution if opened else None
    give_cookie(response, draft.secret if draft else secret, origin=arrived.origin, opened=seen)
    return response


def _draft_of(arrived: Arrival) -> Draft:
    """The visitor's draft, begun where there is none of this button; no arrival ever wipes what a child wrote."""
    cookie, draft = read_cookie(), find_draft()
    if draft is None or draft.receipt or (not draft.answers and draft.attribution != arrived.attribution):
        secret = drafts.new_secret() if draft and draft.receipt else cookie.secret or drafts.new_secret()
        origin = cookie.origin if arrived.origin == Origin.UNKNOWN else arrived.origin
        languages.prefer(arrived.attribution.locale)
        if draft and draft.receipt:
            carry_on(draft, secret)
        draft = drafts.begin(centre(), secret, arrived.attribution, origin, language=languages.language())
        arrivals.count(centre(), arrived.attribution, "started")
    hold(draft)
    return draft
