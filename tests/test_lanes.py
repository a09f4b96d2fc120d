"""Lanes: what a program seems to have sent is read after the rest of its urgency; nobody is refused (S5)."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import islice

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.rules.intake.lanes import (
    LEAST_TIME,
    MOST_ALIKE,
    MOST_NORMAL,
    MOST_QUICK,
    MOST_QUICK_IN_ALL,
    MOST_SLOW,
    WINDOW_SECONDS,
)
from report_abuse_receiver.web.public.lanes import Press
from report_abuse_receiver.worker import work_once
from tests.parts.acting import host
from tests.parts.child import Child
from tests.parts.crowd import ELSEWHERE, SCHOOL, Fields, addresses_of_bots, at, post_as_a_program
from tests.parts.faults import Fault
from tests.parts.pace import later
from tests.parts.places import on_sqlite

pytestmark = on_sqlite

NewVisitor = Callable[[], FlaskClient]
CHILDREN, BOTS = 30, 300


def lanes_of(centre: Centre, *references: str) -> list[str]:
    """The lane of each of these reports."""
    lanes = {row.reference: row.lane for row in triage.list_reports(centre)}
    return [lanes[reference] for reference in references]


def ready(visitor: FlaskClient, **answers: str) -> Child:
    """A child at the check page."""
    return Child(visitor).press().tell(**answers)


def posting(browser: FlaskClient) -> Callable[[str, Fields], int]:
    """Post fields from this browser, and look at nothing but the status."""

    def post(path: str, fields: Fields) -> int:
        with browser.post(path, data=MultiDict(fields)) as answer:
            return answer.status_code

    return post


def press(number: int, *, filled: bool = False) -> Press:
    """The press on Send of a draft of its own, with answers of its own, from the school."""
    return Press(address=SCHOOL, nonce=str(number), answers=str(number), filled=filled)


# Who goes into review


def test_a_program_that_fills_every_box_is_reviewed_and_sees_what_a_child_sees(
    centre: Centre, new_visitor: NewVisitor
) -> None:
    child, program = ready(new_visitor()), ready(new_visitor())
    with later():
        child.go_on()
        program.go_on(spare="http://cheap.example")
    assert lanes_of(centre, child.reference, program.reference) == ["normal", "review"]
    own = re.compile('<strong.*?</strong>|(?<=name="nonce" value=")[0-9a-f]+')
    assert own.sub("", program.page.html) == own.sub("", child.page.html)


def test_a_box_that_holds_nothing_but_blanks_is_empty(centre: Centre, client: FlaskClient) -> None:
    child = ready(client)
    with later():
        child.go_on(spare=" \n")
    assert lanes_of(centre, child.reference) == ["normal"]


def test_those_who_send_sooner_than_a_person_can_are_reviewed_once_there_are_many(
    centre: Centre, new_visitor: NewVisitor
) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        fast = [ready(new_visitor(), name=f"Sam {number}") for number in range(MOST_QUICK + 2)]
        slow = ready(new_visitor())
        clock.shift(LEAST_TIME - timedelta(milliseconds=1))
        sent = [one.send() for one in fast]
        clock.shift(timedelta(milliseconds=1))
        slow.send()
    assert lanes_of(centre, *sent) == ["normal"] * MOST_QUICK + ["review"] * 2
    assert lanes_of(centre, slow.reference) == ["normal"]


def test_the_same_answers_again_and_again_are_reviewed_for_a_while(centre: Centre, new_visitor: NewVisitor) -> None:
    alike = [ready(new_visitor()) for _ in range(MOST_ALIKE + 2)]
    other, last = ready(new_visitor(), name="Alex"), ready(new_visitor())
    with later():
        first = [child.send() for child in alike]
        other.send()
    with later(seconds=WINDOW_SECONDS + 120):
        last.send()
    assert lanes_of(centre, *first) == ["normal"] * MOST_ALIKE + ["review"] * 2
    assert lanes_of(centre, other.reference, last.reference) == ["normal"] * 2


def test_pressing_send_again_while_the_database_is_away_is_not_another_report(
    centre: Centre, new_visitor: NewVisitor
) -> None:
    child, friend = ready(new_visitor()), ready(new_visitor())
    with later():
        for _ in range(2 * MOST_ALIKE):
            with Fault(OperationalError("", {}, Exception()), at="INSERT INTO report").on(centre):
                assert child.go_on().status == 503
        assert lanes_of(centre, child.send(), friend.send()) == ["normal"] * 2


# What review means


def test_what_is_reviewed_takes_up_no_room_of_its_address(app: Flask, centre: Centre) -> None:
    lanes = app.extensions["lanes"]
    programs = Counter(lanes.lane_of(press(number, filled=True)) for number in range(MOST_NORMAL + 1))
    child = ready(at(app, SCHOOL))
    with later():
        assert lanes_of(centre, child.send()) == ["normal"]
    assert programs == {"review": MOST_NORMAL + 1}


def test_a_flood_from_one_address_is_slowed_and_never_refused(app: Flask, centre: Centre) -> None:
    lanes = app.extensions["lanes"]
    given = Counter(lanes.lane_of(press(number)) for number in range(2490))
    assert given == {"normal": MOST_NORMAL, "slow": MOST_SLOW, "bulk": 2490 - MOST_NORMAL - MOST_SLOW}
    late = [ready(at(app, SCHOOL)), ready(at(app, SCHOOL)), ready(at(app, ELSEWHERE.format(1)))]
    with later():
        assert lanes_of(centre, *[child.send() for child in late]) == ["bulk", "bulk", "normal"]


def test_a_child_who_was_taken_for_a_program_is_acknowledged_and_comes_before_what_is_less_urgent(
    centre: Centre, new_visitor: NewVisitor
) -> None:
    calm, grave, mistaken = (ready(new_visitor(), safe=safe) for safe in ("yes", "unsure", "unsure"))
    with later():
        sent = [calm.send(), grave.send()]
        mistaken.go_on(spare="?")
    assert [row.reference for row in triage.list_reports(centre)] == [sent[1], mistaken.reference, sent[0]]
    with later(hours=1):
        work_once(centre)
    shown = triage.show_report(centre, mistaken.reference, reason="duty", by=host("pat"))
    assert [entry.kind for entry in shown.timeline] == ["received", "acknowledged"]


def test_a_schools_children_stay_in_the_first_lane_while_programs_post_from_everywhere(
    app: Flask, centre: Centre
) -> None:
    children = [ready(at(app, SCHOOL), name=f"Sam {number}") for number in range(CHILDREN)]
    statuses = set()
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        for number, address in enumerate(islice(addresses_of_bots(), BOTS)):
            statuses |= post_as_a_program(posting(at(app, address)), number=number)
            if number % (BOTS // CHILDREN) == 0:
                statuses |= {children[number * CHILDREN // BOTS].go_on().status}
    assert statuses == {200, 303}
    assert lanes_of(centre, *[child.reference for child in children]) == ["normal"] * CHILDREN
    lanes = Counter(row.lane for row in triage.list_reports(centre))
    assert set(lanes) == {"normal", "review"}
    assert lanes["normal"] <= CHILDREN + MOST_QUICK_IN_ALL
