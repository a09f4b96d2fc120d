"""The order of the pages: which comes after which, given what a child has answered so far."""

from collections.abc import Collection
from typing import Any

from report_abuse_receiver.ground.forms.answers import AnsweredPages

#: What the progress line counts; `child` belongs to part 5.
PARTS = ("safe", "who", "what", "them", "you", "contact")
#: Pages that ask nothing, each shown straight after the answer that calls for it.
ASIDES = {"danger": "safe", "not-ours": "what"}
_ORDER = ("safe", "danger", "who", "what", "not-ours", "them", "you", "child", "contact", "check")


def route(answers: AnsweredPages, *, out_of_remit: Collection[str]) -> tuple[str, ...]:
    """Every page of this child's journey, in order, from `safe` to `check`."""
    asked = {
        "danger": _answer(answers, "safe", "safe") in ("no", "unsure"),
        "not-ours": _is_anothers_work(answers, out_of_remit),
        "child": _answer(answers, "who", "who") not in (None, "me"),
    }
    return tuple(page for page in _ORDER if asked.get(page, True))


def next_page(answers: AnsweredPages, after: str, *, checked: bool, out_of_remit: Collection[str]) -> str:
    """What follows `after`; a child who has seen the check page goes back to it by way of pages that are new."""
    pages = route(answers, out_of_remit=out_of_remit)
    following = next(page for page in pages if page == "check" or _ORDER.index(page) > _ORDER.index(after))
    if not checked or ASIDES.get(following) == after:
        return following
    return next((page for page in pages if page not in ASIDES and page not in answers), "check")


def page_before(answers: AnsweredPages, page: str, *, checked: bool, out_of_remit: Collection[str]) -> str | None:
    """Where "Go back" leads: the page before, or the check page for a child who came from there."""
    if checked and page not in ASIDES and page != "check":
        return "check"
    earlier = [one for one in route(answers, out_of_remit=out_of_remit) if _ORDER.index(one) < _ORDER.index(page)]
    return earlier[-1] if earlier else None


def part_of(page: str) -> int | None:
    """Which of the parts this page is, counted from 1; None for pages that ask nothing."""
    shown = "you" if page == "child" else page
    return PARTS.index(shown) + 1 if shown in PARTS else None


def _is_anothers_work(answers: AnsweredPages, out_of_remit: Collection[str]) -> bool:
    """Only boxes that others help with better, and no story: children groomed by a hacked account write one (C20)."""
    kinds = _answer(answers, "what", "kinds") or ()
    return bool(kinds) and all(kind in out_of_remit for kind in kinds) and not _answer(answers, "what", "story")


def _answer(answers: AnsweredPages, page: str, field: str) -> Any:
    return answers.get(page, {}).get(field)
