"""Owed work: done at least once, by one worker at a time, and never lost, whoever dies on the way."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.errors import NotFound
from report_abuse_receiver.intake import receiving
from report_abuse_receiver.intake.receiving import Submission
from report_abuse_receiver.operations import jobs
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.outbox import ListedWork, Owed
from report_abuse_receiver.store.schema import TABLES
from report_abuse_receiver.worker import run_worker, work_once
from tests.parts.acting import host
from tests.parts.drafted import STRAIGHT_HERE
from tests.parts.faults import Fault
from tests.parts.places import Place, on_postgres
from tests.parts.postgres import Postgres
from tests.parts.running import Starter, until_true

NOON = datetime(2026, 7, 3, 12, tzinfo=UTC)
LATE = NOON + outbox.LEASE + timedelta(seconds=1)
ANSWERS = {"safe": "yes", "who": "me", "kinds": ["pretend"], "name": "Sam", "age": 13, "private": "safe"}


def owe(centre: Centre, *kinds: str, at: datetime = NOON) -> None:
    with centre.database.writing() as conn:
        for kind in kinds:
            outbox.enqueue(conn, kind, {"reference": "4HK-2MP-9TC"}, now=at)


def claim(centre: Centre, *, at: datetime = NOON, most: int = 20) -> list[Owed]:
    with centre.database.writing() as conn:
        return outbox.claim(conn, now=at, most=most)


def finish(centre: Centre, owed: Owed) -> bool:
    with centre.database.writing() as conn:
        return outbox.finish(conn, owed)


def fail(centre: Centre, owed: Owed, *, at: datetime = NOON) -> bool:
    with centre.database.writing() as conn:
        return outbox.fail(conn, owed, error="Trouble", now=at)


def held(centre: Centre) -> list[ListedWork]:
    with centre.database.reading() as conn:
        return outbox.listed(conn, done=True)


def receive(centre: Centre, times: int) -> list[str]:
    """So many reports, each of which owes an acknowledgement."""
    with centre.database.writing() as conn:
        one = Submission(answers=ANSWERS, channel="direct", attribution=STRAIGHT_HERE)
        sealed = [receiving.seal_report(centre, Submission(**{**vars(one), "nonce": f"{n}"})) for n in range(times)]
        return [receiving.keep(conn, report).reference for report in sealed]


def at_once(threads: int, work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, range(threads)))


def acknowledged(centre: Centre) -> Counter[int]:
    """How often each report's timeline says so."""
    events = TABLES["event"]
    with centre.database.reading() as conn:
        return Counter(conn.scalars(select(events.c.report_id).where(events.c.kind == "acknowledged")))


def test_what_is_claimed_belongs_to_one_worker_until_its_lease_is_over(centre: Centre) -> None:
    owe(centre, "acknowledge", "acknowledge")
    first = claim(centre)
    assert [owed.attempts for owed in first] == [1, 1]
    assert claim(centre) == claim(centre, at=NOON + outbox.LEASE - timedelta(seconds=1)) == []
    assert [owed.attempts for owed in claim(centre, at=LATE)] == [2, 2]


def test_work_that_is_not_due_is_left_alone(centre: Centre) -> None:
    owe(centre, "acknowledge", at=LATE)
    owe(centre, "housekeeping")
    assert [owed.kind for owed in claim(centre)] == ["housekeeping"]


def test_what_is_due_longest_is_claimed_first(centre: Centre) -> None:
    for minutes in (1, 3, 2):
        owe(centre, f"{minutes} minutes", at=NOON - timedelta(minutes=minutes))
    assert [claim(centre, most=1)[0].kind for _ in range(3)] == ["3 minutes", "2 minutes", "1 minutes"]


def test_a_worker_that_comes_too_late_cannot_settle_what_another_has(centre: Centre) -> None:
    owe(centre, "acknowledge")
    [late], [now_in_hand] = claim(centre), claim(centre, at=LATE)
    assert not finish(centre, late)
    assert not fail(centre, late, at=LATE)
    assert [row.state for row in held(centre)] == ["waiting"]
    assert finish(centre, now_in_hand)
    assert not finish(centre, now_in_hand)
    assert [row.state for row in held(centre)] == ["done"]


def test_a_worker_that_is_late_may_finish_what_nobody_else_took(centre: Centre) -> None:
    owe(centre, "acknowledge")
    assert finish(centre, claim(centre)[0])


def test_waits_grow_from_seconds_to_hours_and_are_spread_out() -> None:
    for attempts in range(1, 40):
        longest = min(5 * 2 ** (attempts - 1), 6 * 3600)
        drawn = [outbox.wait_after(attempts).total_seconds() for _ in range(50)]
        assert longest / 2 <= min(drawn) < max(drawn) <= longest


def test_work_that_keeps_failing_waits_longer_and_is_laid_aside_in_the_end(centre: Centre) -> None:
    owe(centre, "acknowledge")
    moment, waited = NOON, []
    for _ in range(outbox.ATTEMPTS):
        [owed] = claim(centre, at=moment)
        assert fail(centre, owed, at=moment)
        [row] = held(centre)
        waited.append(row.due_at - moment)
        moment = row.due_at
    assert (row.state, row.attempts, row.last_error) == ("dead", outbox.ATTEMPTS, "Trouble")
    assert waited[0] < waited[2] < waited[4] < waited[6]
    assert claim(centre, at=moment + timedelta(days=365)) == []


def test_dead_work_can_be_tried_again_and_starts_afresh(centre: Centre) -> None:
    [reference] = receive(centre, 1)
    with centre.database.writing() as conn:
        conn.execute(TABLES["outbox"].update().values(state="dead", attempts=outbox.ATTEMPTS))
    [dead] = jobs.list_owed(centre)
    jobs.retry(centre, dead.id)
    assert jobs.do_what_is_due(centre) == 1
    [row] = held(centre)
    assert (row.state, row.attempts) == ("done", 1)
    shown = triage.show_report(centre, reference, reason="duty", by=host("pat"))
    assert [entry.kind for entry in shown.timeline] == ["received", "acknowledged"]


def test_finished_work_cannot_be_tried_again(centre: Centre) -> None:
    receive(centre, 1)
    jobs.do_what_is_due(centre)
    for number in (held(centre)[0].id, 999, -1):
        with pytest.raises(NotFound, match=str(number)):
            jobs.retry(centre, number)


def test_an_unknown_kind_becomes_a_dead_letter_and_the_rest_is_done(centre: Centre) -> None:
    owe(centre, "what-is-this", at=NOON - timedelta(hours=1))
    with time_machine.travel(NOON, tick=False) as clock:
        receive(centre, 3)
        for _ in range(outbox.ATTEMPTS):
            work_once(centre)
            clock.shift(timedelta(hours=6, seconds=1))
    rows = Counter((row.kind, row.state) for row in held(centre))
    assert rows["what-is-this", "dead"] == 1
    assert rows["acknowledge", "done"] == 3
    assert [row.last_error for row in held(centre) if row.state == "dead"] == ["KeyError"]


def test_owed_work_holds_an_id_and_nothing_else(centre: Centre) -> None:
    [reference] = receive(centre, 1)
    with centre.database.reading() as conn:
        assert list(conn.scalars(select(TABLES["outbox"].c.payload))) == [{"reference": reference}]


def test_work_for_a_report_that_is_gone_is_done(centre: Centre) -> None:
    owe(centre, "acknowledge")
    assert jobs.do_what_is_due(centre) == 1
    assert [row.state for row in held(centre)] == ["done"]


def test_a_report_is_acknowledged_once_however_often_it_is_tried(centre: Centre) -> None:
    [reference] = receive(centre, 1)
    for _ in range(3):
        jobs.JOBS["acknowledge"].do(centre, {"reference": reference})
    assert list(acknowledged(centre).values()) == [1]


def test_two_workers_never_have_the_same_work_in_hand(centre: Centre) -> None:
    owe(centre, *["acknowledge"] * 200)
    taken = at_once(2, lambda _: claimed_until_empty(centre))
    ids = [owed.id for batch in taken for owed in batch]
    assert len(ids) == len(set(ids)) == 200


def claimed_until_empty(centre: Centre) -> Sequence[Owed]:
    batches: list[Owed] = []
    while batch := claim(centre, most=7):
        batches += batch
    return batches


def test_two_worker_processes_do_everything_and_nothing_twice(place: Place, centre: Centre, start: Starter) -> None:
    receive(centre, 200)
    workers = [start.worker(place.environ) for _ in range(2)]
    until_true(lambda: all(row.state == "done" for row in held(centre) if row.kind == "acknowledge"))
    assert [worker.stop() for worker in workers] == [0, 0]
    assert Counter(row.attempts for row in held(centre) if row.kind == "acknowledge") == {1: 200}
    assert Counter(acknowledged(centre).values()) == {1: 200}


def test_periodic_work_is_owed_once_a_period_whoever_comes_first(centre: Centre) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        at_once(4, lambda _: jobs.enqueue_periodic_work(centre))
        assert [row.kind for row in held(centre)] == ["housekeeping"]
        clock.shift(timedelta(hours=1))
        at_once(4, lambda _: jobs.enqueue_periodic_work(centre))
        assert [row.kind for row in held(centre)] == ["housekeeping"] * 2


def test_finished_work_is_forgotten_after_a_week(centre: Centre) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        receive(centre, 2)
        work_once(centre)
        clock.shift(timedelta(days=8))
        work_once(centre)
    assert [row.kind for row in held(centre)] == ["housekeeping"]


@pytest.mark.parametrize("steps", range(8))
def test_a_worker_outlives_a_database_in_trouble_at_any_step(centre: Centre, steps: int) -> None:
    receive(centre, 1)
    with Fault(OperationalError("", {}, Exception()), after=steps).on(centre):
        work_once(centre)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1), tick=False):
        while work_once(centre):
            pass
    assert list(acknowledged(centre).values()) == [1]
    assert [row.state for row in held(centre) if row.kind == "acknowledge"] == ["done"]


@on_postgres
def test_a_worker_waits_for_a_database_that_went_away(centre: Centre, postgres: Postgres) -> None:
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(centre, stop))
    worker.start()
    name = centre.settings.database_url.rpartition("/")[2]
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        assert work_once(centre) == 0
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    receive(centre, 1)
    until_true(lambda: list(acknowledged(centre).values()) == [1])
    stop.set()
    worker.join()
