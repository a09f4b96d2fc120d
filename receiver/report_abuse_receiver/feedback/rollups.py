"""Rollups: are the counts that releases read those of the facts, and if not, count the facts again."""

from itertools import islice
from typing import Any

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.store.feedback import recount, releases
from report_abuse_receiver.store.feedback.rollups import Where

#: How many differences are told one by one.
MOST_TOLD = 100


def check_rollups(centre: Centre) -> list[dict[str, Any]]:
    """Where the rollups differ from the facts, the first hundred; nobody decides meanwhile."""
    with centre.database.writing() as conn:
        found = list(islice(recount.differences(conn), MOST_TOLD))
    return [_told(where, said, right) for where, said, right in found]


def _told(where: Where, said: tuple[int, int], right: tuple[int, int]) -> dict[str, Any]:
    named = dict(zip(("service", "month", "split", "value"), where, strict=True))
    return {**named, "count": said[0], "facts": right[0], "wrong": "keys" if said[0] == right[0] else "count"}


def rebuild_rollups(centre: Centre) -> int:
    """Count the facts again, in one transaction; returns how many rows there are. Releases stay as they are."""
    with centre.database.writing() as conn:
        releases.lock(conn, shared=False)
        return recount.rebuild(conn)
