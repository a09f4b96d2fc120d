"""Names: accounts, addresses and numbers by which two reports can be known to speak of one person (C16, C18, C20).

Children write what they know, in their own order: `DarkWolf99 on snap, dave, 07700 900123`. Case, widths of letters and
ways of writing a number make no difference. Letters of other alphabets that look alike do.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

#: Answers that may hold a name, and those that hold whoever writes, whose own names are left out.
OF_THEM, OF_ANYBODY = "their_names", ("their_names", "story", "more")
OF_WHOEVER_WRITES = ("name", "child_name", "phone", "email", "safe_way", "reach")

_BETWEEN_NAMES = re.compile(r"[\n\r,;|]+")
_BETWEEN_WORDS = re.compile(r"[\s,;|/()<>\"]+")
_EDGES = "@#.,:;!?'\"()[]<>*"
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_HANDLE = re.compile(r"[^\W\d][\w.-]*")
#: Letters; shorter ones are in every text.
_SHORTEST_NAME, _SHORTEST_HANDLE, _SHORTEST_MARKED = 4, 6, 3
_FEWEST_DIGITS = 9  # of a telephone number; dates and prices have fewer
_MOST_WORDS = 2  # of a name that stands alone; more are a sentence


def may_name(answers: Mapping[str, Any]) -> bool:
    """Whether anything is written where people name whom they tell of."""
    return any(answers.get(field) for field in OF_ANYBODY)


def names_in(answers: Iterable[Mapping[str, Any]], *, country: str) -> Mapping[str, str]:
    """Each name in its one spelling, and as it was typed first; `answers` are the report's and those of each addition.

    `country` (ISO 3166, two letters) says how a telephone number without its country is read.
    """
    everything = [*answers]
    theirs = [name for said in everything for name in _theirs(said, country)]
    own = {plain for said in everything for plain, _ in _own(said, country)}
    return {plain: typed for plain, typed in reversed(theirs) if plain not in own}


def _theirs(said: Mapping[str, Any], country: str) -> Iterator[tuple[str, str]]:
    yield from _alone(str(said.get(OF_THEM, "")))
    for field in OF_ANYBODY:
        yield from _marked(str(said.get(field, "")), country)


def _own(said: Mapping[str, Any], country: str) -> Iterator[tuple[str, str]]:
    for field in OF_WHOEVER_WRITES:
        yield from _alone(str(said.get(field, "")))
        yield from _marked(str(said.get(field, "")), country)


def _marked(text: str, country: str) -> Iterator[tuple[str, str]]:
    """What is a name wherever it stands: a telephone number, an e-mail address, an account."""
    for number in PhoneNumberMatcher(text, country, leniency=Leniency.POSSIBLE):
        if sum(map(str.isdigit, number.raw_string)) >= _FEWEST_DIGITS:
            yield format_number(number.number, PhoneNumberFormat.E164), number.raw_string
    for word in _BETWEEN_WORDS.split(text):
        plain = _plain(word)
        if _EMAIL.fullmatch(plain) or _is_handle(plain, marked="@" in word[:1]):
            yield plain, word.strip(_EDGES)


def _alone(text: str) -> Iterator[tuple[str, str]]:
    """What is a name because nothing else stands beside it."""
    for part in _BETWEEN_NAMES.split(text):
        words = part.split()
        plain = _plain(" ".join(words))
        if len(words) <= _MOST_WORDS and len(plain) >= _SHORTEST_NAME and any(map(str.isalpha, plain)):
            yield plain, " ".join(words).strip(_EDGES)


def _is_handle(plain: str, *, marked: bool) -> bool:
    """Letters with a digit or an underscore among them, as no word of a sentence has; or anything behind an @."""
    if not _HANDLE.fullmatch(plain):
        return False
    if marked:
        return len(plain) >= _SHORTEST_MARKED
    return len(plain) >= _SHORTEST_HANDLE and any(letter.isdigit() or letter == "_" for letter in plain)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip(_EDGES)
