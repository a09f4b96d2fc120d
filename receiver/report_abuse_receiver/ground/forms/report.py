"""A whole report: the answers of every page, flat, with the rules that hold between pages."""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, RAISE, ValidationError, post_load

from report_abuse_receiver.ground.errors import BadPages
from report_abuse_receiver.ground.forms.answers import AnsweredPages, Answers
from report_abuse_receiver.ground.forms.pages import (
    ADULTS,
    PAGES,
    ChildPage,
    ContactPage,
    SafePage,
    ThemPage,
    WhatPage,
    WhoPage,
    YouPage,
    questions,
)
from report_abuse_receiver.ground.forms.posted import sentences

#: field → the page that asks it.
PAGE_OF: Mapping[str, str] = {field: page for page in PAGES for field in questions(page)}


# marshmallow collects the fields of its parents from the last to the first.
class ReportSchema(ContactPage, ChildPage, YouPage, ThemPage, WhatPage, WhoPage, SafePage):
    """Every answer of a report under its own name.

    Loaded whole, it wants what must be known before a report is sent; with `partial=True` it takes what a file has.
    """

    class Meta:
        """An answer that nobody asked is refused, so that a misspelt name in a file is found."""

        unknown = RAISE

    @post_load
    def leave_out_what_was_not_asked(self, data: dict[str, Any], *, partial: Any = None, **_: object) -> dict[str, Any]:
        """Drop answers to pages that a changed `who` took off the journey; a file keeps all it has."""
        if partial:
            return data
        dropped = not_asked(data.get("who"))
        return {name: value for name, value in data.items() if name not in dropped}


def not_asked(who: str | None) -> frozenset[str]:
    """The fields nobody asks of this kind of person: a job of a child, another child of one who needs help."""
    job: set[str] = set() if who in ADULTS else {"job"}
    child = set(questions("child")) if who in (None, "me") else set()
    return frozenset(job | child)


def load_answers(answers: AnsweredPages) -> Answers:
    """Put the pages of a draft together as a report; raises BadPages, one sentence for each answer still missing."""
    flat = {field: value for page in PAGES for field, value in answers.get(page, {}).items()}
    try:
        loaded: Answers = ReportSchema().load(flat, unknown=EXCLUDE)
        return loaded
    except ValidationError as error:
        raise BadPages(by_page(sentences(error))) from error


def by_page(said: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Sort sentences by the page that can put them right, in the order of the journey."""
    sorted_out = {page: {field: said[field] for field in questions(page) if field in said} for page in PAGES}
    return {page: fields for page, fields in sorted_out.items() if fields}
