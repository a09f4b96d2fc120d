"""Coming back: a page to add to a report that was sent. It shows nothing of the report, and may refuse to be tried."""

import secrets
from dataclasses import replace
from typing import Any

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from report_abuse_receiver.ground.forms.back import BackPage, back_questions, load_back
from report_abuse_receiver.ground.forms.posted import MOST_KEPT
from report_abuse_receiver.intake import additions, drafts, visits
from report_abuse_receiver.intake.additions import Addition
from report_abuse_receiver.intake.visits import Visit
from report_abuse_receiver.rules.intake.coming_back import WINDOW_SECONDS
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public import languages
from report_abuse_receiver.web.public.blueprint import public
from report_abuse_receiver.web.public.draft_cookie import find_draft, give_cookie, read_cookie
from report_abuse_receiver.web.public.drawing import draw
from report_abuse_receiver.web.public.lanes import may_guess
from report_abuse_receiver.web.public.posted_form import named, was_left


@public.get("/back")
def back() -> ResponseReturnValue:
    """An empty page, the same for everybody; in a browser that has typed something here just now, with that in it."""
    secret = read_cookie().secret
    visit = visits.find(centre(), secret) if secret else None
    response = make_response(_draw(visit if visit and not visit.reference else _new_visit(visit)))
    if secret is None:
        give_cookie(response, drafts.new_secret())
    return response


@public.post("/back")
def add_to_report() -> ResponseReturnValue:
    """Add to the report, or show the page again with what was typed.

    A wrong number and wrong words get the same sentence.
    """
    if was_left():
        return redirect(url_for("public.front"), 303)
    loaded = load_back(request.form)
    visit = Visit(nonce=named() or secrets.token_hex(16), typed=loaded.typed)
    if languages.chosen() or loaded.errors:
        return _show(visit, errors={} if languages.chosen() else loaded.errors)
    addition = Addition(**loaded.values, nonce=visit.nonce)
    if not may_guess(request.remote_addr, addition.reference):
        return refuse(visit)
    standing = additions.add(centre(), addition)
    if standing is None:
        return _show(visit, unfit=True)
    _forget_what_was_carried(addition)
    return _show(visit, typed={}, reference=addition.reference, added=addition.says_something, safe=addition.safe)


@public.get("/back/report")
def back_report() -> ResponseReturnValue:
    """How the report stands that number and words have opened, as long as the visit lasts."""
    secret = read_cookie().secret
    visit = visits.find(centre(), secret) if secret else None
    if visit is None or visit.reference is None:
        return redirect(url_for("public.back"), 303)
    return _draw(visit)


def refuse(visit: Visit) -> ResponseReturnValue:
    """Here alone a visitor may be sent away for a while: it is somebody's words that are being tried."""
    _keep(visit)
    response = make_response(_draw(visit, tired=True), 429)
    response.headers["Retry-After"] = str(WINDOW_SECONDS)
    return response


def _show(visit: Visit, **more: Any) -> ResponseReturnValue:
    """By 303 where the browser keeps a cookie and there is room, so that Back and reload post nothing again."""
    visit = replace(visit, **more)
    if not _keep(visit):
        return _draw(visit)
    return redirect(url_for("public.back_report" if visit.reference else "public.back"), 303)


def _keep(visit: Visit) -> bool:
    secret = read_cookie().secret
    if secret is None or sum(len(said) for said in visit.typed.values()) > MOST_KEPT:
        return False
    visits.keep(centre(), secret, visit, joined=bool(named()))  # a form that names nothing is a page of nobody's
    return True


def _draw(visit: Visit, *, tired: bool = False) -> str:
    if visit.reference is not None:
        standing = additions.how_it_stands(centre(), visit.reference)
        return draw(
            "back_done.html",
            standing=standing,
            added=visit.added,
            safe=visit.safe,
            waits=visit.typed,
            nonce=visit.nonce,
        )
    return draw(
        "back.html",
        form="adding",
        schema=BackPage,
        asked=back_questions(),
        typed=visit.typed,
        errors=visit.errors,
        unfit=visit.unfit,
        tired=tired,
        nonce=visit.nonce,
    )


def _new_visit(before: Visit | None) -> Visit:
    return Visit(nonce=secrets.token_hex(16), typed=before.typed if before else {})


def _forget_what_was_carried(addition: Addition) -> None:
    """What came in after Send was carried into this addition."""
    draft = find_draft()
    if draft and draft.receipt and draft.receipt.since and named() == draft.nonce:
        drafts.forget_since(centre(), draft)
