"""Pebble Chat: an invented chat site for children that carries the Report Abuse button in three places.

REPORT_ABUSE_URL=http://localhost:8000 REPORT_ABUSE_KEY=ra_live_button_… python app.py --port 5001
"""

import argparse
import logging
import sys
from collections import deque
from typing import NamedTuple

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, url_for
from werkzeug.serving import make_server
from werkzeug.wrappers import Response as AnyResponse

from report_abuse import ReportAbuse, ReportAbuseError, assets


class Said(NamedTuple):
    """One line in the room."""

    who: str
    words: str


ABOUT = {
    "RiverFox": "Draws foxes. Mostly foxes on skateboards.",
    "MoonPebble": "Collects stones and bad jokes about stones.",
    "BiscuitBoat": "Builds boats out of things that are not boats.",
}
OPENING = (
    Said("MoonPebble", "Why did the stone get a medal?"),
    Said("RiverFox", "oh no"),
    Said("MoonPebble", "Because it rocks!"),
    Said("BiscuitBoat", "My cereal-box boat floated for nine whole minutes today."),
)

# As strict as a site can have it. Nothing in it was written for the button.
POLICY = "default-src 'none'; style-src 'self'; form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"

pebble = Blueprint("pebble", __name__)


@pebble.get("/")
def chat() -> str:
    return render_template("chat.html", room=current_app.extensions["room"])


@pebble.post("/say")
def say() -> AnyResponse:
    words = request.form.get("words", "").strip()[:200]
    if words:
        current_app.extensions["room"].append(Said("You", words))
    return redirect(url_for(".chat", _anchor="latest"), 303)


@pebble.get("/profile/<name>")
def profile(name: str) -> str:
    return render_template("profile.html", name=name, about=ABOUT.get(name) or abort(404))


@pebble.get("/help")
def help_page() -> Response:
    # Only a form needs a word in the policy, and only where a policy names form-action at all.
    start = f"{current_app.extensions['report_abuse'].url}/start"
    policy = POLICY.format(form_action=f"'self' {start}")
    return Response(render_template("help.html"), headers={"Content-Security-Policy": policy})


@pebble.get("/report-abuse.css")
def button_css() -> Response:
    return Response(assets.css(), mimetype="text/css")


@pebble.after_request
def with_policy(page: Response) -> Response:
    page.headers.setdefault("Content-Security-Policy", POLICY.format(form_action="'self'"))
    return page


def create_app(site: ReportAbuse) -> Flask:
    app = Flask(__name__)
    app.register_blueprint(pebble)
    app.extensions["report_abuse"] = app.jinja_env.globals["report_abuse"] = site
    app.extensions["room"] = deque(OPENING, maxlen=30)
    app.jinja_env.globals["people"] = tuple(ABOUT)
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description="Run Pebble Chat, an invented partner site.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5001)
    wanted = parser.parse_args()
    try:
        app = create_app(ReportAbuse.from_env())
    except ReportAbuseError as error:
        sys.exit(f"Pebble Chat: {error}")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    print(f"Pebble Chat is at http://{wanted.host}:{wanted.port}", flush=True)
    make_server(wanted.host, wanted.port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    main()
