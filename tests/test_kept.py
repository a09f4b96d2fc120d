"""Kept means kept: no word is lost, overwritten by less, or put into another report."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.intake import drafts
from tests.parts.acting import host
from tests.parts.child import Child
from tests.parts.comers import come_back, sent, words_on
from tests.parts.forms import Page
from tests.parts.hostile import post
from tests.parts.places import on_sqlite

CANARY = "canary: he knows my school"
NewVisitor = Callable[[], FlaskClient]

pytestmark = on_sqlite


def added(centre: Centre, reference: str) -> list[str]:
    shown = triage.show_report(centre, reference, reason="to test it", by=host("pat"))
    return [one.more for one in shown.additions]


def form_of(child: Child, page: str, **answers: str | list[str]) -> tuple[str, list[tuple[str, str]]]:
    """The form of a page as it is drawn now, filled in, to be posted whenever it pleases."""
    form = child.open(f"/report/{page}").way_on
    said = {name: [one] if isinstance(one, str) else one for name, one in answers.items()}
    return form.action, form.filled(said)


def test_the_same_page_with_other_words_is_a_further_addition(centre: Centre, client: FlaskClient) -> None:
    reference, words = sent(client)
    form = Child(client).open("/back").way_on
    for more in ("first", "second", "first", "second", "third"):
        page = post(client, "/back", form.filled({"reference": [reference], "words": [words], "more": [more]}))
        assert "We have added it" in page.words
    assert added(centre, reference) == ["first", "second", "third"]


def test_what_a_second_tab_writes_once_it_is_sent_is_carried_to_what_can_be_added(
    centre: Centre, client: FlaskClient
) -> None:
    first, second = Child(client).press().tell(their_names="foxy"), Child(client)
    path, fields = form_of(second, "them", their_names=CANARY, known="yes")
    reference = first.send()
    words = words_on(first.page) or ""
    page = second.post(path, fields)
    assert "Your report was sent before you wrote this These words were not in it." in page.words
    said = dict(page.way_on.as_sent())
    assert (said["reference"], said["words"]) == (reference, words)
    assert CANARY in said["more"]
    assert "Yes" in said["more"]
    assert "foxy" not in said["more"]
    assert "Add what you wrote after you sent it" in first.open("/report/done").words
    assert "We have added it" in second.go_on().words
    assert CANARY in added(centre, reference)[0]
    assert "Add what you wrote after you sent it" not in first.open("/report/done").words


def test_so_is_what_stood_in_a_page_that_was_left(client: FlaskClient) -> None:
    child = Child(client).press().tell(story="he wrote")
    path, fields = form_of(child, "what", story=f"he wrote {CANARY}")
    child.open("/report/check")
    child.send()
    assert client.post(f"{path}/left", data=dict(fields)).status_code == 204
    assert child.open("/report/done").words.count("Add what you wrote after you sent it") == 1
    assert CANARY in dict(child.open("/report/meanwhile").way_on.as_sent())["more"]


def test_pressing_continue_in_an_old_page_once_it_is_sent_adds_nothing(client: FlaskClient) -> None:
    child = Child(client).press().tell(story="he wrote")
    path, fields = form_of(child, "what")
    child.open("/report/check")
    child.send()
    assert child.post(path, fields).path == "/report/done"


def test_an_old_tab_never_writes_into_the_next_report(centre: Centre, client: FlaskClient) -> None:
    old = Child(client).press().tell(story="the first story")
    path, fields = form_of(old, "what", story=CANARY)
    old.open("/report/check")
    first = old.send()
    new = Child(client).press()
    page = old.post(path, fields)
    assert dict(page.way_on.as_sent())["reference"] == first
    assert CANARY in dict(page.way_on.as_sent())["more"]
    second = new.tell(story="the second story").send()
    shown = triage.show_report(centre, second, reason="to test it", by=host("pat"))
    assert shown.answers["story"] == "the second story"


def test_what_came_in_after_send_waits_on_the_way_back_where_another_report_is_begun(
    centre: Centre, client: FlaskClient
) -> None:
    child = Child(client).press().tell(story="he wrote")
    path, fields = form_of(child, "what", story=f"he wrote {CANARY}")
    child.open("/report/check")
    reference = child.send()
    client.post(f"{path}/left", data=dict(fields))
    child.press()
    assert CANARY in dict(child.open("/back").way_on.as_sent())["more"]
    assert "We have added it" in child.go_on().words
    assert CANARY in added(centre, reference)[0]
    client.post(f"{path}/left", data=dict(fields))
    client.get("/leave")
    assert CANARY not in child.open("/back").html


def test_two_pages_of_one_report_that_cannot_be_added_yet_wait_together(centre: Centre, client: FlaskClient) -> None:
    old = Child(client).press().tell(story="the first story")
    forms = [form_of(old, "what", story="one more word"), form_of(old, "them", their_names="foxy_99")]
    old.open("/report/check")
    first = old.send()
    words = words_on(old.page) or ""
    Child(client).press()
    for path, fields in forms:
        old.post(path, fields)
        assert "Write your 3 words." in old.go_on(words="").words
    form = Child(client).open("/back").way_on
    assert all(one in dict(form.as_sent())["more"] for one in ("one more word", "foxy_99"))
    assert "We have added it" in post(client, "/back", form.filled({"words": [words]})).words
    assert "foxy_99" in added(centre, first)[0]
    assert "foxy_99" not in Child(client).open("/back").html


def test_what_waits_stays_while_another_page_is_added_and_goes_into_no_other_report(
    centre: Centre, client: FlaskClient, new_visitor: NewVisitor
) -> None:
    first, words = sent(client)
    other, words_of_other = sent(new_visitor())
    form = Child(client).open("/back").way_on
    post(client, "/back", form.filled({"reference": [first], "words": ["able acid aged"], "more": [CANARY]}))
    another = [("nonce", "a" * 32), ("reference", first), ("words", words), ("more", "It goes on.")]
    page = post(client, "/back", another)
    assert ("We have added it" in page.words, "Add what you wrote" in page.words) == (True, True)
    assert CANARY in Child(client).open("/back").html
    of_other = [("nonce", "b" * 32), ("reference", other), ("words", words_of_other), ("more", "Of another.")]
    post(client, "/back", of_other)
    assert (added(centre, first), added(centre, other)) == (["It goes on."], ["Of another."])


def test_nor_does_it_send_the_next_report(centre: Centre, client: FlaskClient) -> None:
    old = Child(client).press().tell()
    check = old.page.way_on.as_sent()
    first = old.send()
    Child(client).press().tell()
    assert first in old.post("/report/check", check).words
    assert len(triage.list_reports(centre)) == 1


def test_words_of_a_tab_whose_draft_is_over_stand_beside_those_of_the_next(centre: Centre, client: FlaskClient) -> None:
    old = Child(client).press()
    path, fields = form_of(old, "what", kinds=["threat"], story=CANARY)
    with time_machine.travel(now() + drafts.LIFE + timedelta(seconds=1), tick=False):
        new = Child(client).press()
        new.post(*form_of(new, "what", kinds=["meet"], story="the second story"))
        page = old.post(path, fields)
        assert "We had to start again." in page.words
        assert all(story in page.html for story in (CANARY, "the second story"))
        assert CANARY not in new.open("/report/what").html, "nothing is kept before the child says so"


def test_two_tabs_that_write_on_one_page_lose_neither_text(client: FlaskClient) -> None:
    first, second = Child(client).press(), Child(client)
    forms = [form_of(tab, "what", kinds=[kind], story=story) for tab, kind, story in (
        (first, "threat", "in the first tab"), (second, "meet", "in the second tab"))]  # fmt: skip
    first.post(*forms[0])
    page = second.post(*forms[1])
    assert (page.path, "You wrote here in two places" in page.words) == ("/report/what", True)
    assert page.way_on.said() == [
        ("kinds", "threat"), ("kinds", "meet"), ("story", "in the first tab\n\nin the second tab"),
    ]  # fmt: skip
    assert second.go_on(story="what I want to send").path == "/report/them"
    assert "You wrote here" not in second.open("/report/what").words


@pytest.mark.parametrize(
    ("held", "posted", "left"),
    [("long story", "", "long story"), ("long story", "long", "long story"), ("long", "long story", "long story")],
)
def test_less_never_takes_the_place_of_more(client: FlaskClient, held: str, posted: str, left: str) -> None:
    first, second = Child(client).press(), Child(client)
    forms = [form_of(tab, "what", kinds=["threat"], story=story) for tab, story in ((first, held), (second, posted))]
    first.post(*forms[0])
    second.post(*forms[1])
    assert ("story", left) in first.open("/report/what").way_on.said()


def test_a_page_that_wrote_may_take_back_what_it_wrote(client: FlaskClient) -> None:
    child = Child(client).press()
    path, fields = form_of(child, "what", kinds=["threat"], story="too much")
    client.post(f"{path}/left", data={**dict(fields), "view": "abc123"})
    assert child.post(path, [*[(n, v) for n, v in fields if n != "story"], ("view", "abc123")]).path == "/report/them"
    assert ("story", "") in child.open("/report/what").way_on.said()


def test_send_sends_what_was_looked_at(centre: Centre, client: FlaskClient) -> None:
    first, second = Child(client).press().tell(), Child(client)
    second.post(*form_of(second, "them", their_names=CANARY))
    page = first.go_on()
    assert (page.path, "Some of this is new." in page.words) == ("/report/check", True)
    assert CANARY in page.words
    assert triage.list_reports(centre) == []
    reference = first.send()
    shown = triage.show_report(centre, reference, reason="to test it", by=host("pat"))
    assert shown.answers["their_names"] == CANARY


# Too long


def test_too_long_names_the_limit_and_how_much_is_over(client: FlaskClient, new_visitor: NewVisitor) -> None:
    child = Child(client).press()
    said = "There is room for {} letters here. Please take out {}."
    assert said.format("5,000", 312) in child.post("/report/what", [("story", "x" * 5312)]).words
    assert said.format(500, 1) in child.post("/report/you", [("town", "x" * 501)]).words
    assert said.format("5,000", "120,000") in child.post("/report/what", [("story", "x" * 125_000)]).words
    assert said.format("5,000", 1) in come_back(new_visitor(), "4HK-2MP-9TC", "a b c", more="x" * 5001).words
    page: Page = child.post("/report/what", [("story", "x" * 9_000), ("other", "y" * 5_000_000)])
    assert (page.status, said.format("5,000", "4,000") in page.words) == (413, True)
