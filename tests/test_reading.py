"""The reading gates on each English page as it is drawn: a ten-year-old reads it without help (P41)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.desk.directory import add_provider
from report_abuse_receiver.ground.scheme import load_scheme
from tests.parts import catalogue
from tests.parts.child import Child
from tests.parts.forms import Page
from tests.parts.places import on_sqlite
from tests.parts.reading import main_of, read

GRADE, SPACHE, WORDS = 4.0, 3.5, 15
#: Words of three and more syllables that have no shorter one a child knows as well.
ALLOWED = frozenset({
    "another", "bullying", "computer", "continue", "emergency", "example", "family", "sexual", "tomorrow",
    "foundation", "internet",  # the Internet Watch Foundation's own name
})  # fmt: skip

#: The ways through the pages that, together, draw each of their sentences.
SENT: list[dict[str, str | list[str]]] = [
    {"kinds": ["my_image", "seen_image"], "known": "no"},
    {"kinds": ["bullying"], "story": "x"},
    {"age": "40", "who": "work", "safe": "no", "kinds": ["pretend"]},
]


def beside_the_way(centre: Centre, app: Flask) -> dict[str, Page]:
    """Pages for somebody without a draft, and pages that say what is missing."""
    add_provider(centre, "acme", name="Acme", origins=(), contact="post@acme.example")
    child, other = Child(app.test_client()), Child(app.test_client()).press()
    pages = {path: child.open(path) for path in ("/", "/r/acme", "/help", "/danger", "/back", "/nowhere")}
    pages["unsure"] = other.go_on(safe="unsure")
    for page in ("safe", "who", "what", "you", "child", "contact"):
        pages[f"{page} with gaps"] = other.post(f"/report/{page}", [("email", "sam@"), ("story", "x" * 6000)])
    pages["back with gaps"] = child.post("/back", [("more", "x" * 6000)])
    pages["check with gaps"] = other.post("/report/check", [])
    pages["late"] = Child(app.test_client()).post("/report/you", [("name", "Sam")])
    pages["too long"] = child.post("/report/what", [("story", "x" * (4 << 20))])
    return pages


def on_the_way(client: FlaskClient, answers: dict[str, str | list[str]]) -> dict[str, Page]:
    """Every page of one journey, from the first question to the number."""
    child, pages = Child(client).press(), {}
    told = {"who": "me", "safe": "yes", "name": "Sam", "age": "13", "safe_way": "x", "private": "safe", **answers}
    while child.page.path not in pages and child.page.path != "/report/done":
        pages[child.page.path] = child.page
        child.go_on(**{"story": "", **told})
    return pages | {child.page.path: child.page}


def hard_in(pages: dict[str, Page]) -> list[str]:
    """What in these pages is above the gates."""
    found = []
    for name, page in pages.items():
        text = read(main_of(page))
        found += [f"{name}: grade {text.grade}"] if text.grade > GRADE else []
        found += [f"{name}: Spache {text.spache}"] if text.spache > SPACHE else []
        found += [f"{name}: {said}" for said in text.sentences if len(said.split()) > WORDS]
        found += [f"{name}: {word}" for word in text.long_words - ALLOWED]
    return found


@on_sqlite
def test_pages_beside_the_way_are_easy_to_read(centre: Centre, app: Flask) -> None:
    assert hard_in(beside_the_way(centre, app)) == []


@on_sqlite
@pytest.mark.parametrize("answers", SENT, ids=("pictures", "bullying", "grown-up"))
def test_every_page_of_the_way_is_easy_to_read(client: FlaskClient, answers: dict[str, str | list[str]]) -> None:
    pages = on_the_way(client, answers)
    assert "/report/done" in pages
    assert hard_in(pages) == []


@on_sqlite
def test_what_all_pages_say_at_the_top_is_easy_to_read(client: FlaskClient) -> None:
    text = read(Child(client).open("/").html.partition("<body>")[2].partition("<main")[0])
    assert text.grade <= GRADE
    assert text.spache <= SPACHE
    assert text.longest <= WORDS
    assert text.long_words <= ALLOWED


def test_the_gates_shut_before_what_officials_write() -> None:
    said = (
        "Submissions containing insufficient identification of the perpetrator may be deprioritised pending "
        "subsequent verification by the appropriate safeguarding authorities."
    )
    hard = Page(200, "/", f"<main><p>{said}</p></main>")
    found = hard_in({"hard": hard})
    assert any("grade" in one for one in found)
    assert any("Spache" in one for one in found)
    assert "hard: identification" in found
    assert any(one.startswith("hard: Submissions") for one in found)


def test_no_sentence_anywhere_is_long_or_has_a_long_word() -> None:
    for said in (*catalogue.sentences(), *load_scheme().sentences):
        text = read(said)
        assert text.longest <= WORDS, said
        assert text.long_words <= ALLOWED, said
