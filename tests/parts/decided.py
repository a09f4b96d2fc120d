"""Facts put straight into a store, hundreds at a time, with the rollups that decisions would have left behind."""

from collections.abc import Iterable, Iterator
from itertools import count
from random import Random

from sqlalchemy import Connection, insert

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.partners import directory
from report_abuse_receiver.store.feedback import recount
from report_abuse_receiver.store.feedback.facts import FactRow
from report_abuse_receiver.store.schema import TABLES

PLAIN = {
    "category": "grooming", "age_band": "11-13", "contact": "direct_message", "moved_to": "none", "outcome": "advice",
    "reporter": "child_self", "time_to_report": "week",
}  # fmt: skip
_NUMBERS = count(1)


def fact(service: str | None = "acme", month: str = "2026-07", *, incident: str = "", **codes: str) -> FactRow:
    """One fact; it is an incident of its own unless `incident` says otherwise."""
    number = next(_NUMBERS)
    return FactRow(
        month=month,
        service=service,
        incident=incident or f"{number:016x}",
        record_key=(number * 2_654_435_761) % 2**32,
        **(PLAIN | codes),
    )


def many(times: int, service: str | None = "acme", month: str = "2026-07", **codes: str) -> list[FactRow]:
    """So many incidents that are alike."""
    return [fact(service, month, **codes) for _ in range(times)]


def mixed(
    centre: Centre, times: int, service: str = "acme", *, months: Iterable[str], seed: int = 1
) -> Iterator[FactRow]:
    """So many incidents of all sorts, the same for the same seed but for their keys."""
    random, months = Random(seed), list(months)
    for _ in range(times):
        codes = {name: random.choice(centre.scheme.vocabulary(name)) for name in PLAIN}
        yield fact(service, random.choice(months), **codes)


def put(conn: Connection, rows: Iterable[FactRow]) -> None:
    """Write facts whose months are over, and count all facts again."""
    conn.execute(insert(TABLES["fact"]), [vars(row) for row in rows])
    recount.rebuild(conn)


def put_in(centre: Centre, *rows: Iterable[FactRow]) -> None:
    """The same, in a transaction of its own."""
    with centre.database.writing() as conn:
        put(conn, [row for some in rows for row in some])


def enter(centre: Centre, *ids: str, kind: str = "game") -> None:
    """Enter providers that carry the button."""
    for provider in ids:
        directory.add_provider(centre, provider, name=provider.title(), origins=[], contact="-", kind=kind)
