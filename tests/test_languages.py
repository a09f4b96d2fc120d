"""Languages: chosen, hinted or asked for; kept with the report; and whole, or not on at all."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from babel.messages.mofile import read_mo
from flask.testing import FlaskClient

from report_abuse import ReportAbuse
from report_abuse_receiver.app import create_app
from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.errors import CannotStart
from report_abuse_receiver.ground.scheme.scheme import load_scheme
from report_abuse_receiver.partners.directory import add_provider
from report_abuse_receiver.web.public.languages import SENTENCES, untranslated
from tests.parts import catalogue
from tests.parts.child import Child
from tests.parts.forms import Page
from tests.parts.places import Place, on_sqlite, open_at
from tests.parts.reading import BY_LOT
from tests.parts.schemes import with_languages
from tests.parts.states import SITE, TYPED, every_state
from tests.parts.tongues import right_to_left

LATIN = re.compile(r"[A-Za-z]{2,}")

Opened = Callable[[Path], Centre]


@pytest.fixture
def opened(place: Place) -> Iterator[Opened]:
    """Opens a centre with a scheme."""
    centres: list[Centre] = []

    def open_with(scheme: Path) -> Centre:
        centres.append(open_at(place, SCHEME=str(scheme)))
        return centres[-1]

    yield open_with
    for one in centres:
        one.database.close()


@pytest.fixture
def welsh(opened: Opened, tmp_path: Path) -> Centre:
    """The shipped centre once somebody has checked the Welsh."""
    return opened(with_languages(tmp_path, "en", "cy"))


def language_of(page: Page) -> str:
    """What the page says that it is written in."""
    found = re.search(r'<html lang="([^"]+)" dir="(?:ltr|rtl)">', page.html)
    assert found
    return found[1]


# Catalogues


def test_the_template_holds_every_sentence_of_the_pages() -> None:
    held = {str(message.id) for message in catalogue.read(SENTENCES) if message.id}
    assert held == set(catalogue.sentences()), "run `python -m tests.parts.catalogue`"


@pytest.mark.parametrize("path", catalogue.languages(), ids=lambda path: path.parent.parent.name)
def test_every_catalogue_is_whole_and_compiled(path: Path) -> None:
    said = {str(message.id): str(message.string) for message in catalogue.read(path) if message.id}
    assert set(said) == set(catalogue.sentences()), "run `python -m tests.parts.catalogue`, then translate what is new"
    assert [one for one, other in said.items() if not other.strip()] == []
    with path.with_suffix(".mo").open("rb") as file:
        compiled = {str(message.id): str(message.string) for message in read_mo(file) if message.id}
    assert compiled == said, "run `python -m tests.parts.catalogue`"


@pytest.mark.parametrize("path", catalogue.languages(), ids=lambda path: path.parent.parent.name)
def test_no_translation_loses_a_name_or_a_number(path: Path) -> None:
    code = path.parent.parent.name
    said = {str(message.id): str(message.string) for message in catalogue.read(path) if message.id}
    said |= load_scheme().words.get(code, {})
    numbers = re.compile(r"%\(\w+\)s|\d+")
    assert [one for one, other in said.items() if sorted(numbers.findall(one)) != sorted(numbers.findall(other))] == []


def test_welsh_is_whole_for_the_shipped_scheme_and_off_until_a_person_has_checked_it() -> None:
    scheme = load_scheme()
    assert untranslated(scheme, "cy") == []
    assert scheme.languages == ("en",)


@on_sqlite
def test_a_language_that_lacks_a_sentence_stops_the_start_and_names_it(opened: Opened, tmp_path: Path) -> None:
    words = {said: said for said in (*catalogue.sentences(), *load_scheme().sentences) if said != "Leave fast"}
    centre = opened(with_languages(tmp_path, "en", "fr", words=words))
    with pytest.raises(CannotStart, match=r"languages has 'fr', and 1 sentences .* such as \"Leave fast\"; write"):
        create_app(centre)


# Which language


@on_sqlite
def test_a_language_that_is_off_is_never_drawn(client: FlaskClient) -> None:
    page = Child(client).open("/?language=cy", Accept_Language="cy")
    assert language_of(page) == "en"
    assert "Cymraeg" not in page.words


@on_sqlite
@pytest.mark.parametrize(
    ("query", "hint", "accepted", "drawn"),
    [
        ("", None, "", "en"),
        ("", None, "fr, de;q=0.5", "en"),
        ("", None, "fr, cy-GB;q=0.9, en;q=0.8", "cy"),
        ("", "cy", "en", "cy"),
        ("", "cy-GB", "en", "cy"),
        ("", "fr", "cy", "cy"),
        ("?language=en", "cy", "cy", "en"),
        ("?language=cy", "en", "en", "cy"),
        ("?language=fr", None, "cy", "cy"),
        ("?language=%00", None, "en", "en"),
    ],
)
def test_a_choice_goes_before_the_links_hint_and_that_before_the_browsers(
    welsh: Centre, query: str, hint: str | None, accepted: str, drawn: str
) -> None:
    key = add_provider(welsh, "acme", name="Acme", origins=(), contact="post@acme.example").key
    path = urlsplit(ReportAbuse("https://report.example", key=key).link("chat", locale=hint)).path
    browser = create_app(welsh).test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = accepted
    child = Child(browser)
    assert language_of(child.open(f"{path}{query}")) == drawn
    assert language_of(child.go_on()) == drawn


@on_sqlite
def test_another_language_keeps_what_was_typed_and_stays_to_the_end(welsh: Centre) -> None:
    child = Child(create_app(welsh).test_client())
    child.press().open("/report/what")
    assert 'form="answers" name="language" value="cy" lang="cy">Cymraeg</button>' in child.page.html
    drawn = child.post("/report/what", [("kinds", "meet"), ("story", "Hello  there"), ("language", "cy")])
    assert (drawn.path, language_of(drawn)) == ("/report/what", "cy")
    assert "Beth ddigwyddodd?" in drawn.words
    assert drawn.way_on.said() == [("kinds", "meet"), ("story", "Hello  there")]
    child.go_on()
    assert language_of(child.page) == "cy"
    child.open("/report/safe")
    child.tell(kinds=["meet"])
    assert "Mae rhywun o'r we eisiau cwrdd" in child.page.words
    child.go_on()
    assert "Dy rif di yw" in child.page.words
    assert [one.language for one in triage.list_reports(welsh)] == ["cy"]


@on_sqlite
def test_pages_without_a_question_change_language_by_a_link_and_keep_the_draft(welsh: Centre) -> None:
    child = Child(create_app(welsh).test_client()).press().tell(story="my words")
    assert 'href="?language=cy"' in child.page.html
    assert "my words" in child.open("/report/check?language=cy").words
    assert language_of(child.open("/report/you")) == "cy"
    assert language_of(child.open("/danger?language=en")) == "en"
    child.open("/report/check")
    child.send()
    assert [one.language for one in triage.list_reports(welsh)] == ["en"]


@on_sqlite
def test_the_choice_on_the_first_page_comes_along_on_start_and_counts_no_second_opening(welsh: Centre) -> None:
    child = Child(create_app(welsh).test_client())
    child.open("/?language=cy")
    assert ("language", "cy") in child.page.way_on.as_sent()
    assert language_of(child.go_on()) == "cy"


@on_sqlite
def test_what_is_missing_is_said_in_the_language_of_the_page(welsh: Centre) -> None:
    child = Child(create_app(welsh).test_client())
    child.open("/?language=cy")
    child.go_on()
    assert 'id="error-safe">Dewisa un ateb.<' in child.go_on().html
    assert language_of(child.open("/nowhere", Accept_Language="cy")) == "cy"


# Right to left


@on_sqlite
def test_no_sentence_of_any_page_stays_untranslated(opened: Opened, tmp_path: Path) -> None:
    for name, page in every_state(opened(right_to_left(tmp_path)), accept="ar").items():
        assert '<html lang="ar" dir="rtl">' in page.html
        assert LATIN.findall(ours(page).words + page.title) == [], name
        assert LATIN.findall(" ".join(re.findall(r'aria-label="([^"]*)"', page.html))) == []


def ours(page: Page) -> Page:
    """The page without what is the same in every language: names, what is drawn by lot, and what was typed."""
    html = BY_LOT.sub("", page.html)
    for said in ("English", SITE, *TYPED, "@example.com", ">Sam<", ">ask for me at school<"):
        html = html.replace(said, "><" if said.startswith(">") else "")
    return Page(page.status, page.path, html)


@on_sqlite
def test_the_help_page_and_the_way_back_keep_the_language(welsh: Centre) -> None:
    child = Child(create_app(welsh).test_client())
    [to_help] = re.findall(r'href="(/help\?[^"]*)"', child.open("/r/acme?language=cy").html)
    assert language_of(child.open(to_help.replace("&amp;", "&"))) == "cy"
    [back] = re.findall(r'href="(/r/acme\?[^"]*)"', child.page.html)
    assert language_of(child.open(back.replace("&amp;", "&"))) == "cy"


@on_sqlite
def test_a_form_that_cannot_be_read_is_not_taken_for_an_empty_one(client: FlaskClient) -> None:
    Child(client).press()
    part = '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n'
    answer = client.post("/report/what", data=part * 10_050 + "--b--", content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413
