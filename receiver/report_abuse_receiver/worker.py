"""The worker: takes owed work off the outbox until it is told to stop; any number of them may run at once."""

import threading

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.errors import StoreTrouble
from report_abuse_receiver.operations import jobs

#: Seconds between looks at an empty outbox.
PAUSE = 1.0


def run_worker(centre: Centre, stop: threading.Event) -> None:
    """Work until `stop` is set; a database that is down is waited for."""
    while not stop.is_set():
        if not work_once(centre):
            stop.wait(PAUSE)


def work_once(centre: Centre) -> int:
    """One round: what is owed by the clock, then what is due. Returns how many rows were in hand."""
    try:
        jobs.enqueue_periodic_work(centre)
        return jobs.do_what_is_due(centre)
    except StoreTrouble as error:
        logs.warn("outbox-out-of-reach", error=error)
        return 0
