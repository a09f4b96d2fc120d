"""Schemes with more languages than the shipped one, among them one that nobody reads and that runs from the right."""

import json
import re
from pathlib import Path

from report_abuse_receiver.ground.scheme import SHIPPED, load_scheme
from tests.parts import catalogue

_PLACEHOLDER = re.compile(r"%\(\w+\)s")
#: One letter of another script for each of ours.
_PSEUDO = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابتثجحخدذرزسشصضطظعغفقكلمنه")


def with_languages(folder: Path, *codes: str, words: dict[str, str] | None = None) -> Path:
    """The shipped scheme with these languages on, and these words of its own in the last of them."""
    text = SHIPPED.read_text("utf-8").replace('languages = ["en"]', f"languages = {json.dumps(codes)}")
    if words is not None:
        lines = [
            f"{json.dumps(said, ensure_ascii=False)} = {json.dumps(words[said], ensure_ascii=False)}" for said in words
        ]
        text += "\n".join(["", f"[words.{codes[-1]}]", *lines, ""])
    (folder / "scheme.toml").write_text(text, "utf-8")
    return folder / "scheme.toml"


def right_to_left(folder: Path) -> Path:
    """A scheme whose pages a browser that asks for `ar` gets in sentences nobody can read, from right to left."""
    every = [*catalogue.sentences(), *load_scheme().sentences]
    return with_languages(folder, "en", "ar", words={said: _pseudo(said) for said in every})


def _pseudo(said: str) -> str:
    """The sentence in other letters, with its places for names left whole."""
    kept = _PLACEHOLDER.findall(said)
    turned = [part.lower().translate(_PSEUDO) for part in _PLACEHOLDER.split(said)]
    return "".join(part + name for part, name in zip(turned, [*kept, ""], strict=True))
