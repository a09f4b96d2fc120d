"""Matching: which services of the directory a child names when asked where it happened."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

#: Shorter names (such as X) are only found as host names: they stand in too many other words.
_SHORTEST = 3


def services_named(text: str, directory: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The ids of the services whose name, alias or host name stands in `text` as words of its own, by id.

    `directory` is id → names. Case, accents, full-width letters and punctuation make no difference.
    """
    words = f" {_plain(text)} "
    return tuple(
        sorted(service for service, names in directory.items() if any(_stands_in(name, words) for name in names))
    )


def _stands_in(name: str, words: str) -> bool:
    plain = _plain(name)
    return len(plain) >= _SHORTEST and f" {plain} " in words


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", letters))
