"""A drawn report, read as a distrustful reader would: every digit on it must say what it is and where it comes from.

Page furniture is allowed by its place and its form, never by its value: a section number, a date, a name that somebody
chose, a constant of the method. Whatever else is a number must be a published one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

from report_abuse_receiver.reporting.labels import WORDS
from report_abuse_receiver.rules.feedback import baseline, disclosure, rates

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
WHEN = re.compile(
    r"(?:\d{1,2} )?[A-Z][a-z]+ \d{4}"  # 1 October 2026, July 2026
    r"|[A-Z][a-z]+(?: \d{4})? to [A-Z][a-z]+ \d{4}"  # July to September 2026, April 2025 to March 2026
    r"|\d{4}-Q[1-4]"
)
#: The constants of the method, and those of the tiers as the scheme ships them.
RULES = {
    disclosure.FLOOR, disclosure.MAX_CHANGE, disclosure.FLOOR - 1 + disclosure.MAX_CHANGE, disclosure.VARIANCE,
    rates.LEAST, baseline.LEAST, baseline.QUARTERS, 2, 1.25, 10, 25, 50,
}  # fmt: skip
#: Attributes that place things on the page or connect them, and say nothing to anybody.
PLACING = {
    "x", "y", "x1", "x2", "y1", "y2", "width", "height", "id", "class", "content", "charset", "lang", "aria-labelledby",
    "data-of", "data-part", "data-whole",
}  # fmt: skip


class Stray(AssertionError):
    """A number that cannot say where it comes from."""


def parsed(page: str) -> Element:
    """The page as a tree; html5lib in strict mode raises on the least mistake."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(page)
    return root


def check(page: str, *bodies: Mapping[str, Any], names: Iterable[str] = ()) -> int:
    """Raise Stray for the first number without an origin in `bodies`; returns how many published ones were found."""
    reader = _Reader(bodies, names)
    reader.walk(parsed(page), ())
    return reader.found


def published(*bodies: Mapping[str, Any]) -> set[int]:
    """Every number that these releases publish."""
    return {row["observation"] for body in bodies for row in body["observations"]} - {None}


class _Reader:
    def __init__(self, bodies: Iterable[Mapping[str, Any]], names: Iterable[str]) -> None:
        every = list(bodies)
        self.found = 0
        self._published = published(*every)
        codes = {str(row[name]) for body in every for row in body["observations"] for name in ("placement", "category")}
        words = {word for vocabulary in WORDS.values() for word in vocabulary.values()}
        self._names = {name.lower() for name in (*codes, *words, *names)}
        self.ids = {str(body[name]) for body in every for name in body if isinstance(body[name], str | int)}
        self.ids |= {value for body in every for value in body["hashes"].values()}
        self.ids |= {"observations.csv", "release.json"}
        self._section = 0

    def walk(self, element: Element, kinds: tuple[str, ...]) -> None:
        """Every text under an element, with the kinds of the elements around it."""
        if not isinstance(element.tag, str) or element.tag == "style":
            return
        here = (*kinds, element.tag, *element.get("class", "").split())
        self._attributes(element)
        self._text(element.text or "", element, here)
        for child in element:
            self.walk(child, here)
            self._text(child.tail or "", element, here)

    def _attributes(self, element: Element) -> None:
        for name, value in element.attrib.items():
            if name not in PLACING and NUMBER.search(value) and value.lower() not in self._names:
                raise Stray(f"{name}={value!r} of <{element.tag}>")

    def _text(self, text: str, element: Element, kinds: tuple[str, ...]) -> None:
        if not NUMBER.search(text):
            return
        judge = next((_JUDGES[kind] for kind in reversed(kinds) if kind in _JUDGES), None)
        if judge is None or not judge(self, text.strip(), element):
            raise Stray(f"{text.strip()!r} in {' > '.join(kinds)}")

    def _is_published(self, text: str, element: Element) -> bool:
        self.found += 1
        return int(text.replace(",", "")) in self._published

    def _is_rate(self, text: str, element: Element) -> bool:
        part, whole = int(element.get("data-part", "")), int(element.get("data-whole", ""))
        percent = min(100, int(100 * part / whole + 0.5))
        return {part, whole} <= self._published and whole >= rates.LEAST and text == f"{percent}%"

    def _is_mean(self, text: str, element: Element) -> bool:
        of = [int(one) for one in element.get("data-of", "").split()]
        same = int(text.replace(",", "")) == int(sum(of) / len(of) + 0.5)
        return len(of) == baseline.QUARTERS and set(of) <= self._published and same

    def _is_section(self, text: str, element: Element) -> bool:
        self._section += 1
        return int(text) == self._section

    def _is_name(self, text: str, element: Element) -> bool:
        return text.lower() in self._names

    def _is_title(self, text: str, element: Element) -> bool:
        name, _, rest = text.partition(", ")
        return name.lower() in self._names and bool(WHEN.match(rest))


#: Who judges a number, by the innermost kind of element around it; where nobody does, it is a stray.
_JUDGES: Mapping[str, Callable[[_Reader, str, Element], bool]] = {
    "n": _Reader._is_published,
    "rate": _Reader._is_rate,
    "mean": _Reader._is_mean,
    "no": _Reader._is_section,
    "name": _Reader._is_name,
    "title": _Reader._is_title,
    "when": lambda reader, text, element: bool(WHEN.fullmatch(text)),
    "rule": lambda reader, text, element: float(text) in RULES,
    "code": lambda reader, text, element: text in reader.ids,
}


def words(page: str) -> str:
    """What a person reads, with single spaces."""
    return " ".join("".join(_texts(parsed(page))).split())


def _texts(element: Element) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag == "style":
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""
