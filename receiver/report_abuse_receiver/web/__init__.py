"""The web doors, one package per audience; they read a request, ask the desk and draw the answer."""

from typing import cast

from flask import current_app

from report_abuse_receiver.centre import Centre


def centre() -> Centre:
    """The centre that this process serves."""
    return cast(Centre, current_app.extensions["centre"])
