"""A browser that refuses cookies: the pages carry the draft's key in their forms, and nobody is turned away."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.intake import drafts
from report_abuse_receiver.partners import directory
from report_abuse_receiver.store.schema import TABLES
from tests.parts.acting import host
from tests.parts.child import LEAST, Child
from tests.parts.forms import Page
from tests.parts.places import on_sqlite

pytestmark = on_sqlite

CANARY = "canary: he knows my school"
#: What leads over every page there is.
EVERYWHERE = {"safe": "no", "who": "friend", "kinds": ["bullying"], "phone": "0123"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that keeps no cookie."""
    return app.test_client(use_cookies=False)


def key_on(page: Page) -> str:
    """The key that this page carries."""
    [key] = {one.value for form in page.forms for one in form.controls if one.name == "draft"}
    return key


def drafts_in(centre: Centre) -> int:
    """How many drafts are held; of what was left there is a row without anything in it."""
    held = select(func.count()).where(TABLES["draft"].c.sealed != b"")
    with centre.database.reading() as conn:
        return conn.scalar(held) or 0


def told(page: Page) -> bool:
    """Whether the page says that its own buttons are the way back."""
    return "Please use the buttons on this page. Do not go back with your phone or your browser." in page.words


def test_a_report_is_sent_whole_and_keeps_its_button(centre: Centre, client: FlaskClient) -> None:
    directory.add_provider(centre, "acme", name="Acme", origins=(), contact="-")
    reference = Child(client).press("acme").tell(story="every word").send()
    [listed] = triage.list_reports(centre)
    assert (listed.reference, listed.provider) == (reference, "acme")
    shown = triage.show_report(centre, reference, reason="to test it", by=host("pat"))
    assert shown.answers["story"] == "every word"


def test_every_page_of_the_way_carries_the_key_and_says_not_to_go_back(client: FlaskClient) -> None:
    child, seen, keys = Child(client).press(), [], set()
    while "Your number is" not in child.page.words:
        assert told(child.page)
        assert not re.search(r'href="/(report|danger|leave)', child.page.html), "a link would lose the key"
        seen.append(child.page.way_on.action)
        keys.add(key_on(child.page))
        child.go_on(**{**LEAST, **EVERYWHERE})
    assert seen == [
        "/report/safe", "/danger", "/report/who", "/report/what", "/report/not-ours", "/report/them", "/report/you",
        "/report/child", "/report/contact", "/report/check",
    ]  # fmt: skip
    assert {key_on(child.page)} == keys
    assert "Thank you for telling us." in child.push("School").words


def test_who_keeps_cookies_is_told_nothing_of_it_and_no_page_carries_a_key(app: Flask) -> None:
    child = Child(app.test_client()).press()
    while "Your number is" not in child.page.words:
        assert not told(child.page)
        assert 'name="draft"' not in child.page.html
        child.go_on(**{**LEAST, **EVERYWHERE})


def test_every_way_between_the_pages_keeps_what_was_typed(client: FlaskClient) -> None:
    child = Child(client).press().tell(story="my words")
    assert "my words" in child.push("Change What happened?").way_on.as_sent()[-1]
    assert "Check what you wrote" in child.push("Go back", story="other words").words
    assert "other words" in child.page.words
    child.push("Change About you")
    assert ("name", "Kim") in child.push("Continue", name="Kim", age="").way_on.as_sent()
    child.push("Go back")
    child.go_on()
    assert "Write your age as a number, like 12." in [one.words for one in child.page.buttons]
    assert ("name", "Kim") in child.push("Write your age as a number, like 12.").way_on.as_sent()


def test_go_back_from_pages_that_ask_nothing(client: FlaskClient) -> None:
    child = Child(client).press()
    child.go_on(safe="no")
    assert child.push("Go back").way_on.as_sent()[-1] == ("safe", "no")


def test_send_pressed_again_shows_the_same_number(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press().tell()
    last = child.page
    reference = child.send()
    child.page = last
    assert child.send() == reference
    assert len(triage.list_reports(centre)) == 1


@pytest.mark.parametrize("page", ["safe", "what", "check", "done"])
def test_leave_fast_wipes_the_draft_and_goes_to_the_page_that_says_nothing(
    centre: Centre, client: FlaskClient, page: str
) -> None:
    child = Child(client).press()
    if page in ("check", "done"):
        child.tell()
    if page == "what":
        child.go_on(safe="yes")
        child.go_on(who="me")
    if page == "done":
        child.go_on()
    assert drafts_in(centre) == 1
    left = child.push("Leave fast")
    assert drafts_in(centre) == 0
    assert (left.status, left.path) == (200, "/leave")
    assert f'href="{centre.scheme.exit_url}"' in left.html
    assert left.words == "Go on"


def test_leave_fast_sends_the_browser_on_by_itself(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press()
    answer = client.post("/leave", data={"draft": key_on(child.page)})
    assert answer.headers["Refresh"] == f"0; url={centre.scheme.exit_url}"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "ra=; Expires=Thu, 01 Jan 1970" in answer.headers["Set-Cookie"]


def test_what_stands_in_a_page_that_is_left_is_kept(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press()
    key = key_on(child.page)
    answer = client.post("/report/you/left", data={"draft": key, "name": "Sam", "age": "a teen"})
    assert (answer.status_code, answer.text) == (204, "")
    assert child.post("/report/go", [("draft", key), ("go", "you")]).way_on.said()[:2] == [
        ("name", "Sam"), ("age", "a teen"),
    ]  # fmt: skip


def test_text_typed_into_a_draft_whose_time_is_over_is_not_lost(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press()
    child.go_on(safe="yes")
    child.go_on(who="me")
    with time_machine.travel(now() + drafts.LIFE + timedelta(seconds=1), tick=True):
        assert "We had to start again." in child.go_on(kinds=["threat"], story=CANARY).words
        assert child.go_on().way_on.action == "/report/them"
        assert CANARY in child.push("Go back").html


def test_a_key_that_is_not_ours_opens_nothing(client: FlaskClient) -> None:
    child = Child(client).press()
    key = key_on(child.page)
    secret, _, seal = key.partition(".")
    for wrong in (secret, f"{drafts.new_secret()}.{seal}", key[:-1], f"{key}x", "\0", "." * 5000, "é.é"):
        assert client.post("/report/safe", data={"draft": wrong}).location == "/"


def test_another_site_cannot_lend_a_child_a_draft_of_its_own_to_read_along(centre: Centre, app: Flask) -> None:
    theirs = key_on(Child(app.test_client(use_cookies=False)).press().page)
    form = {"draft": theirs, "kinds": "threat", "story": "bait"}
    victim = app.test_client()
    for site in ("cross-site", "same-site"):
        answer = victim.post("/report/what", data=form, headers={"Sec-Fetch-Site": site})
        assert theirs not in answer.text
        victim.delete_cookie("ra")
    # A browser too old to say where a form comes from: the page it gets gives it a cookie, and then the key is nothing.
    child = Child(victim)
    child.post("/report/what", list(form.items()))
    child.go_on(their_names=CANARY)
    assert CANARY in child.page.html
    secret = theirs.partition(".")[0]
    held = drafts.find(centre, secret)
    assert held is not None
    assert CANARY not in str(held.answers)
