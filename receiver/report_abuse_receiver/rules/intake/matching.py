"""Matching: which services of the directory a child names when asked where it happened."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from report_abuse_receiver.ground.forms.typed import folded

#: Shorter names (such as X) are only found as host names: they stand in too many other words.
_SHORTEST = 3
_WORD = re.compile(r"[^\W_]+")


def services_named(text: str, directory: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The ids of the services whose name, alias or host name stands in `text` as words of its own, by id.

    `directory` is id → names. Case, accents, full-width letters, punctuation and the blanks inside a name make no
    difference: `pebblechat`, `#pebblechat` and `pebble_chat` are Pebble Chat.
    """
    words = _words(text)
    told = f" {' '.join(words)} "
    return tuple(
        sorted(service for service, names in directory.items() if any(_stands_in(name, told) for name in names))
    )


def service_called(text: str, directory: Mapping[str, Sequence[str]]) -> str | None:
    """The id of the one service that has this id, name, alias or host name; None where none has, or several have."""
    if text in directory:
        return text
    meant = "".join(_words(text))
    found = [one for one, names in directory.items() if meant in {"".join(_words(name)) for name in (one, *names)}]
    return found[0] if meant and len(found) == 1 else None


def can_be_found(name: str) -> bool:
    """Whether this name is long enough to be looked for."""
    return len(" ".join(_words(name))) >= _SHORTEST


def _stands_in(name: str, told: str) -> bool:
    words = _words(name)
    return can_be_found(name) and (f" {' '.join(words)} " in told or f" {''.join(words)} " in told)


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", folded(text))
    return _WORD.findall("".join(letter for letter in decomposed if not unicodedata.combining(letter)))
