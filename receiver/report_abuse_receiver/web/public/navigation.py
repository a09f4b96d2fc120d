"""Ways: from one page of the journey to another, by a redirect or, where a browser keeps no cookie, on the spot."""

from collections.abc import Mapping
from typing import Any, cast

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from report_abuse_receiver.ground.forms.pages import PAGES
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.web.public.draft_cookie import refuses_cookies

#: The field of a button that leads elsewhere than on: "Go back", and each way where links cannot carry the draft's key.
GO = "go"
_VIEWS: Mapping[str, tuple[str, dict[str, Any]]] = {
    **{page: ("public.step", {"page": page}) for page in PAGES},
    "danger": ("public.danger", {}),
    "not-ours": ("public.not_ours", {}),
    "check": ("public.check", {}),
    "done": ("public.done", {}),
    "meanwhile": ("public.meanwhile", {}),
    "back": ("public.back", {}),
    "back-report": ("public.back_report", {}),
}


#: Where no button leads.
_NOT_PRESSED = ("meanwhile", "back-report")


def address_of(page: str) -> str:
    """Where a page of the journey is."""
    view, values = _VIEWS[page]
    return url_for(view, **values)


def go_to(page: str) -> ResponseReturnValue:
    """Answer a form with another page.

    By 303, so that Back in the browser shows pages and asks for nothing; a browser that keeps no cookie would arrive
    there without its draft, and gets the page at once.
    """
    view, values = _VIEWS[page]
    if refuses_cookies():
        return cast(ResponseReturnValue, current_app.view_functions[view](**values))
    return redirect(url_for(view, **values), 303)


def pressed() -> str | None:
    """The page that a button of this form leads to, where one was pressed that does not lead on."""
    page = request.form.get(GO)
    return page if page in _VIEWS and page not in _NOT_PRESSED else None


def turn_away(draft: Draft | None) -> ResponseReturnValue:
    """Where a page of the journey leads without a draft (the start), or when it has been sent (its number)."""
    return redirect(url_for("public.front"), 303) if draft is None else go_to("done")
