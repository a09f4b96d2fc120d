"""Duties: what is owed in the outbox, by kind, and who does it."""

from collections.abc import Callable, Mapping
from typing import Any

from report_abuse_receiver.desk.acknowledgement import acknowledge
from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.desk.housekeeping import keep_house
from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.clock import now, to_text
from report_abuse_receiver.ground.errors import NotFound
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.outbox import Owed

DUTIES: Mapping[str, Callable[[Centre, Mapping[str, Any]], None]] = {
    "acknowledge": acknowledge,
    "housekeeping": keep_house,
}


def do_what_is_due(centre: Centre, *, most: int = 20) -> int:
    """Claim due work, do it and finish it; returns how many rows were in hand. Raises StoreTrouble."""
    with centre.database.writing() as conn:
        in_hand = outbox.claim(conn, now=now(), most=most)
    for owed in in_hand:
        _do(centre, owed)
    return len(in_hand)


def owe_periodic_work(centre: Centre) -> None:
    """Put down this hour's housekeeping, unless another process already did."""
    moment = now()
    with centre.database.writing() as conn:
        outbox.owe_once(conn, "housekeeping", period=f"{moment:%Y-%m-%dT%H}", now=moment)


def list_owed(centre: Centre, *, done: bool = False) -> list[dict[str, Any]]:
    """What is owed, soonest first; with `done`, also what was finished lately."""
    with centre.database.reading() as conn:
        return [{**row, "due_at": to_text(row["due_at"])} for row in outbox.listed(conn, done=done)]


def retry(centre: Centre, owed_id: int) -> None:
    """Make a waiting or dead row due now. Raises NotFound."""
    with centre.database.writing() as conn:
        if not outbox.retry(conn, owed_id, now=now()):
            raise NotFound(f"the outbox holds no open work with the number {owed_id}")


def _do(centre: Centre, owed: Owed) -> None:
    try:
        DUTIES[owed.kind](centre, owed.payload)
    except Exception as error:  # whatever it was, the work stays owed and the worker lives
        logs.warn("duty-failed", kind=owed.kind, id=owed.id, attempts=owed.attempts, error=error)
        with centre.database.writing() as conn:
            outbox.fail(conn, owed, error=type(error).__name__, now=now())
        return
    with centre.database.writing() as conn:
        outbox.finish(conn, owed)
