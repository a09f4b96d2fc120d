"""Coming back: number and words let somebody add; nothing is shown, nothing replaced, guessing is slow."""

import json
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.records import OpenedReport
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.forms.word_list import HOW_MANY, word_list
from report_abuse_receiver.intake import additions, drafts
from report_abuse_receiver.intake.additions import Addition
from report_abuse_receiver.rules.intake.coming_back import read_words, standing
from report_abuse_receiver.rules.intake.references import new_reference
from report_abuse_receiver.store.casework.additions import addition, return_words
from report_abuse_receiver.worker import work_once
from tests.parts.acting import host
from tests.parts.child import Child
from tests.parts.comers import UNFIT, come_back, sent, words_on
from tests.parts.faults import Fault
from tests.parts.places import on_sqlite

NewVisitor = Callable[[], FlaskClient]


def opened(centre: Centre, reference: str) -> OpenedReport:
    return triage.show_report(centre, reference, reason="to test it", by=host("pat"))


def test_what_is_added_stands_beside_what_was_sent_with_its_time(
    centre: Centre, client: FlaskClient, new_visitor: NewVisitor
) -> None:
    reference, words = sent(client, story="The first story.", phone="0123")
    before = opened(centre, reference)
    for more, reach in (("He wrote again.", ""), ("", "My gran's phone, 0456"), ("And again.", "after 4")):
        page = come_back(new_visitor(), reference, words, more=more, reach=reach)
        assert (page.status, "We have added it to your report" in page.words) == (200, True)
    after = opened(centre, reference)
    assert after.answers == before.answers
    assert [(one.number, one.more, one.reach) for one in after.additions] == [
        (1, "He wrote again.", ""), (2, "", "My gran's phone, 0456"), (3, "And again.", "after 4"),
    ]  # fmt: skip
    assert all(one.at.tzinfo is UTC for one in after.additions)
    assert [entry.kind for entry in after.timeline].count("added") == 3
    [row] = triage.list_reports(centre)
    assert (row.added, row.added_at) == (3, after.additions[-1].at)


def test_the_words_are_shown_again_as_long_as_the_draft_lives_and_are_kept_nowhere(
    centre: Centre, client: FlaskClient
) -> None:
    child = Child(client).press().tell()
    reference = child.send()
    words = words_on(child.page)
    assert words is not None
    assert set(words.split()) <= set(word_list())
    client.head("/report/done")
    for path, fields in ("/report/check", []), ("/report/done", [("heard", "school")]), ("/report/done", []):
        page = child.post(path, fields)
        assert (words_on(page), reference in page.words) == (words, True)
    with centre.database.reading() as conn:
        [row] = conn.execute(select(return_words))
    assert (len(row.salt), len(row.hash)) == (16, 32)
    with time_machine.travel(now() + drafts.LIFE + timedelta(seconds=1), tick=False):
        assert words_on(child.open("/report/done")) is None
    assert "We have added it" in come_back(client, reference, words, more="later").words


def test_leave_fast_ends_the_words(client: FlaskClient) -> None:
    child = Child(client).press().tell()
    child.send()
    secret = client.get_cookie("ra").value
    client.get("/leave")
    client.set_cookie("ra", secret)
    assert words_on(child.open("/report/done")) is None


def test_how_a_report_stands_is_one_of_four_sentences_and_nothing_else(
    centre: Centre, client: FlaskClient, new_visitor: NewVisitor
) -> None:
    reference, words = sent(client, story="zqcanary", name="Zoltan", town="Zagreb")
    page = come_back(new_visitor(), reference, words)
    assert "We have it. A person will read it soon." in page.words
    triage.claim(centre, reference, by=host("pat"))
    assert "A person is reading it now." in come_back(new_visitor(), reference, words).words
    assert not any(said in page.html for said in ("zqcanary", "Zoltan", "Zagreb", "pretend", reference, words))
    assert standing({"received", "acknowledged"}) == "have"
    assert standing({"received", "acknowledged", "acknowledgement-mailed"}) == "written"
    assert standing({"received", "acknowledgement-mailed", "claimed"}) == "reading"
    assert standing({"received", "acknowledgement-mailed", "claimed", "decided"}) == "working"


def test_a_wrong_number_and_wrong_words_get_the_same_answer_and_the_text_back(
    centre: Centre, client: FlaskClient, new_visitor: NewVisitor
) -> None:
    reference, words = sent(client)
    other, other_words = sent(new_visitor())
    typed = {"more": "My long\n\nstory <b>", "reach": "0456"}
    pages = [
        come_back(new_visitor(), number, said, **typed)
        for number, said in (
            (reference, "apple river lamp"), (new_reference(), words), (reference, other_words), (other, words),
            ("nonsense", words), (reference, words + " lamp"), (reference, " ".join(words.split()[::-1])),
            (reference, "'; DROP TABLE report; --"), ("4\0", "\0x"), (reference, "x" * 500),
        )
    ]  # fmt: skip
    for page in pages:
        assert (page.status, page.path) == (200, "/back")
        assert UNFIT in page.words
        assert ("more", typed["more"]) in page.way_on.as_sent()
        assert ("reach", "0456") in page.way_on.as_sent()
    blank = [re.sub(r'value="[^"]*"', "", page.html) for page in pages]
    assert len(set(blank[:4])) == 1
    assert opened(centre, reference).additions == opened(centre, other).additions == []


@pytest.mark.parametrize("said", ["{}", " {} ", "{}.", "UPPER", "comma", "hyphen", "lines"])
def test_words_may_be_written_as_people_write_them(client: FlaskClient, new_visitor: NewVisitor, said: str) -> None:
    reference, words = sent(client)
    ways = {
        "UPPER": words.upper(), "comma": words.replace(" ", ", "), "hyphen": words.replace(" ", "-"),
        "lines": words.replace(" ", "\r\n"),
    }  # fmt: skip
    page = come_back(new_visitor(), reference.lower().replace("-", " "), ways.get(said, said.format(words)), more="x")
    assert "We have added it" in page.words


def test_pressing_twice_adds_once_and_a_new_page_adds_again(centre: Centre, client: FlaskClient) -> None:
    reference, words = sent(client)
    child = Child(client)
    form = child.open("/back").way_on.filled({"reference": [reference], "words": [words], "more": ["once"]})
    assert [child.post("/back", form).status for _ in range(3)] == [200] * 3
    assert len(opened(centre, reference).additions) == 1
    come_back(client, reference, words, more="once")
    assert len(opened(centre, reference).additions) == 2


def test_several_who_add_at_once_all_get_in(centre: Centre, client: FlaskClient) -> None:
    reference, words = sent(client)
    one = [Addition(reference=reference, words=words, more=f"{number}") for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda one: additions.add(centre, one), one)) == {"have"}
    added = opened(centre, reference).additions
    assert [entry.number for entry in added] == list(range(1, 9))
    assert {entry.more for entry in added} == {f"{number}" for number in range(8)}


@pytest.mark.parametrize("steps", [*range(0, 18, 2)])
def test_trouble_at_any_step_keeps_the_text_and_trying_again_adds_once(
    centre: Centre, client: FlaskClient, steps: int
) -> None:
    reference, words = sent(client)
    child = Child(client)
    child.open("/back")
    with Fault(OperationalError("", {}, Exception()), after=steps).on(centre):
        page = child.go_on(reference=reference, words=words, more="Do not lose this")
    if page.status == 503:
        assert ("more", "Do not lose this") in page.way_on.as_sent()
        page = child.go_on()
    assert "We have added it" in page.words
    assert [one.more for one in opened(centre, reference).additions] == ["Do not lose this"]


@on_sqlite
def test_trouble_on_the_last_page_costs_the_words_and_not_the_page(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press().tell()
    steps, pages = 0, []
    child.send()
    with centre.database.writing() as conn:
        conn.execute(return_words.delete())
    for steps in range(14):
        with Fault(OperationalError("", {}, Exception()), after=steps).on(centre):
            pages.append(child.open("/report/done"))
    assert any(page.status == 200 and words_on(page) is None for page in pages)
    assert len({words_on(page) for page in pages if words_on(page)}) == 1


@on_sqlite
def test_a_page_with_gaps_says_which_and_keeps_the_rest(client: FlaskClient) -> None:
    page = Child(client).post("/back", [("more", "My story"), ("words", " ")])
    assert '<a href="#reference">Write your number.</a>' in page.html
    assert '<a href="#words">Write your 3 words.</a>' in page.html
    assert ("more", "My story") in page.way_on.as_sent()
    long = Child(client).post("/back", [("reference", "x"), ("words", "y"), ("more", "z" * 5001)])
    assert "This is too long. Please make it a bit shorter." in long.words
    assert ("more", "z" * 5001) in long.way_on.as_sent()


@pytest.mark.parametrize(
    ("safe", "urgency", "why"),
    [
        ("no", "now", "not_safe"),
        ("unsure", "today", "perhaps_not_safe"),
        ("yes", "soon", "child"),
        ("", "soon", "child"),
    ],
)
def test_who_adds_that_they_are_not_safe_is_read_sooner_and_told_whom_to_call(
    centre: Centre, client: FlaskClient, new_visitor: NewVisitor, safe: str, urgency: str, why: str
) -> None:
    reference, words = sent(client)
    sent(new_visitor(), kinds="threat")
    page = come_back(new_visitor(), reference, words, **({"safe": safe} if safe else {}))
    in_danger = safe in ("no", "unsure")
    assert ('href="tel:999"' in page.html.split("<h1")[1], "We have added it" in page.words) == (in_danger, in_danger)
    work_once(centre)
    rows = {row.reference: row for row in triage.list_reports(centre)}
    assert (rows[reference].urgency, rows[reference].why) == (urgency, why)
    assert (next(iter(rows)) == reference) == in_danger
    after = opened(centre, reference)
    assert [one.safe for one in after.additions] == ([safe] if in_danger else [])
    raised = [entry.details for entry in after.timeline if entry.kind == "urgency-raised"]
    assert raised == ([{"to": urgency, "why": why}] if in_danger else [])


def test_nothing_that_is_added_makes_a_report_less_urgent(centre: Centre, client: FlaskClient) -> None:
    reference, words = sent(client, safe="no")
    for safe in ("yes", "unsure", "no"):
        come_back(client, reference, words, safe=safe, more=f"It is {safe}.")
    work_once(centre)
    after = opened(centre, reference)
    assert (after.urgency, after.why) == ("now", "not_safe")
    assert [one.safe for one in after.additions] == ["yes", "unsure", "no"]
    assert "urgency-raised" not in [entry.kind for entry in after.timeline]


@on_sqlite
def test_what_is_answered_to_number_and_words_is_kept_by_no_cache(client: FlaskClient) -> None:
    reference, words = sent(client)
    answer = client.post("/back", data={"reference": reference, "words": words})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@on_sqlite
def test_the_way_back_is_on_the_first_page_and_the_last(client: FlaskClient) -> None:
    child = Child(client)
    assert 'href="/back"' in child.open("/").html
    child.press().tell().send()
    assert 'href="/back"' in child.page.html


def test_an_addition_opens_at_its_own_place_alone(centre: Centre, client: FlaskClient, new_visitor: NewVisitor) -> None:
    reference, words = sent(client, story="The report itself")
    for more in ("one", "two"):
        come_back(new_visitor(), reference, words, more=more)
    rows = addition
    with centre.database.writing() as conn:
        bodies = {row.number: row.body for row in conn.execute(select(rows))}
        conn.execute(update(rows).where(rows.c.number == 1).values(body=bodies[2]))
    shown = opened(centre, reference)
    assert shown.answers["story"] == "The report itself"
    assert "does not open" in shown.additions[0].broken
    assert shown.additions[1].more == "two"


def test_nothing_that_was_added_stands_in_clear(centre: Centre, client: FlaskClient) -> None:
    mark = f"zq{secrets.token_hex(6)}"
    reference, words = sent(client)
    come_back(client, reference, words, more=mark, reach=f"{mark} {mark}")
    work_once(centre)
    with centre.database.reading() as conn:
        tables = addition.metadata.sorted_tables
        held = [json.dumps([str(value) for value in row]) for table in tables for row in conn.execute(select(table))]
    assert [row for row in held if mark in row or words in row] == []


def test_the_list_has_2048_short_words_and_no_two_that_look_alike() -> None:
    words = word_list()
    assert (len(words), len(set(words)), HOW_MANY) == (2048, 2048, 3)
    assert list(words) == sorted(words)
    assert all(re.fullmatch("[a-z]{3,9}", word) and read_words(word) == word for word in words)
    assert len({word.rstrip("s") for word in words}) >= 2048 - 4
