"""The queue at the desk: what waits, the most urgent first, in codes alone, however long it is."""

from datetime import timedelta

import html5lib
import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert, select

from report_abuse_receiver.casework import retention, triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.intake import additions
from report_abuse_receiver.intake.additions import Addition
from report_abuse_receiver.partners.directory import add_provider
from report_abuse_receiver.rules.intake.references import new_reference
from report_abuse_receiver.store.casework.reports import report
from tests.parts.acting import acting
from tests.parts.clerk import Clerk, at_desk
from tests.parts.comers import given
from tests.parts.letters import receive
from tests.parts.people import joined
from tests.parts.places import on_sqlite

pytestmark = on_sqlite

MANY = 5_000
#: Bytes of a page of the queue, with all that the page has in it.
MOST = 60_000


@pytest.fixture
def desk(app: Flask, centre: Centre) -> Clerk:
    """An analyst, signed in."""
    return at_desk(app, joined(centre, "ann"))


def cells(html: str) -> list[list[str]]:
    """The rows of the table, as they are read."""
    root = html5lib.parse(html, namespaceHTMLElements=False)
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in root.iterfind(".//tbody/tr")]


def test_the_queue_tells_what_is_needed_to_choose_and_no_word_of_a_report(desk: Clerk, centre: Centre) -> None:
    add_provider(centre, "pebble", name="Pebble Chat", origins=(), contact="-")
    answers = {"safe": "no", "kinds": ["threat", "my_image"], "story": "He knows my school.", "where": "Pebble Chat"}
    with time_machine.travel(now() - timedelta(hours=3)):
        urgent = receive(centre, **answers)
    later = receive(centre, kinds=["pretend"], name="Zoë", language="cy")
    additions.add(centre, Addition(reference=later, words=given(centre, later), more="more"))
    retention.hold(centre, urgent, reason="a court asked", by=acting(centre, "ann"))
    page = desk.open("/desk/queue")
    first = ["now", "in danger now", "3 h", urgent, "11 to 13", "threats, picture of a child known", "pebble", "en"]
    second = ["soon", "a child", "0 min", later, "11 to 13", "false age or name", "", "cy"]
    assert cells(page.html) == [[*first, "", "held"], [*second, "", "+1 added"]]
    for word in ("school", "Zoë", "more", "court"):
        assert word not in page.words


def test_the_next_one_is_the_most_urgent_that_nobody_has(desk: Clerk, centre: Centre) -> None:
    calm, urgent = receive(centre, kinds=["other"]), receive(centre, safe="no")
    joined(centre, "pat")
    triage.claim(centre, urgent, by=acting(centre, "pat"))
    assert desk.post("/desk/queue/next").path == f"/desk/reports/{calm}"
    assert "claimed by ann" in desk.page.words
    empty = desk.post("/desk/queue/next")
    assert (empty.status, "Nothing waits that nobody has." in empty.words) == (200, True)


def test_each_state_has_its_own_page_and_its_count(desk: Clerk, centre: Centre) -> None:
    references = [receive(centre) for _ in range(3)]
    triage.claim(centre, references[0], by=acting(centre, "ann"))
    page = desk.open("/desk/queue?state=claimed")
    assert [row[3] for row in cells(page.html)] == references[:1]
    assert [row[8] for row in cells(page.html)] == ["ann"]
    assert "new 2 claimed 1 decided 0" in page.words


@pytest.mark.parametrize("asked", ["?page=0", "?page=-9", "?page=99", "?page=x", "?state=no&page=1e9", "?state=new%00"])
def test_whatever_is_asked_for_there_is_a_page(desk: Clerk, centre: Centre, asked: str) -> None:
    reference = receive(centre)
    assert [row[3] for row in cells(desk.open(f"/desk/queue{asked}").html)] == [reference]


def test_a_queue_of_five_thousand_is_read_by_the_page(desk: Clerk, centre: Centre) -> None:
    receive(centre, kinds=["threat", "asked_images", "pretend", "my_image"], who="friend", child_age=12)
    with centre.database.writing() as conn:
        row = {name: value for name, value in conn.execute(select(report)).one()._mapping.items() if name != "id"}
        others = [{**row, "reference": new_reference(), "nonce": str(number)} for number in range(1, MANY)]
        conn.execute(insert(report), others)
    first, last = desk.open("/desk/queue"), desk.open("/desk/queue?page=100")
    assert f"new {MANY}" in first.words
    assert "Page 1 of 100" in first.words
    assert [len(cells(page.html)) for page in (first, last)] == [50, 50]
    assert {row[3] for row in cells(first.html)}.isdisjoint(row[3] for row in cells(last.html))
    assert max(len(page.html.encode()) for page in (first, last)) <= MOST
