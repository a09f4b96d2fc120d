"""The desk's door: the pages of the centre's own people, who sign in with two factors (S9, S10, S11)."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Flask, redirect, url_for
from werkzeug import Response

from report_abuse_receiver.web.desk.guards import desk
from report_abuse_receiver.web.desk.stylesheet import Look

#: Every module of this door, so that each brings its views, and its answers to what goes wrong.
VIEWS = tuple(import_module(f"{__name__}.{one.name}") for one in iter_modules(__path__))


def register(app: Flask) -> None:
    """Open the desk's door of `app`. Where it is the only one, the front page leads to it."""
    centre = app.extensions["centre"]
    app.extensions["desk_look"] = Look.of(centre.scheme)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(desk)
    if "public" not in centre.settings.faces:
        app.add_url_rule("/", "front", front)


def front() -> Response:
    """To the desk, which asks who is there."""
    return redirect(url_for("desk.home"), 303)
