"""The reading gates on each English page as it is drawn: a ten-year-old reads it without help (P41)."""

from flask.testing import FlaskClient

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.scheme.scheme import load_scheme
from tests.parts import catalogue
from tests.parts.child import Child
from tests.parts.forms import Page
from tests.parts.places import on_sqlite
from tests.parts.reading import main_of, read
from tests.parts.states import every_state

GRADE, SPACHE, WORDS = 4.0, 3.5, 15
#: Words of three and more syllables that have no shorter one a child knows as well.
ALLOWED = frozenset({
    "another", "bullying", "computer", "continue", "emergency", "example", "family", "sexual", "tomorrow",
    "foundation", "internet",  # the Internet Watch Foundation's own name
})  # fmt: skip


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
def test_every_page_is_easy_to_read(centre: Centre) -> None:
    assert hard_in(every_state(centre)) == []


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
