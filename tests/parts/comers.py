"""Children who come back: the number and the words they were given, and the page where they add to a report."""

import re

from flask.testing import FlaskClient

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.intake import additions
from tests.parts.child import Child
from tests.parts.forms import Page

WORDS = "able acid aged"
UNFIT = "The number and the words do not fit. Look at them again."


def sent(client: FlaskClient, **answers: str) -> tuple[str, str]:
    """The number and the words on the last page of a report that was sent."""
    child = Child(client).press().tell(**answers)
    reference = child.send()
    return reference, words_on(child.page) or ""


def given(centre: Centre, reference: str) -> str:
    """Words that open this report from now on, as if its sender had seen them."""
    additions.give_words(centre, reference, WORDS)
    return WORDS


def words_on(page: Page) -> str | None:
    found = re.search(r"These are your 3 words: ([a-z]+ [a-z]+ [a-z]+) With", page.words)
    return found[1] if found else None


def come_back(client: FlaskClient, reference: str, words: str, **more: str) -> Page:
    """Open the page, fill it in and press Continue."""
    child = Child(client)
    child.open("/back")
    return child.go_on(reference=reference, words=words, **more)
