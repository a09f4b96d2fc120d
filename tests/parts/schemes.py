"""Schemes of other centres: the shipped one with something in it changed, and the one of the examples."""

import json
from collections.abc import Mapping
from pathlib import Path

from report_abuse_receiver.ground.scheme.scheme import SHIPPED
from tests.parts.source import ROOT

SECOND = ROOT / "examples" / "second_scheme" / "scheme.toml"


def changed(folder: Path, old: str, new: str) -> Path:
    """The shipped scheme with one thing in it changed."""
    text = SHIPPED.read_text("utf-8")
    if old not in text:
        raise LookupError(f"the shipped scheme does not say {old!r}")
    (folder / "scheme.toml").write_text(text.replace(old, new, 1), "utf-8")
    return folder / "scheme.toml"


def with_languages(folder: Path, *codes: str, words: Mapping[str, str] | None = None) -> Path:
    """The shipped scheme with these languages on, and these words of its own in the last of them."""
    path = changed(folder, 'languages = ["en"]', f"languages = {json.dumps(codes)}")
    if words is not None:
        lines = [
            f"{json.dumps(said, ensure_ascii=False)} = {json.dumps(words[said], ensure_ascii=False)}" for said in words
        ]
        with path.open("a", encoding="utf-8") as file:
            file.write("\n".join(["", f"[words.{codes[-1]}]", *lines, ""]))
    return path
