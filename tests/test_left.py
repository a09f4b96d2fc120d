"""Left means left: a form of what Leave fast ended shows nothing again and begins nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.forms.pages import PAGES
from report_abuse_receiver.intake import drafts, leaving
from report_abuse_receiver.operations.housekeeping import clean_up
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import host
from tests.parts.child import Child
from tests.parts.comers import UNFIT, sent
from tests.parts.faults import Fault
from tests.parts.places import on_sqlite

CANARY = "canary: he knows my school"
NewVisitor = Callable[[], FlaskClient]

pytestmark = on_sqlite


def drafts_in(centre: Centre) -> int:
    """How many drafts are held; of what was left there is a row without anything in it."""
    held = select(func.count()).where(TABLES["draft"].c.sealed != b"")
    with centre.database.reading() as conn:
        return conn.scalar(held) or 0


def added(centre: Centre, reference: str) -> list[str]:
    shown = triage.show_report(centre, reference, reason="to test it", by=host("pat"))
    return [one.more for one in shown.additions]


def form_of(child: Child, page: str, **answers: str | list[str]) -> tuple[str, list[tuple[str, str]]]:
    """The form of a page as it is drawn now, filled in, to be posted whenever it pleases."""
    form = child.open(f"/report/{page}").way_on
    said = {name: [one] if isinstance(one, str) else one for name, one in answers.items()}
    return form.action, form.filled(said)


# By 303 wherever it could be kept


@pytest.mark.parametrize("page", PAGES)
def test_errors_and_languages_are_answered_by_303_where_a_cookie_is_kept(client: FlaskClient, page: str) -> None:
    child = Child(client).press()
    path, fields = form_of(child, page)
    for more in [], [("language", "en")]:
        answer = client.post(path, data=dict([*fields, *more]))
        assert (answer.status_code, answer.location.startswith("/report/") or answer.location == "/danger") == (
            303,
            True,
        )
    drawn = child.post(path, [])
    if drawn.path == path:
        assert 'role="alert"' in drawn.html
        assert drawn.html.count('class="error"') == child.open(path).html.count('class="error"')


def test_so_are_send_with_gaps_and_a_way_back_that_does_not_fit(client: FlaskClient) -> None:
    child = Child(client).press()
    assert client.post("/report/check").location == "/report/check"
    assert "Choose one answer." in child.open("/report/check").words
    child.open("/back")
    fields = {"reference": "4HK-2MP-9TC", "words": "able acid aged", "more": CANARY, "nonce": "ab" * 16}
    assert client.post("/back", data=fields).location == "/back"
    assert UNFIT in child.open("/back").words
    assert CANARY in child.page.html


def test_without_a_cookie_it_is_a_page(app: Flask) -> None:
    child = Child(app.test_client(use_cookies=False)).press()
    child.go_on(safe="yes")
    child.go_on(who="me")
    before = len(child.statuses)
    child.go_on(story=CANARY)
    assert (child.statuses[before:], child.page.path) == ([200], "/report/what")
    assert "Tick at least one box." in child.page.words


# Left means left


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])
@pytest.mark.parametrize("page", ["what", "them", "you", "contact"])
def test_a_form_that_was_left_shows_nothing_and_begins_nothing(
    centre: Centre, app: Flask, page: str, *, cookies: bool
) -> None:
    client = app.test_client(use_cookies=cookies)
    child = Child(client).press()
    child.go_on(safe="yes")
    while child.page.way_on.action != f"/report/{page}":
        child.go_on(who="me", kinds=["threat"], name="Sam", age="13")
    form = child.page.way_on
    fields = [*form.as_sent(), *[(name, CANARY) for name in ("story", "their_names", "town", "phone", "email")]]
    child.post(form.action, fields)
    if cookies:
        client.get("/leave")
    else:
        child.push("Leave fast")
    assert drafts_in(centre) == 0
    for path in (form.action, f"{form.action}/left", "/report/check", "/report/go"):
        assert CANARY not in child.post(path, fields).html
        assert drafts_in(centre) == 0
    too_long = child.post(form.action, [*fields, ("other", "x" * 5_000_000)])
    assert (too_long.status, CANARY in too_long.html) == (413, False)
    with time_machine.travel(now() + timedelta(hours=23), tick=False):
        clean_up(centre, {})
        assert CANARY not in child.post(form.action, fields).html


def test_nor_while_the_database_is_away(centre: Centre, client: FlaskClient, new_visitor: NewVisitor) -> None:
    child = Child(client).press()
    path, fields = form_of(child, "what", kinds=["threat"], story=CANARY)
    with Fault(OperationalError("", {}, Exception("away")), after=0).on(centre):
        assert CANARY in child.post(path, fields).html
    client.get("/leave")
    with Fault(OperationalError("", {}, Exception("away")), after=0).on(centre):
        page = child.post(path, fields)
    assert CANARY not in page.html
    with Fault(OperationalError("", {}, Exception("away")), after=0).on(centre):
        assert CANARY in Child(new_visitor()).post(path, [("story", CANARY)]).html


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])
def test_nor_does_the_way_back(centre: Centre, app: Flask, *, cookies: bool) -> None:
    reference, words = sent(app.test_client())
    client = app.test_client(use_cookies=cookies)
    child = Child(client)
    for said in ("not these words", words):
        form = child.open("/back").way_on
        fields = form.filled({"reference": [reference], "words": [said], "more": [CANARY]})
        child.post("/back", fields)
        if cookies:
            client.get("/leave")
        else:
            child.push("Leave fast" if said != words else "Close and hide this page")
        before = len(added(centre, reference))
        assert CANARY not in child.post("/back", fields).html
        assert "We have added it" not in child.page.words
        assert len(added(centre, reference)) == before
        assert child.open("/back/report").path == "/back"


def test_words_of_a_draft_whose_time_was_over_are_left_with_the_one_that_took_them(client: FlaskClient) -> None:
    child = Child(client).press()
    path, fields = form_of(child, "what", kinds=["threat"], story=CANARY)
    with time_machine.travel(now() + drafts.LIFE + timedelta(seconds=1), tick=False):
        assert CANARY in child.post(path, fields).html
        client.get("/leave")
        assert CANARY not in child.post(path, fields).html


def test_a_tombstone_lasts_a_day_whatever_the_clock_does(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press()
    path, fields = form_of(child, "what", kinds=["threat"], story=CANARY)
    client.get("/leave")
    with time_machine.travel(now() - timedelta(days=400), tick=False):
        clean_up(centre, {})
        assert CANARY not in child.post(path, fields).html
    with time_machine.travel(now() + leaving.TOMBSTONE_LIFE + timedelta(seconds=1), tick=False):
        clean_up(centre, {})
        with centre.database.reading() as conn:
            assert conn.scalar(select(func.count()).select_from(TABLES["draft"])) == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_on_another_site_wipes_nothing(centre: Centre, client: FlaskClient, method: str) -> None:
    Child(client).press()
    answer = getattr(client, method)("/leave", headers={"Sec-Fetch-Site": "cross-site"})
    assert centre.scheme.exit_url in (answer.headers.get("Location"), answer.headers.get("Refresh", "")[7:])
    assert "Clear-Site-Data" not in answer.headers
    assert drafts_in(centre) == 1
    assert client.get_cookie("ra")
    for site in ("same-origin", "none", None):
        Child(client).press()
        client.get("/leave", headers={"Sec-Fetch-Site": site} if site else {})
        assert (drafts_in(centre), client.get_cookie("ra")) == (0, None)


@pytest.mark.parametrize("path", ["/help/", "/back/", "/R/", "/R/acme", "/danger/", "/leave/"])
def test_pages_are_there_with_a_stroke_behind_them(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == (303 if path == "/leave/" else 200)
