"""Coming back: a page to add to a report that was sent. It shows nothing of the report, and may refuse to be tried."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask import make_response, request
from flask.typing import ResponseReturnValue

from report_abuse_receiver.ground.forms.back import BackPage, back_questions, load_back
from report_abuse_receiver.intake import additions
from report_abuse_receiver.intake.additions import Addition
from report_abuse_receiver.rules.intake.coming_back import WINDOW_SECONDS
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public import languages
from report_abuse_receiver.web.public.blueprint import public
from report_abuse_receiver.web.public.drawing import draw
from report_abuse_receiver.web.public.lanes import may_guess

_NONCE = re.compile("[0-9a-f]{32}")


@public.get("/back")
def back() -> ResponseReturnValue:
    """An empty page, the same for everybody."""
    return _draw({})


@public.post("/back")
def add_to_report() -> ResponseReturnValue:
    """Add to the report, or draw the page again with what was typed.

    A wrong number and wrong words get the same sentence.
    """
    loaded = load_back(request.form)
    if languages.chosen() or loaded.errors:
        return _draw(loaded.typed, errors={} if languages.chosen() else loaded.errors)
    addition = Addition(**loaded.values, nonce=_nonce())
    if not may_guess(request.remote_addr, addition.reference):
        return refuse(loaded.typed)
    standing = additions.add(centre(), addition)
    if standing is None:
        return _draw(loaded.typed, unfit=True)
    return draw("back_done.html", standing=standing, added=bool(addition.more or addition.reach))


def _draw(typed: Mapping[str, Any], *, errors: Mapping[str, str] | None = None, **more: bool) -> str:
    return draw(
        "back.html",
        form="adding",
        schema=BackPage,
        asked=back_questions(),
        typed=typed,
        errors=errors or {},
        nonce=_nonce(),
        **more,
    )


def refuse(typed: Mapping[str, Any]) -> ResponseReturnValue:
    """Here alone a visitor may be sent away for a while: it is somebody's words that are being tried."""
    response = make_response(_draw(typed, tired=True), 429)
    response.headers["Retry-After"] = str(WINDOW_SECONDS)
    return response


def _nonce() -> str:
    """The page's own, so that pressing twice, or again after trouble, adds once."""
    said = request.form.get("nonce", "")
    return said if _NONCE.fullmatch(said) else secrets.token_hex(16)
