"""The headers of every answer of the desk, written out in full: no more, no fewer (S11)."""

import base64
import hashlib
import re

import pytest

from report_abuse_receiver.app import create_app
from tests.parts.clerk import doors, session_of
from tests.parts.people import joined
from tests.parts.places import Place, on_sqlite, open_at

pytestmark = on_sqlite

HSTS = {"Strict-Transport-Security": "max-age=63072000"}
EVERY = {
    "Content-Type": "text/html; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
POLICY = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
#: What only some answers have, and what only the server knows.
OF_SOME = {"Content-Length", "Content-Security-Policy", "Location", "Set-Cookie", "Clear-Site-Data"}


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def expected(html: str, *, style: str) -> str:
    """The policy that names what stands in the page, and nothing else."""
    script = re.search("<script>(.*?)</script>", html, re.DOTALL)
    return f"{POLICY}; style-src {hashed(style)}" + (f"; script-src {hashed(script[1])}" if script else "")


@pytest.mark.parametrize(
    ("faces", "base_url"), [("desk", "http://localhost:8000"), ("public,desk", "https://desk.example")]
)
def test_every_answer_of_the_desk_has_its_headers_and_no_other(place: Place, faces: str, base_url: str) -> None:
    centre = open_at(place, FACES=faces, BASE_URL=base_url)
    app, ann = create_app(centre), joined(centre, "ann", "supervisor")
    style = re.search("<style>(.*?)</style>", app.test_client().get("/desk/").get_data(as_text=True), re.DOTALL)
    cookie = "__Host-desk" if base_url.startswith("https") else "desk"
    every = EVERY | (HSTS if base_url.startswith("https") else {})
    for method, path, _ in doors(app):
        for token in ("", session_of(app, ann)):
            browser = app.test_client()
            browser.set_cookie(cookie, token, domain="desk.example" if "https" in base_url else "localhost")
            answer = browser.open(path, method=method, base_url=base_url)
            there = {name: value for name, value in answer.headers if name not in OF_SOME}
            assert there == every, f"{method} {path}"
            policy = expected(answer.get_data(as_text=True), style=style[1] if style else "")
            assert answer.headers["Content-Security-Policy"] == policy, f"{method} {path}"
    centre.database.close()
