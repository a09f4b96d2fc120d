"""Answers: what a person said, by the names of the questions; tests hold these to the schemas that load them."""

from collections.abc import Mapping
from typing import Any, TypedDict

#: A draft's answers by page, good or not yet.
PageAnswers = Mapping[str, Any]
AnsweredPages = Mapping[str, PageAnswers]


class Answers(TypedDict, total=False):
    """A whole report's answers under their own names. One that was not given, or not asked, is not there."""

    safe: str
    who: str
    kinds: list[str]
    story: str
    started: str
    their_names: str
    where: str
    their_age: str
    known: str
    knows_where: str
    meeting: str
    meeting_plan: str
    others: str
    name: str
    #: Years, as of all ages here.
    age: int
    town: str
    school: str
    job: str
    child_name: str
    #: Words where no number was meant: `about six`.
    child_age: int | str
    child_town: str
    child_school: str
    child_knows: str
    phone: str
    message_ok: str
    email: str
    private: str
    safe_way: str
    not_tell: str


class AddedWords(TypedDict, total=False):
    """What somebody added to a report later: whether they are safe now, more of what happened, how to be reached."""

    safe: str
    more: str
    reach: str
