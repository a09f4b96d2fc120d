"""At start: what an app must not be set to where children come (S21)."""

from collections.abc import Iterable
from typing import Any

from flask import Flask

from report_abuse_receiver.ground.errors import CannotStart

LEAST_BYTES = 32


def check(app: Flask) -> None:
    """Raise CannotStart, saying what to write; asked when an app is made, and once more before it is served."""
    if app.debug:
        raise CannotStart(
            "debug is on, and its pages show what a child typed to whoever makes them break; take FLASK_DEBUG out of "
            "the environment"
        )
    fallbacks: Iterable[Any] = app.config.get("SECRET_KEY_FALLBACKS") or ()
    if isinstance(fallbacks, str | bytes):
        raise CannotStart(
            "SECRET_KEY_FALLBACKS is one text, so each of its letters would be a key; write a list of keys"
        )
    _check_length("SECRET_KEY", [app.config.get("SECRET_KEY")])
    _check_length("SECRET_KEY_FALLBACKS", fallbacks)


def _check_length(name: str, keys: Iterable[str | bytes | None]) -> None:
    for key in keys:
        length = len(key.encode() if isinstance(key, str) else key) if key is not None else LEAST_BYTES
        if length < LEAST_BYTES:
            raise CannotStart(f"{name} holds {length} bytes; write {LEAST_BYTES} random ones or more")
