"""Rollups: are the counts that releases read those of the facts, and if not, count the facts again."""

from dataclasses import dataclass
from itertools import islice

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.store.feedback import recount, releases
from report_abuse_receiver.store.feedback.rollups import Where

#: How many differences are told one by one.
MOST_TOLD = 100


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A rollup that differs from its facts: both counts, and whether the `count` is wrong or only the `keys`."""

    service: str
    month: str
    split: str
    value: str
    count: int
    facts: int
    wrong: str


def check_rollups(centre: Centre) -> list[Difference]:
    """Where the rollups differ from the facts, the first hundred; nobody decides meanwhile."""
    with centre.database.writing() as conn:
        found = list(islice(recount.differences(conn), MOST_TOLD))
    return [_told(where, said, right) for where, said, right in found]


def _told(where: Where, said: tuple[int, int], right: tuple[int, int]) -> Difference:
    service, month, split, value = where
    wrong = "keys" if said[0] == right[0] else "count"
    return Difference(
        service=service, month=month, split=split, value=value, count=said[0], facts=right[0], wrong=wrong
    )


def rebuild_rollups(centre: Centre) -> int:
    """Count the facts again, in one transaction; returns how many rows there are. Releases stay as they are."""
    with centre.database.writing() as conn:
        releases.lock(conn, shared=False)
        return recount.rebuild(conn)
