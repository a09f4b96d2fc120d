"""What a posted form says of itself: which draft it belongs to, and what its page was drawn from."""

import re

from flask import request

from report_abuse_receiver.intake import leaving
from report_abuse_receiver.intake.drafts import Draft
from report_abuse_receiver.intake.page_states import Drawn
from report_abuse_receiver.web import centre
from report_abuse_receiver.web.public.draft_cookie import CARRIED, read_cookie

#: Hidden fields of our forms. The nonce names a draft or a visit and opens nothing; the script adds the view.
NONCE, DRAWN, VIEW = "nonce", "drawn", "view"
_NONCE = re.compile("[0-9a-f]{32}")
_DRAWN = re.compile("[0-9a-f]{12}")
_VIEW = re.compile("[0-9a-z]{1,16}")


def named() -> str:
    """The nonce of the draft or the visit that the form names; empty where it names none."""
    said = request.form.get(NONCE, "")
    return said if _NONCE.fullmatch(said) else ""


def drawn() -> Drawn | None:
    """What the form's page was drawn from, where it says so."""
    state, view = request.form.get(DRAWN, ""), request.form.get(VIEW, "")
    return Drawn(state=state, view=view if _VIEW.fullmatch(view) else "") if _DRAWN.fullmatch(state) else None


def is_of(draft: Draft | None) -> bool:
    """Whether the form is one of this draft; one that names none is taken for it."""
    return draft is not None and named() in ("", draft.nonce)


def was_left() -> bool:
    """Whether the form belongs to what Leave fast has ended: nothing of it is shown, and nothing begins by it.

    Where the database cannot say, one that was drawn beside a cookie and comes without it is taken for left.
    """
    without = bool(named()) and read_cookie().secret is None and CARRIED not in request.form
    return leaving.was_left(centre(), named(), if_unknown=without)
