"""The public door: the pages a child walks through, and nothing for anybody else."""

from flask import Flask

from report_abuse_receiver.web import headers
from report_abuse_receiver.web.public import (
    back,
    error_pages,
    help_and_leave,
    journey,
    languages,
    meanwhile,
    sending,
    start,
    stylesheet,
)
from report_abuse_receiver.web.public.blueprint import public
from report_abuse_receiver.web.public.form_parsing import ChildsRequest

#: Room for a story of 3 MB, so that even that is drawn again on its own page for the child to shorten (S14).
MAX_CONTENT_LENGTH = 4 * 1024 * 1024
#: Fields of one multipart form; ours are url-encoded and have a dozen.
MAX_FORM_PARTS = 10_000

#: Every module whose views belong to the door.
VIEWS = (start, journey, sending, meanwhile, back, help_and_leave, stylesheet)


def register(app: Flask) -> None:
    """Open the public door of `app`: views, error faces, headers and limits."""
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_CONTENT_LENGTH, MAX_FORM_MEMORY_SIZE=MAX_CONTENT_LENGTH, MAX_FORM_PARTS=MAX_FORM_PARTS
    )
    app.request_class = ChildsRequest
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(public)
    languages.register(app, app.extensions["centre"].scheme)
    error_pages.register(app)
    app.after_request(headers.add)
