"""Two questions for whoever runs it: is the process alive, and can it take reports?"""

from flask import Blueprint

from report_abuse_receiver.operations.doctor import is_ready
from report_abuse_receiver.web import centre

ops = Blueprint("ops", __name__)


@ops.get("/healthz")
def healthz() -> tuple[dict[str, str], int]:
    """Alive: the process answers, whatever its database does."""
    return {"status": "ok"}, 200


@ops.get("/readyz")
def readyz() -> tuple[dict[str, str], int]:
    """Ready: the database takes a write; 503 where it does not. Children's pages are served either way."""
    return ({"status": "ready"}, 200) if is_ready(centre()) else ({"status": "database out of reach"}, 503)
