"""Pieces of sentences: no number in a report is plain text, so that a test can ask each where it comes from."""

from dataclasses import dataclass
from functools import singledispatch

from markupsafe import Markup, escape

from report_abuse_receiver.reporting.release import Figure
from report_abuse_receiver.rules.feedback.baseline import Baseline
from report_abuse_receiver.rules.feedback.disclosure import FLOOR
from report_abuse_receiver.rules.feedback.rates import Rate


@dataclass(frozen=True)
class Name:
    """What somebody chose to call something: a site, a placement, a code's words. Digits in it are no figures."""

    text: str


@dataclass(frozen=True)
class Place:
    """A placement of the button, as its provider calls it."""

    text: str


@dataclass(frozen=True)
class When:
    """A month, a quarter or a year in words."""

    text: str


@dataclass(frozen=True)
class Rule:
    """A number of the method itself, such as the floor; it says nothing about anybody."""

    number: float


Piece = str | Name | Place | When | Rule | Figure | Baseline | Rate
Sentence = tuple[Piece, ...]

LOW: Sentence = ("fewer than ", Rule(FLOOR))


@singledispatch
def mark(piece: object) -> Markup:
    """A piece as HTML; plain text is escaped."""
    return escape(piece)


@mark.register
def _(piece: Name) -> Markup:
    return Markup('<span class="name">{}</span>').format(piece.text)


@mark.register
def _(piece: Place) -> Markup:
    return Markup('“<span class="name">{}</span>”').format(piece.text)


@mark.register
def _(piece: When) -> Markup:
    return Markup('<span class="when">{}</span>').format(piece.text)


@mark.register
def _(piece: Rule) -> Markup:
    return Markup('<span class="rule">{}</span>').format(f"{piece.number:g}")


@mark.register
def _(piece: Figure) -> Markup:
    if piece.shown:
        return Markup('<b class="n">{:,}</b>').format(piece.observation)
    return say(LOW) if piece.low else Markup("not shown")


@mark.register
def _(piece: Baseline) -> Markup:
    return Markup('<span class="mean" data-of="{}">{:,}</span>').format(
        " ".join(str(one) for one in piece.of), piece.rounded
    )


@mark.register
def _(piece: Rate) -> Markup:
    return Markup('<span class="rate" data-part="{}" data-whole="{}">{}%</span>').format(
        piece.part, piece.whole, piece.percent
    )


def say(sentence: Sentence) -> Markup:
    """A sentence as HTML."""
    return Markup("").join(mark(piece) for piece in sentence)


def capital(sentence: Sentence) -> Sentence:
    """The sentence with a capital at its beginning, should it begin with a name."""
    first, *rest = sentence
    if isinstance(first, Name):
        first = Name(first.text[:1].upper() + first.text[1:])
    return (first, *rest)


def listed(names: list[Name]) -> Sentence:
    """a, b and c."""
    if len(names) < 2:
        return tuple(names)
    commas = [piece for name in names[:-1] for piece in (name, ", ")][:-1]
    return (*commas, " and ", names[-1])
