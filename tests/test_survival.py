"""Promise 1: a report that was acknowledged is never lost and never doubled, though everything is killed."""

import queue
import random
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException

import pytest
import time_machine
from sqlalchemy import select

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.keys.sealing import open_report
from report_abuse_receiver.store.casework import reports
from report_abuse_receiver.store.schema import TABLES
from report_abuse_receiver.worker import work_once
from tests.parts.at_once import at_once
from tests.parts.drafted import ready_draft
from tests.parts.memory import on_disk
from tests.parts.places import Place, on_postgres, on_sqlite
from tests.parts.real import free_port
from tests.parts.running import Running, Starter, until_true
from tests.parts.thorough import tried

KILLS, CHILDREN, AT_ONCE = 5, 8, 50
#: Seconds for what is sure to come, on a machine that does much else.
PATIENCE = 120
NUMBER = re.compile(r"[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}")


@dataclass
class Senders:
    """Children with a finished draft each, who press Send until they have seen a number."""

    port: int
    waiting: "queue.SimpleQueue[str]" = field(default_factory=queue.SimpleQueue)
    #: The number that each saw, by the secret of the cookie.
    seen: dict[str, str] = field(default_factory=dict)
    broken: int = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """So many at once, until all have been told their numbers."""
        with ThreadPoolExecutor(CHILDREN) as pool:
            running = [pool.submit(self._send_all) for _ in range(CHILDREN)]
            yield
            for one in running:
                one.result()

    def _send_all(self) -> None:
        while True:
            try:
                secret = self.waiting.get_nowait()
            except queue.Empty:
                return
            until_true(lambda secret=secret: self._send(secret), what="a number", seconds=PATIENCE)

    def _send(self, secret: str) -> bool:
        """One press on Send; False where no page with a number came back, and the child will press again."""
        try:
            with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as browser:
                ask(browser, "POST", "/report/check", secret)
                number = NUMBER.search(ask(browser, "GET", "/report/done", secret))
        except (OSError, HTTPException):
            self.broken += 1
            return False
        if number is None:
            return False
        self.seen[secret] = number[0]
        return True


def ask(browser: HTTPConnection, method: str, path: str, secret: str) -> str:
    """One request of a browser that has this cookie, and the page it brought."""
    browser.request(method, path, headers={"Cookie": f"ra={secret}"})
    return browser.getresponse().read().decode()


#: Thousands of commits, each on the disk before it is acknowledged.
pytestmark = [pytest.mark.timeout(900), on_disk]


@tried(some=30, all=500)
@on_sqlite
def test_nothing_acknowledged_is_lost_or_doubled_when_everything_is_killed_five_times(
    place: Place, centre: Centre, start: Starter, much: int
) -> None:
    senders = killed_again_and_again(place, centre, start, submissions=much)
    assert senders.broken > 0
    with centre.database.reading() as conn:
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@tried(some=20, all=100)
@on_postgres
def test_nor_on_postgresql_when_receiver_and_worker_are_killed(
    place: Place, centre: Centre, start: Starter, much: int
) -> None:
    assert killed_again_and_again(place, centre, start, submissions=much).broken > 0


def killed_again_and_again(place: Place, centre: Centre, start: Starter, *, submissions: int) -> Senders:
    """So many children send, KILLS times over, and each time everything is killed in the middle of it."""
    port, dice = free_port(), random.Random(2026)
    senders, stories = Senders(port), dict[str, str]()
    processes = started(place, start, port)
    for kill in range(KILLS):
        written = [f"story {kill}-{number}" for number in range(submissions)]
        told = ready_to_send(centre, written)
        stories |= told
        enough = len(senders.seen) + dice.randint(submissions // 5, submissions * 4 // 5)
        for secret in told:
            senders.waiting.put(secret)
        with senders.at_work():
            until_true(lambda enough=enough: len(senders.seen) >= enough, what="numbers", seconds=PATIENCE)
            for process in processes:
                process.kill()
            processes = started(place, start, port)
    for process in processes:
        process.kill()
    every_child_is_right(centre, senders, stories)
    return senders


def ready_to_send(centre: Centre, stories: list[str]) -> dict[str, str]:
    """A finished draft of each story, by its secret; so few at once that the worker need not wait."""
    ready = dict[str, str]()
    for first in range(0, len(stories), AT_ONCE):
        with at_once(centre) as writing:
            ready |= {ready_draft(writing, story=one).secret: one for one in stories[first : first + AT_ONCE]}
    return ready


def started(place: Place, start: Starter, port: int) -> tuple[Running, Running]:
    return start.receiver(place.environ, "--no-worker", port=port), start.worker(place.environ)


def every_child_is_right(centre: Centre, senders: Senders, stories: dict[str, str]) -> None:
    """Each number that a child saw is one report, with that child's words, acknowledged once; there are no others."""
    assert set(senders.seen) == set(stories)
    with centre.database.reading() as conn:
        kept = {row.reference: row for row in reports.queue(conn, now=datetime.now(UTC))}
        words = {reference: open_report(centre, conn, row)["answers"] for reference, row in kept.items()}
    assert len(kept) == len(stories)
    assert {secret: words[number]["story"] for secret, number in senders.seen.items()} == stories
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1), tick=False):
        while work_once(centre):
            pass
    with centre.database.reading() as conn:
        acknowledged = select(TABLES["event"].c.report_id).where(TABLES["event"].c.kind == "acknowledged")
        assert Counter(conn.scalars(acknowledged)) == Counter({row.id: 1 for row in kept.values()})
