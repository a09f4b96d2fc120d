"""Duties: what is owed in the outbox, by kind, and who does it."""

from collections.abc import Callable, Mapping
from typing import Any

from report_abuse_receiver.desk import acknowledgement, audit_trail, retention, rewrapping, suspects
from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.desk.housekeeping import keep_house
from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.clock import now, to_text
from report_abuse_receiver.ground.errors import NotFound
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.outbox import Owed

DUTIES: Mapping[str, Callable[[Centre, Mapping[str, Any]], None]] = {
    "acknowledge": acknowledgement.acknowledge,
    "mail-acknowledgement": acknowledgement.mail,
    "housekeeping": keep_house,
    "audit-head": audit_trail.ship,
    "rewrap": rewrapping.rewrap_some,
    "purge": retention.purge_by_itself,
    "suspects": suspects.note_names,
}
#: Only a process that can open reports can do these; others leave them for one that can.
NEED_THE_VAULT = frozenset({"mail-acknowledgement", "rewrap", "suspects"})
#: These wait for other people's machines, or take a while, so they come after all that is quickly done.
SLOW = frozenset({"mail-acknowledgement", "audit-head", "rewrap"})


def do_what_is_due(centre: Centre, *, most: int = 20) -> int:
    """Claim due work, do it and finish it; returns how many rows were in hand. Raises StoreTrouble."""
    left = frozenset() if centre.keys.vault_private else NEED_THE_VAULT
    moment = now()
    with centre.database.writing() as conn:
        in_hand = outbox.claim(conn, now=moment, most=most, leaving=left)
    for owed in sorted(in_hand, key=lambda one: one.kind in SLOW):
        if now() < moment + outbox.LEASE / 2:
            _do(centre, owed)
        else:
            _give_back(centre, owed)
    return len(in_hand)


def owe_periodic_work(centre: Centre) -> None:
    """Put down this hour's housekeeping, this day's purge and the audit's next head, unless it was done already."""
    moment = now()
    with centre.database.writing() as conn:
        outbox.owe_once(conn, "housekeeping", period=f"{moment:%Y-%m-%dT%H}", now=moment)
        if centre.scheme.retention.by_itself:
            outbox.owe_once(conn, "purge", period=f"{moment:%Y-%m-%d}", now=moment)
        audit_trail.owe_head(centre, conn)


def list_owed(centre: Centre, *, done: bool = False) -> list[dict[str, Any]]:
    """What is owed, soonest first; with `done`, also what was finished lately."""
    with centre.database.reading() as conn:
        return [{**row, "due_at": to_text(row["due_at"])} for row in outbox.listed(conn, done=done)]


def retry(centre: Centre, owed_id: int) -> None:
    """Make a waiting or dead row due now. Raises NotFound."""
    with centre.database.writing() as conn:
        if not outbox.retry(conn, owed_id, now=now()):
            raise NotFound(f"the outbox holds no open work with the number {owed_id}")


def _give_back(centre: Centre, owed: Owed) -> None:
    """A mail server that hangs ate up the time: what would outlast its lease goes back untried."""
    with centre.database.writing() as conn:
        outbox.give_back(conn, owed, now=now())


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
