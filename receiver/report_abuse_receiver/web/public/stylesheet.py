"""What pages load: a stylesheet in the colours of this centre, and a script, without what only people need."""

import re
from pathlib import Path

from flask import request
from werkzeug import Response

from report_abuse_receiver.ground.scheme.colours import as_properties
from report_abuse_receiver.ground.scheme.scheme import Scheme
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public.blueprint import public

RULES, SCRIPT = (Path(__file__).with_name("static") / f"journey.{kind}" for kind in ("css", "js"))


@public.get("/assets/journey.css")
def stylesheet() -> Response:
    """Colours, then the rules, which build on them."""
    return _asset(styles(centre().scheme), "text/css")


@public.get("/assets/journey.js")
def script() -> Response:
    """The script, without its comments and the blanks before its lines."""
    lines = (line.strip() for line in SCRIPT.read_text("utf-8").splitlines())
    return _asset("\n".join(line for line in lines if not line.startswith("//")), "text/javascript")


def _asset(text: str, mimetype: str) -> Response:
    """A browser that asks whether it has changed is told so."""
    response = Response(text, mimetype=mimetype)
    response.add_etag()
    return response.make_conditional(request)


def styles(scheme: Scheme) -> str:
    """What is served, without the new lines and blanks that only people need."""
    light, dark = as_properties(scheme.light), as_properties(scheme.dark)
    colours = f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    rules = re.sub(r"\s*([{};,\n])\s*", r"\1", RULES.read_text("utf-8"))
    return colours + rules.replace("\n", "").replace(": ", ":")
