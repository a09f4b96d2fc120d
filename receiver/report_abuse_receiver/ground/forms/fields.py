"""The kinds of question a page can ask; each says in its own plain words what is wrong, never in marshmallow's.

A field's `metadata` is all that a page needs to draw it: `kind`, `label`, `hint` and `choices` (code, words).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from marshmallow import fields

T = TypeVar("T")
Choices = tuple[tuple[str, str], ...]

TOO_LONG = "This is too long. Please make it a bit shorter."
CHOOSE_ONE = "Choose one answer."
WRITE_AGAIN = "We could not read this. Please write it again."
WHOLE_EMAIL = "Write the whole email address, like sam@example.com."

#: No blanks, one @ and a dot somewhere after it. Whether the address exists, only a letter tells.
_EMAIL = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+\.[^\s@<>,;:\".]{2,}")
#: `1_2` and Arabic digits are numbers to int(), and neither was meant as an age.
_DIGITS = re.compile(r"[0-9]{1,3}")
_LONGEST_EMAIL = 254


def clean(text: str) -> str:
    """The text as it was typed, with one spelling of a new line and without half characters, which no file can hold."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\r\n", "\n").replace("\r", "\n")


def is_blank(text: str) -> bool:
    """Whether nobody could see anything of this text: blanks, control and direction marks only."""
    return all(letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in text)


def is_empty(answer: object) -> bool:
    """Whether this is an answer not given."""
    return is_blank(answer) if isinstance(answer, str) else answer is None or answer in ([], ())


class Question(fields.Field[T]):
    """One question of a page.

    `say` is the sentence for a child who left it out or answered what was not asked.
    """

    kind: ClassVar[str]
    #: What can be wrong beside `say`; the values are the sentences.
    also: ClassVar[Mapping[str, str]] = {}

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
        text = clean(value)
        if len(text) > self.most:
            raise self.make_error("too_long")
        return text


class Story(Line):
    """More than a line of the child's own words."""

    kind = "text"


class Phone(Line):
    """A telephone number, in whatever way people write them."""

    kind = "phone"


class Email(Line):
    """An e-mail address: the whole of it, and nothing else, kept without the blanks around it."""

    kind = "email"

    def __init__(self, label: str, *, hint: str = "") -> None:
        """Take one whole address."""
        super().__init__(label, say=WHOLE_EMAIL, hint=hint)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        address = super()._deserialize(value, attr, data, **kwargs).strip()
        if len(address) > _LONGEST_EMAIL or not address.isprintable() or not _EMAIL.fullmatch(address):
            raise self.make_error("invalid")
        return address


class Age(Question[int]):
    """An age in whole years, written in the digits 0 to 9 with or without blanks around them."""

    kind = "age"

    def __init__(
        self, label: str, *, say: str, hint: str = "", required: bool = False, least: int = 1, most: int = 120
    ) -> None:
        """Take a whole number from `least` to `most`."""
        super().__init__(label, say=say, hint=hint, required=required)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
            value = int(value.strip())
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            raise self.make_error("invalid")
        return value
