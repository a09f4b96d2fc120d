"""Pages beside the journey: people who can help, the quick way out, and what machines may ask of us."""

from flask import jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug import Response

from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.errors import StoreTrouble
from report_abuse_receiver.intake import leaving
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.fetch_metadata import is_cross_site
from report_abuse_receiver.web.public.blueprint import public
from report_abuse_receiver.web.public.draft_cookie import secret_of_draft, take_cookie
from report_abuse_receiver.web.public.drawing import draw
from report_abuse_receiver.web.public.posted_form import named


@public.get("/help")
def help_page() -> ResponseReturnValue:
    """People to talk to first, by whom they are for (P31). The token comes along, so that the way back keeps it."""
    return draw("help.html", token=request.args.get("token", ""))


@public.get("/leave")
def leave() -> ResponseReturnValue:
    """Out, fast: to a page that says nothing, with the draft wiped and our cookie gone.

    A plain link, because a form that redirects to another site is blocked by `form-action 'self'` (tried). A link that
    stands on another site leads out too, and wipes nothing of a child who did not press it.
    """
    response = redirect(centre().scheme.exit_url, 303)
    return response if is_cross_site() else _leaving(response)


@public.post("/leave")
def leave_with_key() -> ResponseReturnValue:
    """The same where the page carries the key: the browser is sent on by a page of ours that shows nothing."""
    response = make_response(draw("leaving.html"))
    response.headers["Refresh"] = f"0; url={centre().scheme.exit_url}"
    return response if is_cross_site() else _leaving(response)


def _leaving(response: Response) -> Response:
    try:
        leaving.leave(centre(), secret_of_draft(), [name for name in [named()] if name])
    except StoreTrouble:
        # Leaving comes first: the cookie is forgotten below, and nobody can open the draft without it.
        logs.warn("draft-not-wiped")
    take_cookie(response)
    # With "cookies" it would sign staff out on sibling hosts (tried).
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@public.get("/.well-known/report-abuse")
def well_known() -> ResponseReturnValue:
    """What a partner's checks and other machines may know of this centre."""
    base, scheme = centre().settings.base_url, centre().scheme
    return jsonify(
        service=scheme.name,
        country=scheme.country,
        emergency=scheme.emergency.number,
        languages=list(scheme.languages),
        start=f"{base}/",
        link=f"{base}/r/{{token}}",
        form=f"{base}/start",
        help=f"{base}/help",
    )


@public.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Programs that read before they follow are asked to follow nothing: a press is a child's."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")


@public.get("/favicon.ico")
def no_icon() -> ResponseReturnValue:
    """Browsers ask for it by themselves; a tab of ours shows no sign."""
    return "", 204
