"""What a child sees when something breaks: one page that keeps what was typed and says whom to call."""

import re

from flask import Flask, request
from werkzeug import Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, ServiceUnavailable
from werkzeug.utils import redirect

from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.errors import StoreTrouble
from report_abuse_receiver.ground.forms.back import back_questions
from report_abuse_receiver.ground.forms.fields import AgeOrWords, Line
from report_abuse_receiver.ground.forms.pages import questions
from report_abuse_receiver.ground.forms.report import PAGE_OF
from report_abuse_receiver.ground.forms.typed import clean
from report_abuse_receiver.web.public.draft_cookie import CARRIED, remembered
from report_abuse_receiver.web.public.drawing import draw, sections
from report_abuse_receiver.web.public.posted_form import DRAWN, NONCE, VIEW, was_left

#: The fields that every page may post; what browser extensions add is left behind.
QUESTIONS = {**back_questions(), **{name: questions(page)[name] for name, page in PAGE_OF.items()}}
#: A form that is too long to be kept is read up to this many bytes all the same, to give its text back (S14).
MOST_GIVEN_BACK = 16 * 1024 * 1024
#: Addresses that are sent and printed, with what mail and chat put behind them.
SENT = re.compile(r"(/help|/back|/r|/)(?:[&;?#].*|\W*)", re.IGNORECASE | re.DOTALL)
KNOWN = (*QUESTIONS, "token", "heard", NONCE, DRAWN, VIEW, CARRIED)


def register(app: Flask) -> None:
    """Give `app` the children's error pages. They need no database."""
    app.register_error_handler(HTTPException, face)
    app.register_error_handler(StoreTrouble, store_trouble)


def face(error: HTTPException) -> Response:
    """One page for every error, under the error's own status and headers; where a page was meant, that page."""
    meant = SENT.fullmatch(request.path) if error.code == 404 and request.method in ("GET", "HEAD") else None
    if meant:
        return redirect(meant[1].lower(), 302, Response)
    response = Response(_draw(error), status=error.code, mimetype="text/html")
    for name, value in error.get_headers():
        response.headers.setdefault(name, value)
    return response


def store_trouble(_: StoreTrouble) -> Response:
    """The database does not answer: nothing was written, and trying again may help."""
    logs.warn("visitor-asked-to-try-again", route=request.endpoint)
    return face(ServiceUnavailable())


def _draw(error: HTTPException) -> str:
    """The page itself. "Try again" posts the same fields to the same address, where trying again can help."""
    too_long = isinstance(error, RequestEntityTooLarge)
    if too_long:
        request.max_content_length = request.max_form_memory_size = MOST_GIVEN_BACK
    typed, draft = _typed(), remembered()
    trying_helps = bool(typed) if too_long else (error.code or 0) >= 500
    return draw(
        "trouble.html",
        tongues=(),  # another language would be another page, without what was typed
        too_long=too_long,
        again=request.path if trying_helps and request.url_rule else None,
        post=request.method == "POST",
        words=[(QUESTIONS[name], name, value) for name, value in typed if _is_words(name)],
        rest=[(name, value) for name, value in typed if not _is_words(name)],
        sections=sections(draft, {}) if draft and request.endpoint == "public.send" else (),
    )


def _typed() -> list[tuple[str, str]]:
    """Every answer in the posted form, if there is one that can be read."""
    if request.method != "POST":
        return []
    try:
        if was_left():
            return []
        return [(name, clean(value)) for name in KNOWN for value in request.form.getlist(name)]
    except HTTPException:
        return []


def _is_words(name: str) -> bool:
    return isinstance(QUESTIONS.get(name), Line | AgeOrWords)
