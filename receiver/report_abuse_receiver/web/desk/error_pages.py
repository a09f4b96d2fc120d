"""What staff see when something cannot be done: one page, one sentence, and what they typed."""

from flask import request
from werkzeug.exceptions import HTTPException

from report_abuse_receiver.ground.errors import (
    NoRight,
    NotFound,
    NoVaultKey,
    ReceiverError,
    Refused,
    SealBroken,
    SignInRefused,
    StoreTrouble,
)
from report_abuse_receiver.web.desk import session_cookie
from report_abuse_receiver.web.desk.drawing import draw
from report_abuse_receiver.web.desk.guards import desk

#: The first that fits.
STATUS: tuple[tuple[type[ReceiverError], int], ...] = (
    (NotFound, 404), (NoRight, 403), (SignInRefused, 401), (NoVaultKey, 503), (Refused, 409), (SealBroken, 500),
)  # fmt: skip
#: The forms that are drawn again with what was typed, by what they ask for.
FORMS = {"desk.open_report": "opening.html", "desk.decide": "deciding.html", "desk.add": "adding.html"}
SAID = {
    404: "there is no such page",
    413: "this is too long; write a shorter one",
    500: "something is broken here; say so to whoever runs the receiver",
}
NOT_WRITTEN = "the database does not answer, and nothing was written; wait a minute and try again"


@desk.errorhandler(Refused)
@desk.errorhandler(SealBroken)
def refused(error: ReceiverError) -> tuple[str, int]:
    """The floor below says why it cannot be done."""
    return _face(error, next(status for kind, status in STATUS if isinstance(error, kind)))


@desk.errorhandler(StoreTrouble)
def store_trouble(_: StoreTrouble) -> tuple[str, int]:
    """Nothing was written."""
    return _face(NOT_WRITTEN, 503)


@desk.errorhandler(HTTPException)
def broken(error: HTTPException) -> tuple[str, int]:
    """The request itself is wrong, or we are."""
    status = error.code or 500
    return _face(SAID.get(status, error.description), status)


def _face(said: object, status: int) -> tuple[str, int]:
    """The sentence, and the form once more where there was one that can be sent again."""
    form = FORMS.get(request.endpoint or "") if status in (409, 404, 503) and session_cookie.known() else None
    reference = (request.view_args or {}).get("reference")
    return draw("trouble.html", said=said, form=form, reference=reference, typed=request.form if form else {}), status
