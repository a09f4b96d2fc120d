"""Identifiers: what in a report could be known again in a file, and whether a file holds it (P63).

A name, a handle, an address and a telephone number are looked for by their words, a story by any four words in a row.
Words that our own pages use anyway tell nothing, however often a child writes them.
"""

import html
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

RUN = 4  # so many words in a row are nobody's by chance
SHORTEST = 3  # letters; shorter words are in every text
#: Answers that are names, so that each of their words counts.
NAMES = frozenset(
    {"name", "child_name", "their_names", "school", "child_school", "town", "child_town", "partner_reference"}
)
#: Answers that are one code; its parts alone are nothing.
CODES = frozenset({"reference", "partner_reference"})

#: A word, or a row of `RUN` of them, as it is compared.
Mark = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+")
_HANDLE = re.compile(r"\S*[\d_@./\\]\S*")
_CODE = re.compile(r"[^\W_]+(?:[-._~][^\W_]+)+")
_PHONE = re.compile(r"\+?\d[\d ()./-]{5,}\d")
_COUNT = 4  # digits, at most
_LAST_DIGITS = 9  # of a telephone number, so that +44 and 0 are one
_NOT_TELLING = frozenset({"http", "https", "www", "com", "net", "org"})


class Files:
    """Files that will be sent, as words and rows of words, without those that stand in our own text."""

    def __init__(self, own: Iterable[str]) -> None:
        """`own` are the texts that the files are drawn from."""
        self._own = {mark for text in own for mark in _marks(text)}
        self._where: dict[Mark, set[str]] = defaultdict(set)
        self._names: set[str] = set()

    def __len__(self) -> int:
        """How many files there are."""
        return len(self._names)

    def add(self, name: str, text: str, *, own: Iterable[str] = ()) -> None:
        """Take in a file; `own` is what it may say besides, such as the name of whom it is for."""
        self._names.add(name)
        known = {mark for one in own for mark in _marks(one)}
        for mark in _marks(_plain(name, text)):
            if mark not in self._own and mark not in known:
                self._where[mark].add(name)

    def holding(self, mark: Mark) -> frozenset[str]:
        """The names of the files that hold this."""
        return frozenset(self._where.get(mark, ()))


def marks_of(answers: Mapping[str, object]) -> Iterator[tuple[str, Mark]]:
    """What in a report's answers could be known again, each with the field it stands in."""
    for field, answer in answers.items():
        if isinstance(answer, str):
            yield from ((field, mark) for mark in _telling(field, answer))


def _telling(field: str, answer: str) -> Iterator[Mark]:
    words = _words(answer)
    yield from _runs(words)
    yield from _phones(answer)
    if field in NAMES:
        yield from ((word,) for word in words if len(word) >= SHORTEST and _is_no_count(word))
    yield from _codes(answer) if field in CODES else ()
    for handle in _HANDLE.findall(answer) if field not in CODES else ():
        yield from ((word,) for word in _words(handle) if len(word) > SHORTEST and _is_no_count(word))


def _is_no_count(word: str) -> bool:
    """Whether it has letters, or more digits than a count or a year."""
    return not word.isdigit() or len(word) > _COUNT


def _marks(text: str) -> Iterator[Mark]:
    words = _words(text)
    yield from ((word,) for word in words)
    yield from _runs(words)
    yield from _phones(text)
    yield from _codes(text)


def _words(text: str) -> list[str]:
    found = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return [word for word in found if word not in _NOT_TELLING]


def _runs(words: list[str]) -> Iterator[Mark]:
    """Every `RUN` words in a row that are words: rows of figures are in every table."""
    for first in range(len(words) - RUN + 1):
        run = tuple(words[first : first + RUN])
        if not any(word.isdigit() for word in run):
            yield run


def _codes(text: str) -> Iterator[Mark]:
    """Words that are joined, such as the number of a report."""
    yield from (("code", found.casefold()) for found in _CODE.findall(text))


def _phones(text: str) -> Iterator[Mark]:
    for found in _PHONE.findall(text):
        digits = "".join(filter(str.isdigit, found))
        if len(digits) >= _LAST_DIGITS:
            yield ("tel", digits[-_LAST_DIGITS:])


def _plain(name: str, text: str) -> str:
    """The text as it is read: what JSON and HTML write in another way, written out."""
    if name.endswith(".json"):
        return json.dumps(json.loads(text), ensure_ascii=False)
    return html.unescape(text) if name.endswith(".html") else text
