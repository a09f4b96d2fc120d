"""Where somebody lands who is signed in, and every address under the desk that leads nowhere."""

from flask import redirect, url_for
from werkzeug.exceptions import NotFound

from report_abuse_receiver.web.desk.drawing import offered
from report_abuse_receiver.web.desk.guards import Answer, desk

#: With all of them asked for, an address that leads nowhere asks who is there, whatever is done with it.
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@desk.get("")
@desk.get("/")
def home() -> Answer:
    """To the first page that is for them."""
    pages = offered()
    return redirect(url_for(pages[0].endpoint if pages else "desk.account"), 303)


@desk.route("/<anything:_path>", methods=METHODS)
def nowhere(_path: str) -> Answer:
    """There is nothing here, and only those who are signed in are told so."""
    raise NotFound
