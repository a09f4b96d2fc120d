"""What a page was drawn from, and what it says when it is drawn again."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from report_abuse_receiver.ground.canonical import canonical
from report_abuse_receiver.ground.forms.answers import PageAnswers
from report_abuse_receiver.ground.forms.fields import is_empty

#: Bytes of a print: enough that no two states of one draft are taken for each other.
_SIZE = 6


class Says(StrEnum):
    """What a page says above what it asks, beside what is wrong with an answer."""

    NOTHING = ""
    TWO_TEXTS = "two-texts"
    LATE = "late"
    NEWER = "newer"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a page says the next time it is drawn: a sentence for each answer that is not good, and one above all."""

    errors: Mapping[str, str] = field(default_factory=dict)
    says: Says = Says.NOTHING


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What a form says of itself: the state of its page when it was drawn, and which opening of it is posted.

    `view` is drawn by the page's script each time the page is opened, and is empty without a script.
    """

    state: str
    view: str = ""

    def knows(self, values: PageAnswers, view: str | None) -> bool:
        """Whether it was drawn from these values, or is the very opening of the page that wrote them."""
        return self.state == state_of(values) or bool(self.view and self.view == view)


def state_of(values: PageAnswers) -> str:
    """The state of a page, or of all pages: a print of what was answered; an answer not given counts for nothing."""
    return _print(_answered(values))


def prints(values: PageAnswers) -> dict[str, str]:
    """A print of each answer."""
    return {name: _print(value) for name, value in _answered(values).items()}


def what_is_new(values: PageAnswers, known: Mapping[str, str]) -> PageAnswers:
    """The answers that are not among those of which the prints are known."""
    return {name: value for name, value in _answered(values).items() if known.get(name) != _print(value)}


def _answered(values: PageAnswers) -> dict[str, Any]:
    said = {name: _answered(one) if isinstance(one, Mapping) else one for name, one in values.items()}
    return {name: one for name, one in said.items() if one != {} and not is_empty(one)}


def _print(value: Any) -> str:
    return hashlib.blake2b(canonical(value).encode(), digest_size=_SIZE).hexdigest()
