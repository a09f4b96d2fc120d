"""Coding: a child's answers put into closed vocabularies, for the queue and for figures without personal data."""

from collections.abc import Mapping

from report_abuse_receiver.ground.forms.ages import is_very_young
from report_abuse_receiver.ground.forms.answers import Answers

_STARTED = {"today": "same_day", "week": "week", "month": "month", "longer": "longer"}
_BANDS = ((10, "0-10"), (13, "11-13"), (15, "14-15"), (17, "16-17"))


def age_band_of(age: int | str | None) -> str:
    """An age in years as its band; words are `unknown`, but for those about a baby."""
    if isinstance(age, str):
        return "0-10" if is_very_young(age) else "unknown"
    if age is None:
        return "unknown"
    return next((band for oldest, band in _BANDS if age <= oldest), "adult")


def age_band(answers: Answers) -> str:
    """The band of the child who needs help: the one who writes, or the one written about."""
    return age_band_of(answers.get("age") if answers.get("who") == "me" else answers.get("child_age"))


def is_child(answers: Answers) -> bool:
    """Whether the one who writes is under 18, and so will always be answered (P20)."""
    age = answers.get("age")
    return age is not None and age < 18


def reporter(answers: Answers) -> str:
    """Who reports, in the words of the overview."""
    who = answers.get("who")
    if who == "my_child":
        return "parent"
    if who == "work":
        return "professional"
    if not is_child(answers):
        return "other_adult"
    return "child_self" if who == "me" else "child_other"


def time_to_report(answers: Answers) -> str:
    """How long ago it began when it was told."""
    return _STARTED.get(answers.get("started", ""), "unknown")


def category(answers: Answers, kinds: Mapping[str, str]) -> str:
    """The category that the boxes suggest: the gravest one ticked, in the order of the scheme (Annex A).

    The analyst's category is another field; neither overwrites the other.
    """
    ticked = set(answers.get("kinds", ()))
    return next((code for kind, code in kinds.items() if kind in ticked), "other")
