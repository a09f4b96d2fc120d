"""The headers of every public page: nothing from elsewhere, nothing kept, nothing told to the next site (S3, S4)."""

from flask import request
from werkzeug import Response

from report_abuse_receiver.web import centre

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
#: Style and script say nothing about a child; keeping them for an hour spares slow lines. Leave fast empties the cache.
ASSETS = "private, max-age=3600"
TWO_YEARS = "max-age=63072000"


def add(response: Response) -> Response:
    """Add them to an answer; a door with stricter ones of its own has set those already."""
    if request.endpoint in ("public.script", "public.stylesheet") and response.status_code < 400:
        response.headers["Cache-Control"] = ASSETS
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if centre().settings.secure:
        response.headers.setdefault("Strict-Transport-Security", TWO_YEARS)
    return response
