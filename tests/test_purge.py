"""A purge is whole or did not happen, whoever works, adds or holds at the same moment (S20)."""

import contextlib
import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, text

from report_abuse_receiver.casework import retention
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import StoreTrouble
from report_abuse_receiver.intake import receiving
from report_abuse_receiver.intake.receiving import Submission
from report_abuse_receiver.operations import jobs
from report_abuse_receiver.rules.intake.attribution import Attribution
from report_abuse_receiver.store.casework import retention as kept
from report_abuse_receiver.store.schema import TABLES
from report_abuse_receiver.worker import work_once
from tests.parts.acting import host
from tests.parts.comers import UNFIT, come_back, sent
from tests.parts.command import Command
from tests.parts.faults import Fault
from tests.parts.places import Place, on_postgres, on_sqlite, open_at
from tests.parts.retained import NOT_OURS, PERIOD, rows_of_reports
from tests.parts.running import until_true
from tests.parts.schemes import changed


def listed(command: Command) -> list[str]:
    return [row["reference"] for row in command.well("reports", "list", "--json").json]


def test_a_purge_that_breaks_anywhere_leaves_the_report_whole(
    centre: Centre, client: FlaskClient, command: Command, desk: Callable[..., Any]
) -> None:
    reference, _ = sent(client)
    desk("decide", reference, *NOT_OURS)
    whole, step = rows_of_reports(centre), 0
    with time_machine.travel(now() + PERIOD, tick=False):
        while breaks(centre, after=step) and listed(command):
            assert rows_of_reports(centre) == whole
            assert desk("show", reference, "--reason", "is it whole?")["answers"]["name"] == "Sam"
            whole, step = rows_of_reports(centre), step + 1
    assert step > 8
    assert set(rows_of_reports(centre).values()) == {0}


def breaks(centre: Centre, *, after: int) -> bool:
    """Whether a purge came as far as the step that breaks."""
    fault = Fault(StoreTrouble("broken"), after=after)
    with fault.on(centre), contextlib.suppress(StoreTrouble):
        retention.purge(centre, by=host("ann"))
    return fault.happened


def test_an_addition_at_the_moment_of_a_purge_saves_the_report_or_is_told_that_it_does_not_fit(
    centre: Centre, client: FlaskClient, new_visitor: Callable[[], FlaskClient], desk: Callable[..., Any]
) -> None:
    came = [sent(new_visitor()) for _ in range(6)]
    for reference, _ in came:
        desk("decide", reference, *NOT_OURS)
    said: dict[str, str] = {}

    def add_to_each() -> None:
        for reference, words in came:
            said[reference] = come_back(client, reference, words, more="Wait!").words

    with time_machine.travel(now() + PERIOD, tick=True):
        adding = Thread(target=add_to_each)
        adding.start()
        gone = {row.reference for row in retention.purge(centre, by=host("ann"))}
        adding.join()
    assert {reference for reference, words in said.items() if UNFIT in words} == gone


@on_postgres
def test_a_purge_sees_a_hold_that_was_put_down_while_it_waited_for_the_report(
    centre: Centre, client: FlaskClient, desk: Callable[..., Any]
) -> None:
    reference, _ = sent(client)
    desk("decide", reference, *NOT_OURS)
    purged: list[Any] = []
    with time_machine.travel(now() + PERIOD, tick=True):
        with centre.database.writing() as conn:
            row = kept.due(conn, retention.terms(centre, now()))[0]
            kept.hold(conn, row.id, kept.HoldRow(held_at=now(), staff="ann", reason="court"))
            purging = Thread(target=lambda: purged.extend(retention.purge(centre, by=host("ann"))))
            purging.start()
            until_true(lambda: waits_for_a_lock(centre))
        purging.join()
    assert purged == []


def waits_for_a_lock(centre: Centre) -> bool:
    """Whether somebody waits for a row that another holds."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with centre.database.reading() as conn:
        return bool(conn.scalar(text(waiting)))


def test_the_worker_deletes_by_itself_only_where_the_scheme_says_so(
    place: Place, client: FlaskClient, command: Command, desk: Callable[..., Any], tmp_path: Path
) -> None:
    reference, _ = sent(client)
    desk("decide", reference, *NOT_OURS)
    telling = open_at(place, SCHEME=str(changed(tmp_path, "by_itself = false", "by_itself = true")))
    silent = open_at(place)
    with time_machine.travel(now() + PERIOD, tick=False) as clock:
        jobs.enqueue_periodic_work(telling)
        while work_once(silent):  # the scheme says no again, though it was owed
            pass
        assert listed(command) == [reference]
        clock.shift(timedelta(days=1))
        while work_once(telling):
            pass
        assert listed(command) == []
        assert audited_by(telling)[-1] == "the worker"
    for one in (telling, silent):
        one.database.close()


def audited_by(centre: Centre) -> list[str]:
    with centre.database.reading() as conn:
        return list(conn.scalars(select(TABLES["audit"].c.staff).order_by(TABLES["audit"].c.seq)))


@on_sqlite
def test_the_bytes_of_a_purged_report_are_not_in_the_file(
    centre: Centre, client: FlaskClient, desk: Callable[..., Any]
) -> None:
    reference, _ = sent(client)
    desk("decide", reference, *NOT_OURS)
    with centre.database.reading() as conn:
        secrets = [conn.scalar(select(TABLES["report"].c.body)), conn.scalar(select(TABLES["report_key"].c.wrapped))]
    assert all(found(centre, one) for one in secrets)
    with time_machine.travel(now() + PERIOD, tick=False):
        retention.purge(centre, by=host("ann"))
    centre.database.close()
    assert not any(found(centre, one) for one in secrets)


def found(centre: Centre, secret: bytes | None) -> bool:
    """Whether a piece of it lies in one of the files; a page of the database holds no longer one."""
    return any((secret or b"")[:200] in path.read_bytes() for path in centre.settings.home.glob("receiver.sqlite3*"))


@on_sqlite
def test_the_number_of_a_purged_report_is_never_given_again(
    centre: Centre, client: FlaskClient, desk: Callable[..., Any]
) -> None:
    reference, _ = sent(client)
    desk("decide", reference, *NOT_OURS)
    with time_machine.travel(now() + PERIOD, tick=False):
        retention.purge(centre, by=host("ann"))
    new = receiving.seal_report(
        centre, Submission(answers={}, nonce="n", channel="direct", attribution=Attribution(outcome="none"))
    )
    drawn_again = dataclasses.replace(new, values={**new.values, "reference": reference})
    with pytest.raises(StoreTrouble, match="drawn twice"), centre.database.writing() as conn:
        receiving.keep(conn, drawn_again)
