"""Jobs: what is owed in the outbox is done here, by kind, and what comes round by the clock is put down."""

from collections.abc import Mapping

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.declarations import Job, declared
from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import NoSuchAddress, NotFound
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.outbox import ListedWork, Owed

#: Every kind of owed work, as its department declares it.
JOBS: Mapping[str, Job] = {job.kind: job for job in declared("JOBS")}


def do_what_is_due(centre: Centre, *, most: int = 20) -> int:
    """Claim due work, do it and finish it; returns how many rows were in hand. Raises StoreTrouble."""
    left = [] if centre.keys.vault_private else [job.kind for job in JOBS.values() if job.needs_the_vault]
    moment = now()
    with centre.database.writing() as conn:
        in_hand = outbox.claim(conn, now=moment, most=most, leaving=left)
    for owed in sorted(in_hand, key=_is_slow):
        if now() < moment + outbox.LEASE / 2:
            _do(centre, owed)
        else:
            _give_back(centre, owed)
    return len(in_hand)


def enqueue_periodic_work(centre: Centre) -> None:
    """Put down what comes round by the clock, once for its period, whoever else does so too."""
    with centre.database.writing() as conn:
        for job in JOBS.values():
            period = job.period(centre, conn) if job.period else None
            if period is not None:
                outbox.enqueue_once(conn, job.kind, period=period, now=now())


def list_owed(centre: Centre, *, done: bool = False) -> list[ListedWork]:
    """What is owed, soonest first; with `done`, also what was finished lately."""
    with centre.database.reading() as conn:
        return outbox.listed(conn, done=done)


def retry(centre: Centre, owed_id: int) -> None:
    """Make a waiting or dead row due now. Raises NotFound."""
    with centre.database.writing() as conn:
        if not outbox.retry(conn, owed_id, now=now()):
            raise NotFound(f"the outbox holds no open work with the number {owed_id}")


def _is_slow(owed: Owed) -> bool:
    return owed.kind in JOBS and JOBS[owed.kind].slow


def _give_back(centre: Centre, owed: Owed) -> None:
    """A mail server that hangs ate up the time: what would outlast its lease goes back untried."""
    with centre.database.writing() as conn:
        outbox.give_back(conn, owed, now=now())


def _do(centre: Centre, owed: Owed) -> None:
    try:
        JOBS[owed.kind].do(centre, owed.payload)
    except Exception as error:  # whatever it was, the work stays owed and the worker lives
        logs.warn("duty-failed", kind=owed.kind, id=owed.id, attempts=owed.attempts, error=error)
        with centre.database.writing() as conn:
            outbox.fail(conn, owed, error=type(error).__name__, now=now(), for_good=isinstance(error, NoSuchAddress))
        return
    with centre.database.writing() as conn:
        outbox.finish(conn, owed)
