"""A language that nobody reads and that runs from the right, to find on the pages what nobody translated."""

import re
from pathlib import Path

from report_abuse_receiver.ground.scheme.scheme import load_scheme
from tests.parts import catalogue
from tests.parts.schemes import with_languages

_PLACEHOLDER = re.compile(r"%\(\w+\)s")
#: One letter of another script for each of ours.
_PSEUDO = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابتثجحخدذرزسشصضطظعغفقكلمنه")


def right_to_left(folder: Path) -> Path:
    """A scheme whose pages a browser that asks for `ar` gets in sentences nobody can read, from right to left."""
    every = [*catalogue.sentences(), *load_scheme().sentences]
    return with_languages(folder, "en", "ar", words={said: _pseudo(said) for said in every})


def _pseudo(said: str) -> str:
    """The sentence in other letters, with its places for names left whole."""
    kept = _PLACEHOLDER.findall(said)
    turned = [part.lower().translate(_PSEUDO) for part in _PLACEHOLDER.split(said)]
    return "".join(part + name for part, name in zip(turned, [*kept, ""], strict=True))
