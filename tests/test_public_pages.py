"""The children's pages through their own door: every page and every branch, from the first to the number at the end."""

import re

import pytest
from flask.testing import FlaskClient

from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.forms.pages import questions
from report_abuse_receiver.intake import drafts
from tests.parts.child import Child
from tests.parts.forms import Page
from tests.parts.places import on_sqlite
from tests.parts.states import LEAVING, every_state

pytestmark = on_sqlite

#: Answers that lead over every page there is.
EVERYTHING = {
    "safe": "no",
    "who": "work",
    "kinds": ["bullying", "hacked"],
    "name": "Ms Lee",
    "age": "30",
    "phone": "0123",
    "private": "safe",
}


def cookie_of(client: FlaskClient, name: str = "ra") -> str | None:
    """What the browser holds."""
    cookie = client.get_cookie(name)
    return cookie.value if cookie else None


def draft_of(centre: Centre, client: FlaskClient) -> drafts.Draft | None:
    """The draft that the browser's cookie opens."""
    return drafts.find(centre, (cookie_of(client) or "")[:43])


def reference_on(answer: Page) -> str:
    """The number that a child may write down."""
    found = re.search(r"Your number is ([0-9A-Z-]+)", answer.words)
    assert found, answer.words
    return found[1]


# The journey


def test_a_report_can_be_sent_with_the_least_there_is_to_say(centre: Centre, client: FlaskClient) -> None:
    reference = Child(client).press().tell().send()
    assert [one.reference for one in triage.list_reports(centre)] == [reference]


def test_every_branch_of_the_journey_is_walked(client: FlaskClient) -> None:
    child, way = Child(client).press(), []
    while child.page.path not in way:
        way.append(child.page.path)
        if child.page.path != "/report/done":
            child.go_on(**EVERYTHING)
    assert way == [
        "/report/safe", "/danger", "/report/who", "/report/what", "/report/not-ours", "/report/them", "/report/you",
        "/report/child", "/report/contact", "/report/check", "/report/done",
    ]  # fmt: skip


def test_every_page_has_the_quick_way_out_and_the_numbers_and_one_way_on(centre: Centre) -> None:
    drawn = every_state(centre)
    del drawn[LEAVING]
    for page in drawn.values():
        assert "Leave fast In danger now? Call 999 Talk to someone now Childline 0800 1111" in page.words
        assert page.html.index("#main") < page.html.index('="/leave"') < page.html.index("tel:999")
        assert not re.search("abuse|sex|police", page.title, re.IGNORECASE)
        assert all(form.method == "post" for form in page.forms)
        assert all(form.in_main for form in page.forms if form.id != "carrying")
        assert page.html.count("<form") == page.html.count('autocomplete="off"')
        main = page.html.partition("<main")[2]
        if "Go back" in page.words and page.forms:
            assert main.index("</button>") < main.index(">Go back<")


def test_every_page_asks_no_other_host_for_anything(centre: Centre) -> None:
    for drawn in every_state(centre).values():
        shown = drawn.html.replace(centre.scheme.exit_url, "")  # where leaving leads
        assert set(re.findall(r'(?:src|action)="([^"]*)"|<link[^>]* href="([^"]*)"', drawn.html))
        assert "//" not in re.sub(r"<!.*?>", "", shown).replace("</", "")
        assert " style=" not in drawn.html
        assert " on" not in "".join(re.findall(r"<[a-z]+( on[a-z]+=)", drawn.html))


@pytest.mark.parametrize("page", ["safe", "who", "what", "you", "contact"])
def test_a_page_with_gaps_comes_back_with_all_that_was_typed(client: FlaskClient, page: str) -> None:
    words = {
        name: f"my {name}" for name, one in questions(page).items() if one.kind in ("line", "text", "phone", "age")
    }
    words.pop("job", None)
    drawn = Child(client).press().post(f"/report/{page}", [("kinds", "nonsense"), *words.items()])
    assert (drawn.status, drawn.path, drawn.way_on.action) == (200, f"/report/{page}", f"/report/{page}")
    assert 'role="alert"' in drawn.html
    assert [pair for pair in drawn.way_on.said() if pair[1]] == list(words.items())


def test_each_missing_answer_is_said_beside_its_question_and_above_them_all(client: FlaskClient) -> None:
    drawn = Child(client).press().post("/report/contact", [("email", "sam@")])
    for name, sentence in (
        ("email", "Write the whole email address, like sam@example.com."),
        ("private", "Tell us if someone else could see our messages."),
    ):
        assert f'<a href="#{name}">{sentence}</a>' in drawn.html
        assert f'id="error-{name}">{sentence}<' in drawn.html
        assert re.search(rf'id="{name}"', drawn.html)
    assert 'aria-describedby="error-email" aria-invalid="true"' in drawn.html


def test_answers_are_still_there_when_a_child_comes_back_to_a_page(client: FlaskClient) -> None:
    child = Child(client).press().tell(kinds=["meet", "threat"], story="  <b>\n\nHe & I", age="11")
    what = child.open("/report/what").way_on.said()
    assert what == [("kinds", "threat"), ("kinds", "meet"), ("story", "  <b>\n\nHe & I")]
    assert ("age", "11") in child.open("/report/you").way_on.as_sent()


def test_the_check_page_shows_every_answer_in_the_words_of_the_page(client: FlaskClient) -> None:
    words = Child(client).press().tell(meeting="soon", story="At <the> station").page.words
    assert "Is there a plan to meet them? Yes, today, tomorrow or soon" in words
    assert "At <the> station" in words
    assert "When did it start? You left this out" in words
    assert "Your job" not in words


def test_a_change_from_the_check_page_comes_back_to_it_by_way_of_new_pages(client: FlaskClient) -> None:
    child = Child(client).press().tell()
    child.open("/report/who")
    assert child.go_on(who="friend").path == "/report/child"
    assert child.go_on(child_name="Ali").path == "/report/check"
    child.open("/report/you")
    assert 'name="go" value="check">Go back' in child.page.html
    assert child.go_on(name="Kim").path == "/report/check"
    assert "Kim" in child.page.words
    assert "Ali" in child.page.words


def test_sending_with_gaps_shows_the_check_page_with_a_link_to_each_gap(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press()
    child.post("/report/what", [("story", "help"), ("kinds", "threat")])
    drawn = child.post("/report/check", [])
    assert (drawn.status, drawn.path) == (200, "/report/check")
    assert '<a href="/report/safe#safe">Choose one answer.</a>' in drawn.html
    assert '<a href="/report/you#age">Write your age as a number, like 12.</a>' in drawn.html
    assert "help" in drawn.words
    assert triage.list_reports(centre) == []


def test_only_adults_are_asked_for_their_link_to_the_child(client: FlaskClient) -> None:
    child = Child(client).press()
    child.post("/report/who", [("who", "friend")])
    assert "Your job or link to the child" not in child.open("/report/you").words
    child.post("/report/who", [("who", "my_child")])
    assert "Your job or link to the child (you can skip this)" in child.open("/report/you").words


def test_nobody_gives_a_name_before_they_are_told_of_crimestoppers(client: FlaskClient) -> None:
    assert "You can tell Crimestoppers on 0800 555 111" in Child(client).press().open("/report/you").words


@pytest.mark.parametrize(
    ("answer", "words"), [("no", "Call 999 now"), ("unsure", "If you might be in danger, call 999")]
)
def test_danger_comes_before_everything_else(client: FlaskClient, answer: str, words: str) -> None:
    child = Child(client).press()
    assert child.go_on(safe=answer).path == "/danger"
    assert words in child.page.words
    assert "press 55" in child.page.words
    assert child.go_on().path == "/report/who"


def test_the_danger_page_needs_no_draft(client: FlaskClient) -> None:
    assert "Call 999 now" in Child(client).open("/danger").words
    assert client.post("/danger").location == "/"


def test_boxes_out_of_remit_with_a_story_go_on_as_usual(client: FlaskClient) -> None:
    child = Child(client).press()
    assert child.post("/report/what", [("kinds", "hacked"), ("story", "It was my friend's.")]).path == "/report/them"
    assert child.post("/report/what", [("kinds", "hacked"), ("story", " \n")]).path == "/report/not-ours"
    assert "Tell the game, app or website first." in child.page.words


# Done


@pytest.mark.parametrize(
    ("answers", "there", "not_there"),
    [
        ({"age": "13"}, "We will get back to you. If you are in danger", "We may get back to you"),
        ({"age": "40", "who": "work"}, "We may get back to you.", "Are you under 18?"),
        ({"known": "yes"}, "You do not have to face this alone.", "Do not pay them"),
        ({"known": "no"}, "Do not reply to the person. Do not meet them.", "You do not have to face this alone"),
        ({"kinds": ["my_image"]}, "Look for \"Report Remove\"", "Bullying, fake accounts"),
        ({"kinds": ["seen_image"]}, "Tell the Internet Watch Foundation", "Bullying, fake accounts"),
        ({"kinds": ["bullying"], "story": "x"}, "Bullying, fake accounts", "Internet Watch Foundation"),
    ],
)  # fmt: skip
def test_the_last_page_says_what_fits(client: FlaskClient, answers: dict, there: str, not_there: str) -> None:
    child = Child(client).press().tell(**answers)
    child.send()
    assert there in child.page.words
    assert not_there not in child.page.words


def test_a_second_send_shows_the_same_number_and_makes_no_second_report(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press().tell()
    reference = child.send()
    assert client.post("/report/check").location == "/report/done"
    assert reference_on(child.post("/report/check", [])) == reference
    assert reference_on(child.open("/report/what")) == reference
    assert reference_on(child.open("/report/not-ours")) == reference
    assert len(triage.list_reports(centre)) == 1


def test_how_a_child_heard_of_us_is_one_tap_and_any_other_word_is_left_aside(
    centre: Centre, client: FlaskClient
) -> None:
    child = Child(client).press().tell()
    child.send()
    assert [one.value for form in child.page.forms for one in form.controls if one.kind == "submit"] == [
        "school", "friend", "family", "site", "other",
    ]  # fmt: skip
    assert child.post("/report/done", [("heard", "<b>")]).path == "/report/done"
    assert draft_of(centre, client).receipt.heard is None
    assert "Thank you for telling us." in child.post("/report/done", [("heard", "school")]).words
    assert draft_of(centre, client).receipt.heard == "school"


def test_a_new_start_after_sending_is_a_new_report(centre: Centre, client: FlaskClient) -> None:
    child = Child(client).press().tell()
    first, held = child.send(), cookie_of(client)
    second = child.press().tell(name="Kim").send()
    assert first != second
    assert cookie_of(client) != held
    assert len(triage.list_reports(centre)) == 2
