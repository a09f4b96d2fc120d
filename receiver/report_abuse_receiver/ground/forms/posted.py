"""A posted page: read by its schema, with each answer that can be kept and a sentence for each that is not good yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from marshmallow import EXCLUDE, ValidationError

from report_abuse_receiver.ground.forms.fields import Choice, Ticks, is_empty
from report_abuse_receiver.ground.forms.pages import PAGES, PageSchema
from report_abuse_receiver.ground.forms.typed import clean, is_blank

#: Letters of a page that a draft has room for: a dozen times what may be sent, and no way to fill the disk.
MOST_KEPT = 100_000


class MultiMapping(Protocol):
    """A posted form: each name with all its values."""

    def getlist(self, key: str, /) -> list[str]:
        """Every value that was posted under `key`, in order."""
        ...


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A posted page: answers as they can be kept, one sentence for each that is not good yet, and what was typed.

    `values` holds, beside the good answers, the words that are not good yet, so that they are there when the child
    comes back.
    """

    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def fits(self) -> bool:
        """Whether a draft has room for it all."""
        return sum(len(said) for said in self.values.values() if isinstance(said, str)) <= MOST_KEPT

    @property
    def said(self) -> Mapping[str, Any]:
        """What was answered, good or not."""
        return {name: value for name, value in {**self.typed, **self.values}.items() if not is_empty(value)}

    @property
    def says_something(self) -> bool:
        """Whether anything was typed or chosen at all."""
        return any(not is_empty(value) for value in self.typed.values())


def load_page(name: str, form: MultiMapping) -> Loaded:
    """Read page `name` from a posted form; never raises, whatever was posted. What it did not ask is left aside."""
    return read_form(PAGES[name](), form)


def read_form(schema: PageSchema, form: MultiMapping) -> Loaded:
    """Read what a page asked from a posted form. Never raises."""
    typed = {key: _typed(question, form.getlist(key)) for key, question in schema.fields.items()}
    try:
        return Loaded(values=schema.load(typed, unknown=EXCLUDE), typed=typed)
    except ValidationError as error:
        said, good = sentences(error), cast(Mapping[str, Any], error.valid_data)
        errors = {key: said[key] for key in sorted(said, key=[*typed, *said].index)}
        words = {key: text for key, text in typed.items() if text and key not in good and _is_typed(schema.fields[key])}
        return Loaded(values={**words, **good}, errors=errors, typed=typed)


def sentences(error: ValidationError) -> dict[str, str]:
    """One sentence for each field that a schema did not take."""
    return {name: _first(said) for name, said in error.messages_dict.items()}


def _typed(question: object, values: list[str]) -> Any:
    """What was typed for one question: a list for boxes, one text for the rest; rival choices stay a list, refused."""
    given = list(dict.fromkeys(clean(value) for value in values))
    if isinstance(question, Ticks):
        return given
    if isinstance(question, Choice):
        chosen = [value for value in given if not is_blank(value)]
        return chosen if len(chosen) > 1 else "".join(chosen)
    return "\n".join(given)


def _is_typed(question: object) -> bool:
    return question is not None and not isinstance(question, Choice | Ticks)


def _first(said: object) -> str:
    if isinstance(said, Mapping):
        return _first(next(iter(said.values())))
    return _first(said[0]) if isinstance(said, list) else str(said)
