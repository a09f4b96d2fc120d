"""How hard a page is to read: its words as a browser shows them, cut into sentences and measured (P41)."""

import re
import warnings
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

from tests.parts.forms import Page

with warnings.catch_warnings():
    # It leaves a file of its own open.
    warnings.simplefilter("ignore", ResourceWarning)
    import textstat  # type: ignore[import-untyped] # it ships no types

SILENT = frozenset({"script", "style", "svg", "title", "textarea"})
INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "span", "strong"})
#: The child's own words stand in these.
TYPED = frozenset({"dd"})
#: The number and the three words of a report, which are drawn by lot.
BY_LOT = re.compile(r'(?:<p class="number">.*?|<strong class="number">.*?)</strong>')
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")


class _Passages(HTMLParser):
    """Cuts a page where a block begins or ends."""

    def __init__(self) -> None:
        super().__init__()
        self.passages = [""]
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._cut(tag, 1)

    def handle_endtag(self, tag: str) -> None:
        self._cut(tag, -1)

    def _cut(self, tag: str, step: int) -> None:
        self._silent += step if tag in SILENT | TYPED else 0
        if tag not in INLINE:
            self.passages.append("")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.passages[-1] += data


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a page asks of a reader."""

    sentences: tuple[str, ...]
    grade: float
    spache: float

    @property
    def longest(self) -> int:
        """The words of its longest sentence."""
        return max(len(one.split()) for one in self.sentences)

    @property
    def long_words(self) -> frozenset[str]:
        """Its words of three and more syllables."""
        words = {word.lower() for one in self.sentences for word in WORD.findall(one)}
        return frozenset(word for word in words if _syllables(word) >= 3)


def read(html: str) -> Reading:
    """Measure a page, or a part of one, as it was drawn."""
    cutter = _Passages()
    cutter.feed(html)
    cutter.close()
    whole = [" ".join(one.split()) for one in cutter.passages]
    sentences = tuple(said for one in whole for said in re.split(r"(?<=[.?!:])\s+", one) if WORD.search(said))
    text = " ".join(said if said[-1] in ".?!" else f"{said.rstrip(':')}." for said in sentences)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        grade = textstat.textstat.flesch_kincaid_grade(text)
        return Reading(sentences=sentences, grade=grade, spache=textstat.textstat.spache_readability(text))


def main_of(page: Page) -> str:
    """What is this page's own, without the lines that all pages have and that make it easier on average."""
    return BY_LOT.sub("", page.html).partition("<main")[2].partition("</main>")[0].partition(">")[2]


@cache
def _syllables(word: str) -> int:
    return int(textstat.textstat.syllable_count(word))
