"""The list of all states is whole: whatever a child may read stands on one of its pages, and each is what it says."""

import re
from contextlib import closing
from html import unescape

import pytest
from flask import Flask

from report_abuse_receiver.ground.scheme.scheme import load_scheme
from tests.parts import catalogue
from tests.parts.forms import Page
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.states import every_state

#: Sentences that the shipped scheme, in its one language, shows to nobody who uses our forms.
UNSEEN = {
    "Language": "the list of languages, which is left out where there is one",
    "If you need help now, talk to someone you trust.": "a scheme without a helpline for children",
    "We could not read this. Please write it again.": "an import that holds a list where a line belongs",
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """Every state, drawn once for all that is asked of them."""
    centre = open_at(Place(home=tmp_path_factory.mktemp("states") / "home"))
    with closing(centre.database):
        return every_state(centre)


def test_every_sentence_that_a_child_may_read_is_on_one_of_the_pages(drawn: dict[str, Page]) -> None:
    shown = unescape("\n".join(page.html for page in drawn.values()))
    every = {*catalogue.sentences(), *load_scheme().sentences} - {*load_scheme().letter.sentences}
    assert {said for said in every if not _pattern(said).search(shown)} == set(UNSEEN)


def _pattern(said: str) -> re.Pattern[str]:
    """The sentence with anything at all in place of what is filled in."""
    return re.compile(".*?".join(map(re.escape, re.split(r"%\(\w+\)s", said))))


def test_every_state_has_the_status_that_its_name_says(drawn: dict[str, Page]) -> None:
    other = {name: page.status for name, page in drawn.items() if page.status != 200}
    assert other.pop("back tried too often") == 429
    assert {name: int(name[:3]) for name in other} == other
    assert {404, 405, 413, 500, 503} == set(other.values())


@on_sqlite
def test_every_page_of_the_public_door_that_can_be_looked_at_is_among_them(drawn: dict[str, Page], app: Flask) -> None:
    looked_at = {page.path for page in drawn.values()}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("public.")]
    pages = {rule.rule for rule in rules if not rule.arguments and "GET" in (rule.methods or ())}
    no_forms = {"/leave", "/start", "/r", "/r/", "/favicon.ico", "/robots.txt", "/.well-known/report-abuse"}
    assert pages - no_forms - {"/assets/journey.css", "/assets/journey.js"} <= looked_at
