"""The headers of the desk's pages: the public ones, but for a policy that lets nothing in at all (S11)."""

from flask import current_app, g
from werkzeug import Response

from report_abuse_receiver.web import centre
from report_abuse_receiver.web.desk.stylesheet import Look
from report_abuse_receiver.web.headers import HEADERS, TWO_YEARS


def add(response: Response) -> Response:
    """Add them to an answer; only a page that was drawn with the script may run it, and nothing else may run."""
    look: Look = current_app.extensions["desk_look"]
    policy = look.policy(with_script=g.get("with_script", False))
    for name, value in (HEADERS | {"Content-Security-Policy": policy}).items():
        response.headers[name] = value
    if centre().settings.secure:
        response.headers["Strict-Transport-Security"] = TWO_YEARS
    return response
