"""The letter by mail: in the reporter's language and the centre's words, and it tells nobody what it is about."""

from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from report_abuse_receiver.app import create_app
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.scheme.letter import TELLING
from report_abuse_receiver.ground.scheme.scheme import SHIPPED, load_scheme
from tests.parts.child import Child
from tests.parts.letters import SENDER, receive, work
from tests.parts.mail import Sink
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.schemes import SECOND, changed, with_languages

pytestmark = on_sqlite

Writing = Callable[[Path], Centre]


@pytest.fixture
def writing(place: Place, smtp_url: str) -> Iterator[Writing]:
    """Opens a centre with a scheme; it hands its letters to the sink."""
    centres: list[Centre] = []

    def open_with(scheme: Path) -> Centre:
        centres.append(open_at(place, SMTP_URL=smtp_url, MAIL_FROM=SENDER, SCHEME=str(scheme)))
        return centres[-1]

    yield open_with
    for one in centres:
        one.database.close()


def said(sink: Sink) -> list[tuple[str, str]]:
    """Subject and words of each letter."""
    return [(str(letter["Subject"]), letter.get_content()) for letter in sink.letters]


@pytest.mark.parametrize("language", ["en", *load_scheme().words])
def test_the_letter_tells_nobody_what_it_is_about(writing: Writing, sink: Sink, language: str) -> None:
    centre = writing(SHIPPED)
    references = [receive(centre, language=language), receive(centre, language=language, age=40)]
    work(centre)
    for raw, letter in zip(sink.raw, sink.letters, strict=True):
        read = f"{raw.decode('ascii')} {letter['Subject']} {letter.get_content()}".lower()
        assert [word for word in {*TELLING["en"], *TELLING[language]} if word in read] == []
        assert [part for part in (*references, "sam ", "pretend", "127.0.0.1") if part.lower() in read] == []
        assert (letter.get_content_type(), letter["From"], letter["To"]) == ("text/plain", SENDER, "sam@example.com")
        assert letter["Auto-Submitted"] == "auto-generated"
        assert parsedate_to_datetime(letter["Date"]).tzinfo is not None
    assert set(sink.greetings) == {"hello.example"}


def test_a_child_is_promised_an_answer_and_an_adult_one_if_needed(writing: Writing, sink: Sink) -> None:
    centre = writing(SHIPPED)
    receive(centre)
    work(centre)
    receive(centre, age=40)
    work(centre)
    [(_, to_child), (_, to_adult)] = said(sink)
    assert "if we need to" not in to_child
    assert "We will get back to you." in to_child
    assert "We will get back to you if we need to." in to_adult


def test_a_child_who_wrote_in_welsh_gets_the_letter_in_welsh(writing: Writing, sink: Sink, tmp_path: Path) -> None:
    centre = writing(with_languages(tmp_path, "en", "cy"))
    child = Child(create_app(centre).test_client())
    child.open("/?language=cy")
    child.tell(email="sam@example.com", private="safe").go_on()
    work(centre)
    [(subject, words)] = said(sink)
    assert subject == "Diolch am dy neges"
    assert "Byddwn ni'n cysylltu'n ôl â ti." in words
    assert "We will" not in words


def test_a_language_that_the_letter_has_no_words_in_gets_it_in_english(writing: Writing, sink: Sink) -> None:
    centre = writing(SHIPPED)
    receive(centre, language="fr")
    work(centre)
    assert [subject for subject, _ in said(sink)] == ["Thank you for your message"]


def test_a_letter_that_is_not_wholly_translated_stays_in_one_language(
    writing: Writing, sink: Sink, tmp_path: Path
) -> None:
    centre = writing(changed(tmp_path, '"Hello," = "Helo,"\n', ""))
    receive(centre, language="cy")
    work(centre)
    assert said(sink)[0][1].splitlines()[:3] == [
        "Hello,",
        "",
        "We have got your message. Thank you. A person will read it.",
    ]


def test_another_centre_promises_in_its_letter_what_it_promises_on_its_pages(writing: Writing, sink: Sink) -> None:
    centre = writing(SECOND)
    receive(centre)
    work(centre)
    [(subject, words)] = said(sink)
    assert subject == "We have your message"
    assert "We read all you sent. We cannot write back to all of you." in words
    assert "get back to you" not in words


def test_a_centre_rewords_the_letter_as_it_does_any_sentence(writing: Writing, sink: Sink, tmp_path: Path) -> None:
    centre = writing(changed(tmp_path, "[words.en]", '[words.en]\n"Hello," = "Hi,"'))
    receive(centre)
    work(centre)
    assert said(sink)[0][1].splitlines()[:3] == [
        "Hi,",
        "",
        "We have got your message. Thank you. A person will read it.",
    ]
