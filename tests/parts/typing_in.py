"""One text typed into every field there is, as a visitor would who is asked everything."""

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient

from report_abuse_receiver.ground.forms.fields import Line, Question
from report_abuse_receiver.ground.forms.pages import PAGES, questions
from report_abuse_receiver.ground.forms.typed import is_blank, phone, says_no
from tests.parts.child import LEAST
from tests.parts.forms import Page
from tests.parts.hostile import kept, post

#: Somebody who is asked everything there is.
WHO = {"safe": "yes", "who": "work", "kinds": "other", "private": "safe"}
EVERY = {name: one for page in PAGES for name, one in questions(page).items()}
TYPED = {name: page for page in PAGES for name, one in questions(page).items() if not one.codes}
CHOSEN = {name: page for page in PAGES for name, one in questions(page).items() if one.codes}
OWN_WORDS = {name: page for name, page in TYPED.items() if isinstance(EVERY[name], Line) and name != "email"}


def filled(page: str, text: str) -> dict[str, str]:
    """A page on which everything that can be typed is this text."""
    return {name: text if name in TYPED else WHO[name] for name in questions(page) if name in TYPED or name in WHO}


def sentences(question: Question[Any]) -> set[str]:
    """What may be said of an answer that a question does not take."""
    return {str(said) for said in question.error_messages.values()}


def errors(drawn: Page, asked: Mapping[str, Question[Any]]) -> dict[str, list[str]]:
    """The sentences that stand beside each question of a page."""
    said = {name: [one for one in sentences(asked[name]) if beside(name, one) in drawn.html] for name in asked}
    return {name: one for name, one in said.items() if one}


def beside(name: str, sentence: str) -> str:
    """What stands beside a question that this sentence is said of."""
    return f'id="error-{name}">{sentence.replace(chr(34), "&#34;").replace(chr(39), "&#39;")}<'


def as_kept(name: str, text: str) -> str:
    """How a report holds this text as the answer to this question, of those that are kept in own words."""
    return "" if is_blank(kept(text)) else phone(kept(text)) if name == "phone" else kept(text)


def in_the_page(drawn: Page) -> dict[str, str]:
    """What stands in the boxes of the page's form."""
    return {name: said for name, said in drawn.way_on.as_sent() if said and name in drawn.way_on.names}


def tell(client: FlaskClient, text: str) -> dict[str, str]:
    """Walk every page with this text in every field; leave out what is refused. Returns what went through.

    Where marks alone are no way to be reached, a way is given.
    """
    taken: dict[str, str] = {}
    client.post("/start")
    for page in PAGES:
        typed = filled(page, text)
        drawn = post(client, f"/report/{page}", typed.items())
        refused = errors(drawn, questions(page))
        if drawn.status == 200:
            assert all(len(one) == 1 for one in refused.values())
            assert in_the_page(drawn).items() >= {name: kept(text) for name in typed if name in TYPED and text}.items()
            if page == "contact" and (is_blank(kept(text)) or says_no(kept(text))):
                refused |= {"safe_way": []}
            typed = {name: str(LEAST.get(name, "")) if name in refused else said for name, said in typed.items()}
            drawn = post(client, f"/report/{page}", typed.items())
        assert drawn.status == 303, (page, drawn.words)
        taken |= {name: said for name, said in typed.items() if name not in refused}
    return taken
