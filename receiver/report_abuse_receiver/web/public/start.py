"""The start page, drawn alike for every link, and the press on Start that begins a draft."""

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from report_abuse_receiver.intake import arrivals, drafts
from report_abuse_receiver.intake.arrivals import Arrival
from report_abuse_receiver.rules.intake.attribution import Origin
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.fetch_metadata import is_from_another_site
from report_abuse_receiver.web.public import languages
from report_abuse_receiver.web.public.blueprint import public
from report_abuse_receiver.web.public.draft_cookie import find_draft, give_cookie, hold, read_cookie
from report_abuse_receiver.web.public.drawing import draw
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
    if request.method == "GET" and not languages.chosen():
        arrivals.count(centre(), arrived.attribution, "opened")
    return _draw_start(token[:_LONGEST], arrived)


@public.post("/start")
def start() -> ResponseReturnValue:
    """Start, or a partner's form snippet, which is an arrival too."""
    token = "".join(request.form.getlist("token")[:1])[:_LONGEST]
    if is_from_another_site() and read_cookie().secret is None:
        # Browsers keep our cookie back from another site's POST: a seeming newcomer may have a draft (tried).
        return _once_more(token)
    return _begin(token)


@public.get("/start")
def start_with_cookie() -> ResponseReturnValue:
    """The same arrival once more, now with the cookie if there is one."""
    token = request.args.get("token")
    return redirect("/", 303) if token is None else _begin(token[:_LONGEST])


def _once_more(token: str) -> ResponseReturnValue:
    """Come again by GET, which brings the cookie; this hop alone lets the partner's own address come along."""
    response = make_response(redirect(url_for("public.start_with_cookie", token=token), 303))
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return response


def _arrive(token: str) -> Arrival:
    headers = request.headers
    return arrivals.arrive(centre(), token, origin=headers.get("Origin"), referer=headers.get("Referer"))


def _draw_start(token: str, arrived: Arrival) -> ResponseReturnValue:
    languages.prefer(arrived.attribution.locale)
    response = make_response(draw("start.html", token=token, site=arrived.site, chosen=languages.chosen()))
    give_cookie(response, read_cookie().secret or drafts.new_secret(), origin=arrived.origin)
    return response


def _begin(token: str) -> ResponseReturnValue:
    """Begin a draft, unless there is one with answers: a second arrival never wipes what a child wrote."""
    cookie, draft = read_cookie(), find_draft()
    secret = cookie.secret or drafts.new_secret()
    if draft is None or not draft.answers:
        secret = drafts.new_secret() if draft is not None and draft.receipt else secret
        arrived = _arrive(token)
        origin = cookie.origin if arrived.origin == Origin.UNKNOWN else arrived.origin
        languages.prefer(arrived.attribution.locale)
        draft = drafts.begin(centre(), secret, arrived.attribution, origin, language=languages.language())
        arrivals.count(centre(), arrived.attribution, "started")
    hold(draft)
    response = make_response(go_to("safe"))
    give_cookie(response, draft.secret)
    return response
