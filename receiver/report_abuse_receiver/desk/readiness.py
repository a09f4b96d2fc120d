"""Readiness: what has to be right before a receiver can take reports, and what an operator should know."""

from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.ground.errors import StoreTrouble


def is_ready(centre: Centre) -> bool:
    """Whether the database takes a write now."""
    try:
        with centre.database.writing():
            return True
    except StoreTrouble:
        return False
