"""The look: one stylesheet, in the colours of this centre (they come first, so that the rest can build on them)."""

import re
from pathlib import Path

from flask import request
from werkzeug import Response

from report_abuse_receiver.ground.scheme.colours import as_properties
from report_abuse_receiver.ground.scheme.scheme import Scheme
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public.blueprint import public

RULES = Path(__file__).with_name("static") / "journey.css"


@public.get("/assets/journey.css")
def stylesheet() -> Response:
    """Colours, then rules. A browser that asks whether it has changed is told so."""
    response = Response(styles(centre().scheme), mimetype="text/css")
    response.add_etag()
    return response.make_conditional(request)


def styles(scheme: Scheme) -> str:
    """What is served, without the new lines and blanks that only people need."""
    light, dark = as_properties(scheme.light), as_properties(scheme.dark)
    colours = f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    rules = re.sub(r"\s*([{};,\n])\s*", r"\1", RULES.read_text("utf-8"))
    return colours + rules.replace("\n", "").replace(": ", ":")
