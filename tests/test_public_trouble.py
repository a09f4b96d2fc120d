"""Parts that break: the text stays, the page answers, and trying again finishes it."""

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.store.schema import TABLES
from tests.parts.child import Child
from tests.parts.places import Place, on_sqlite

pytestmark = on_sqlite


def cookie_of(client: FlaskClient, name: str = "ra") -> str | None:
    """What the browser holds."""
    cookie = client.get_cookie(name)
    return cookie.value if cookie else None


def draft_of(centre: Centre, client: FlaskClient) -> drafts.Draft | None:
    """The draft that the browser's cookie opens."""
    return drafts.find(centre, (cookie_of(client) or "")[:43])


def break_the_store(centre: Centre, home: Path) -> None:
    """Take the database away, as a full disk or a lost mount would."""
    centre.database.close()
    shutil.move(home / "receiver.sqlite3", home / "elsewhere.sqlite3")
    (home / "receiver.sqlite3").mkdir()


def mend_the_store(home: Path) -> None:
    """Give it back."""
    (home / "receiver.sqlite3").rmdir()
    shutil.move(home / "elsewhere.sqlite3", home / "receiver.sqlite3")


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/nowhere", "GET", 404), ("/x//evil", "GET", 404), ("/start", "PUT", 405)]
)
def test_errors_have_a_face_for_children(client: FlaskClient, path: str, method: str, status: int) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert "Sorry, that did not work" in answer.text
    assert re.search('If there is danger, call <a href="tel:999"[^>]*>999</a>.', answer.text)
    assert "<form" not in answer.text
    assert ("Allow" in answer.headers) == (status == 405)


def test_with_the_store_away_the_text_stays_and_try_again_finishes_it(
    centre: Centre, client: FlaskClient, place: Place
) -> None:
    child = Child(client).press()
    typed = [("kinds", "threat"), ("kinds", "meet"), ("story", "\n my <words>"), ("started", "week"), ("junk", "x")]
    break_the_store(centre, place.home)
    drawn = child.post("/report/what", typed)
    assert drawn.status == 503
    assert "What you wrote is still here, below." in drawn.words
    assert drawn.way_on.action == "/report/what"
    assert sorted(drawn.way_on.as_sent()) == sorted(typed[:-1])
    assert client.get("/r/acme").status_code == 200
    assert client.get("/leave").status_code == 303
    mend_the_store(place.home)
    assert client.get("/report/what").status_code == 303, "leaving made the browser forget"


def test_try_again_after_trouble_goes_on_where_it_stopped(centre: Centre, client: FlaskClient, place: Place) -> None:
    child = Child(client).press("acme")
    break_the_store(centre, place.home)
    answer = client.get("/report/safe")
    assert answer.status_code == 503
    assert 'href="/report/safe">Try again' in answer.text
    assert "Retry-After" not in answer.headers
    begun = client.post("/start", data={"token": "acme"})
    assert begun.status_code == 503
    assert 'name="token" value="acme"' in begun.text
    child.post("/report/what", [("kinds", "threat"), ("story", "my words")])
    mend_the_store(place.home)
    assert child.go_on().path == "/report/them"
    assert ("story", "my words") in child.open("/report/what").way_on.as_sent()


def test_a_send_that_fails_shows_what_was_written_and_a_second_try_sends_it_once(
    centre: Centre, client: FlaskClient
) -> None:
    child = Child(client).press().tell(story="every word of it")
    with centre.database.rebuilding() as conn:
        conn.exec_driver_sql("ALTER TABLE report RENAME TO away")
    drawn = child.post("/report/check", [])
    assert drawn.status == 503
    assert "What you wrote is still here, below." in drawn.words
    assert "every word of it" in drawn.words
    with centre.database.rebuilding() as conn:
        conn.exec_driver_sql("ALTER TABLE away RENAME TO report")
    child.page = drawn
    assert child.go_on().path == "/report/done"
    assert len(triage.list_reports(centre)) == 1


def test_text_typed_into_a_draft_whose_time_is_over_is_not_lost(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press()
    with centre.database.writing() as conn:
        conn.execute(TABLES["draft"].delete())
    drawn = child.post("/report/what", [("kinds", "threat"), ("story", "my words")])
    assert (drawn.status, drawn.path) == (200, "/report/what")
    assert "We had to start again. What you wrote on this page is still here." in drawn.words
    assert draft_of(centre, client).answers == {}, "nothing is kept before the child says so"
    assert child.go_on().path == "/report/them"
    assert draft_of(centre, client).answers["what"]["story"] == "my words"


def test_a_mistake_of_ours_has_a_face_too(app: Flask, client: FlaskClient) -> None:
    child = Child(client).press().tell()
    app.extensions["lanes"] = None  # a part that nobody put in
    drawn = child.post("/report/check", [])
    assert drawn.status == 500
    assert "Sorry, that did not work" in drawn.words
    assert drawn.way_on.action == "/report/check"
