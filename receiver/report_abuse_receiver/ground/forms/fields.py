"""The kinds of question a page can ask; each says in its own plain words what is wrong, never in marshmallow's.

A field's `metadata` is all that a page needs to draw it: `kind`, `label`, `hint` and `choices` (code, words).
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from marshmallow import fields

from report_abuse_receiver.ground.errors import NotAnAddress
from report_abuse_receiver.ground.forms import ages, typed

T = TypeVar("T")
Choices = tuple[tuple[str, str], ...]

TOO_LONG = "This is too long. Please make it a bit shorter."
CHOOSE_ONE = "Choose one answer."
WRITE_AGAIN = "We could not read this. Please write it again."
WHOLE_EMAIL = "Write the whole email address, like sam@example.com."

LOOK_BEFORE_AT = "Look again at the part before the @."
LOOK_BEHIND_AT = "Look again at the part after the @. It should be like example.com."
_OLDEST = 120


def is_empty(answer: object) -> bool:
    """Whether this is an answer not given."""
    return typed.is_blank(answer) if isinstance(answer, str) else answer is None or answer in ([], ())


class Question(fields.Field[T]):
    """One question of a page.

    `say` is the sentence for a child who left it out or answered what was not asked.
    """

    kind: ClassVar[str]
    #: What can be wrong beside `say`; the values are the sentences.
    also: ClassVar[Mapping[str, str]] = {}
    #: Characters that there is room for.
    most = 500

    def __init__(
        self, label: str, *, say: str, hint: str = "", required: bool = False, choices: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Ask `label`; marshmallow's own messages are all replaced by `say`."""
        ours = dict.fromkeys((*fields.Field.default_error_messages, "invalid"), say)
        super().__init__(
            required=required,
            error_messages={**ours, **self.also},
            metadata={"kind": self.kind, "label": label, "hint": hint, "choices": tuple(choices)},
        )

    def says_nothing(self, answer: object) -> bool:
        """Whether this answer to it is none."""
        return is_empty(answer)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes one may answer with, in the order they are drawn."""
        return tuple(code for code, _ in self.metadata["choices"])


class Choice(Question[str]):
    """One answer out of a few."""

    kind = "choice"
    also: ClassVar[Mapping[str, str]] = {"several": CHOOSE_ONE}

    def __init__(
        self, label: str, choices: Choices, *, say: str = CHOOSE_ONE, hint: str = "", required: bool = False
    ) -> None:
        """Offer `choices`, (code, words) each."""
        super().__init__(label, say=say, hint=hint, required=required, choices=choices)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, list | tuple):
            raise self.make_error("several")
        if not isinstance(value, str) or value not in self.codes:
            raise self.make_error("invalid")
        return value


class Ticks(Question[list[str]]):
    """Boxes, of which several may be ticked; answered in the order they are drawn."""

    kind = "ticks"

    def __init__(self, label: str, choices: Choices, *, say: str, hint: str = "", required: bool = False) -> None:
        """Offer `choices`, (code, words) each."""
        super().__init__(label, say=say, hint=hint, required=required, choices=choices)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[str]:
        if not isinstance(value, list) or any(not isinstance(code, str) or code not in self.codes for code in value):
            raise self.make_error("invalid")
        return [code for code in self.codes if code in value]


class Line(Question[str]):
    """A line of the child's own words, kept as typed."""

    kind = "line"
    also: ClassVar[Mapping[str, str]] = {"too_long": TOO_LONG}

    def __init__(
        self, label: str, *, say: str = WRITE_AGAIN, hint: str = "", required: bool = False, most: int = 500
    ) -> None:
        """Take up to `most` characters."""
        super().__init__(label, say=say, hint=hint, required=required)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)  # a file may hold a claimed age of "15" as 15
        if not isinstance(value, str):
            raise self.make_error("invalid")
        text = typed.clean(value)
        if len(text) > self.most:
            raise self.make_error("too_long")
        return text


class Story(Line):
    """More than a line of the child's own words."""

    kind = "text"


class Phone(Line):
    """A telephone number in plain digits; whatever else is written there is kept as typed."""

    kind = "phone"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return typed.phone(super()._deserialize(value, attr, data, **kwargs))


class Email(Line):
    """An e-mail address that a server can take, as it was meant; a file may hold another, which is kept as words."""

    kind = "email"
    also: ClassVar[Mapping[str, str]] = {**Line.also, "local": LOOK_BEFORE_AT, "domain": LOOK_BEHIND_AT}

    def __init__(self, label: str, *, hint: str = "") -> None:
        """Take one whole address."""
        super().__init__(label, say=WHOLE_EMAIL, hint=hint)

    def says_nothing(self, answer: object) -> bool:
        """Whether it is left empty, or holds marks or a `no`."""
        return super().says_nothing(answer) or (isinstance(answer, str) and typed.says_nothing(answer))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return typed.email(text).shown
        except NotAnAddress as error:
            if kwargs.get("partial"):
                return text
            raise self.make_error("invalid" if error.part == "whole" else error.part) from error


class Age(Question[int]):
    """An age in whole years, however it is written."""

    kind = "age"

    def __init__(self, label: str, *, say: str, hint: str = "", required: bool = False) -> None:
        """Take a whole number from 1 to 120."""
        super().__init__(label, say=say, hint=hint, required=required)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        years = _checked(ages.years(value) if isinstance(value, str) else value, least=1)
        if years is None:
            raise self.make_error("invalid")
        return years


class AgeOrWords(Question[int | str]):
    """An age from 0 to 120 whole years, or what somebody knows of it: `6 months`, `not sure`, kept as typed."""

    kind = "line"
    also: ClassVar[Mapping[str, str]] = {"too_long": TOO_LONG}

    def __init__(self, label: str, *, say: str = WRITE_AGAIN, hint: str = "") -> None:
        """Take nearly anything: nobody is held up by an answer that can be skipped."""
        super().__init__(label, say=say, hint=hint)
        self.words = Line(label, say=say)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int | str:
        years = _checked(ages.years_of_another(value) if isinstance(value, str) else value, least=0)
        return self.words.deserialize(value) if years is None else years


def _checked(years: object, *, least: int) -> int | None:
    if isinstance(years, int) and not isinstance(years, bool) and least <= years <= _OLDEST:
        return years
    return None
