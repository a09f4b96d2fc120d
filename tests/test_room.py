"""A disk that fills up: nobody new begins, whoever has begun sends, and the doctor says so before (S5)."""

import shutil
from collections import namedtuple
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.store.health import RESERVE
from report_abuse_receiver.store.schema import TABLES
from tests.parts.child import Child
from tests.parts.command import Command
from tests.parts.places import on_postgres, on_sqlite

Disk = namedtuple("Disk", "total used free")
Fill = Callable[..., None]
GIB = 1024**3


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Fill:
    """Say how much of the disk is left, as the operating system would."""

    def say(*, free: int, total: int = 100 * GIB) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(total, total - free, free))

    return say


@on_sqlite
def test_on_a_disk_that_is_nearly_full_nobody_new_begins_and_is_told_whom_to_call(
    client: FlaskClient, disk: Fill
) -> None:
    disk(free=RESERVE - 1)
    child = Child(client)
    assert child.open("/r/acme").status == 200
    page = child.go_on()
    assert (page.status, page.path) == (503, "/start")
    assert "call Childline on 0800 1111" in page.words
    assert "call 999" in page.words
    assert ("token", "acme") in page.way_on.as_sent()
    disk(free=RESERVE)
    assert child.go_on().path == "/report/safe"


@on_sqlite
def test_whoever_has_begun_goes_on_and_sends_with_what_is_left(centre: Centre, client: FlaskClient, disk: Fill) -> None:
    child = Child(client).press()
    disk(free=RESERVE - 1)
    assert child.tell().send() == triage.list_reports(centre)[0].reference
    assert set(child.statuses) == {200}


@on_sqlite
def test_what_was_typed_into_a_draft_whose_time_is_over_is_given_back(
    centre: Centre, client: FlaskClient, disk: Fill
) -> None:
    child = Child(client).press()
    with centre.database.writing() as conn:
        conn.execute(TABLES["draft"].delete())
    disk(free=0)
    page = child.post("/report/what", [("kinds", "threat"), ("story", "my words")])
    assert (page.status, ("story", "my words") in page.way_on.as_sent()) == (503, True)
    disk(free=GIB)
    assert child.go_on().status == 200
    assert child.go_on().path == "/report/them"


@on_sqlite
def test_a_small_disk_keeps_a_twentieth_of_itself(client: FlaskClient, disk: Fill) -> None:
    disk(total=8_000_000, free=400_000)
    assert Child(client).press().page.path == "/report/safe"
    disk(total=8_000_000, free=399_999)
    client.delete_cookie("ra")
    assert client.post("/start").status_code == 503


@on_sqlite
def test_the_doctor_speaks_up_before_and_calls_it_broken_then(
    command: Command, client: FlaskClient, disk: Fill
) -> None:
    told = []
    for free in (8 * RESERVE, 8 * RESERVE - 1, RESERVE - 1):
        disk(free=free)
        [found] = [one for one in command("doctor", "--json").json if one["check"] == "room"]
        told += [(found["ok"], found["says"])]
        assert client.get("/readyz").status_code == (200 if found["ok"] else 503)
    assert told == [
        (True, "512 MiB free"),
        (True, "511 MiB free; below 64 nobody new can begin a report: make room"),
        (False, "63 MiB free, less than the 64 kept for children who have begun: nobody new can; make room"),
    ]


@on_postgres
def test_the_disk_of_a_postgresql_is_not_ours_to_see(client: FlaskClient, command: Command, disk: Fill) -> None:
    disk(free=0)
    assert Child(client).press().page.path == "/report/safe"
    assert [one for one in command("doctor", "--json").json if one["check"] == "room"] == []


@on_sqlite
def test_a_disk_that_does_not_say_how_full_it_is_keeps_nobody_out(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise OSError

    monkeypatch.setattr(shutil, "disk_usage", refuse)
    assert Child(client).press().page.path == "/report/safe"
