"""The scheme: remit, promises, codes, signposts and colours in one TOML file, so that another centre needs no code."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError

from report_abuse_receiver.ground.errors import CannotStart, Refused, UnknownCode
from report_abuse_receiver.ground.forms.pages import questions
from report_abuse_receiver.ground.forms.typed import term
from report_abuse_receiver.ground.partners.placements import check_placements
from report_abuse_receiver.ground.scheme.colours import DARK, LIGHT, Palette, check_contrast
from report_abuse_receiver.ground.scheme.letter import LetterWords, check_letter
from report_abuse_receiver.ground.scheme.retention import Retention, check_retention
from report_abuse_receiver.ground.scheme.schema import SchemeSchema, what_is_wrong
from report_abuse_receiver.ground.scheme.signposts import Emergency, Signpost

SHIPPED = Path(__file__).with_name("scheme.toml")
#: What the sentences of pages and schemes are written in.
SOURCE = "en"
#: Vocabularies that a scheme may leave out, because a centre can work with one code.
_DEFAULTS = {"service_type": ["other"]}
VOCABULARIES = (
    "category", "age_band", "reporter", "contact", "moved_to", "outcome",
    "time_to_report", "channel", "urgency", "lane", "state", "event",
)  # fmt: skip
#: The box for whatever no box fits (P02).
ANYTHING = "other"


@dataclass(frozen=True, kw_only=True)
class Remit:
    """What this centre helps with, said to those whom others can help better (P06, P38)."""

    words: str
    ours: str


@dataclass(frozen=True, kw_only=True)
class Promises:
    """What a reporter is promised before the first question, and once it is sent (P20): keep each, or change it."""

    start: tuple[str, ...]
    child: str
    adult: str


@dataclass(frozen=True, kw_only=True)
class Tiers:
    """The published numbers from which on a provider is told more (rules/feedback/tiers.py)."""

    every_section: int = 50
    main_figures: int = 10
    button_figures: int = 50
    invitation: int = 25


@dataclass(frozen=True, kw_only=True)
class Placements:
    """Where buttons stand: the kinds of pages that each provider has from the start, and how many are counted apart."""

    kinds: tuple[str, ...] = (
        "app", "chat", "comments", "game", "group", "help", "home", "live-stream", "messages", "poster", "profile",
        "video",
    )  # fmt: skip
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """What one centre takes in, in which words it counts it, and where it sends the rest (C41).

    `kinds` are the boxes it offers, each with the category it suggests; `words` are its own words for sentences, by
    language; `languages` those that are on, the one to fall back on first.
    """

    name: str
    country: str
    exit_url: str
    exit_words: str
    languages: tuple[str, ...]
    emergency: Emergency
    signposts: tuple[Signpost, ...]
    remit: Remit
    promises: Promises
    letter: LetterWords
    retention: Retention
    kinds: Mapping[str, str]
    vocabularies: Mapping[str, tuple[str, ...]]
    words: Mapping[str, Mapping[str, str]]
    light: Palette
    dark: Palette
    tiers: Tiers = field(default_factory=Tiers)
    placements: Placements = field(default_factory=Placements)

    @property
    def out_of_remit(self) -> frozenset[str]:
        """The boxes that alone, with no story, are another body's work (P06, P38)."""
        return frozenset(kind for kind, category in self.kinds.items() if category == "out_of_remit")

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything in it that a child may read."""
        bodies = [said for one in self.signposts for said in one.sentences]
        promised = (*self.promises.start, self.promises.child, self.promises.adult, *self.letter.sentences)
        own = (self.name, self.exit_words, self.remit.words, self.remit.ours)
        return tuple(dict.fromkeys((*own, *self.emergency.sentences, *promised, *bodies)))

    def letter_in(self, language: str) -> LetterWords:
        """The letter in this language; in English where a sentence of it has no words there."""
        own = self.words.get(language, {})
        whole = all(own.get(said) for said in self.letter.sentences)
        return self.letter.in_words(own if whole else self.words.get(SOURCE, {}))

    def signposts_on(self, day: date) -> tuple[Signpost, ...]:
        """The bodies that may be shown on `day`."""
        return tuple(one for one in self.signposts if one.is_valid(day))

    def vocabulary(self, name: str) -> tuple[str, ...]:
        """The codes of one closed vocabulary, in the order of the scheme."""
        return self.vocabularies[name]

    def check(self, name: str, code: str) -> str:
        """The code of vocabulary `name` that was meant; raises UnknownCode with the list of known ones."""
        known = self.vocabularies[name]
        meant = {term(one): one for one in known}.get(term(code))
        if meant is None:
            raise UnknownCode(f"{name} {code!r} is not known; write one of: {', '.join(known)}")
        return meant


def load_scheme(path: Path | None = None) -> Scheme:
    """Read a scheme file, the shipped one by default; raises CannotStart naming the file and what is wrong with it."""
    source = path or SHIPPED
    try:
        raw = tomllib.loads(source.read_text("utf-8"))
        scheme = _build(SchemeSchema().load(raw))
    except OSError as error:
        raise CannotStart(f"REPORT_ABUSE_SCHEME: cannot read {source}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotStart(f"REPORT_ABUSE_SCHEME: {source} is not a scheme: {error}") from error
    except ValidationError as error:
        raise CannotStart(f"REPORT_ABUSE_SCHEME: {source}: {what_is_wrong(error)}") from error
    _check(scheme)
    return scheme


def _build(read: dict[str, Any]) -> Scheme:
    colours, promises = read.pop("colours"), read.pop("promises")
    return Scheme(
        **{
            **read,
            "languages": tuple(read["languages"]),
            "signposts": tuple(read["signposts"]),
            "remit": Remit(**read["remit"]),
            "promises": Promises(**{**promises, "start": tuple(promises["start"])}),
            "kinds": MappingProxyType(read["kinds"]),
            "vocabularies": MappingProxyType(
                {name: tuple(codes) for name, codes in (_DEFAULTS | read["vocabularies"]).items()}
            ),
            "light": MappingProxyType({**LIGHT, **colours["light"]}),
            "tiers": Tiers(**read["tiers"]),
            "placements": Placements(**read["placements"]),
            "dark": MappingProxyType({**DARK, **colours["dark"]}),
        }
    )


def _check(scheme: Scheme) -> None:
    _known("[vocabularies] must hold lists", VOCABULARIES, scheme.vocabularies)
    boxes = questions("what")["kinds"].codes
    _known("[kinds] names boxes", scheme.kinds, boxes)
    _known("[kinds] names categories", scheme.kinds.values(), scheme.vocabularies["category"])
    _known("[[signposts]] name kinds", (kind for one in scheme.signposts for kind in one.kinds), scheme.kinds)
    if ANYTHING not in scheme.kinds:
        raise CannotStart(f"REPORT_ABUSE_SCHEME: [kinds] has no {ANYTHING!r}, for whatever no other box fits")
    check_retention(scheme.retention, scheme.vocabularies)
    _check_placements(scheme.placements)
    for language in dict.fromkeys((SOURCE, *scheme.words)):
        names = (scheme.name, scheme.words.get(language, {}).get(scheme.name) or scheme.name)
        check_letter(scheme.letter_in(language), language=language, names=names)
    check_contrast("light", scheme.light)
    check_contrast("dark", scheme.dark)


def _check_placements(allowed: Placements) -> None:
    try:
        check_placements(allowed.kinds, most=allowed.most)
    except Refused as error:
        raise CannotStart(f"REPORT_ABUSE_SCHEME: [placements]: {error}") from error


def _known(what: str, used: Any, known: Collection[str]) -> None:
    unknown = sorted(set(used) - set(known))
    if unknown:
        raise CannotStart(f"REPORT_ABUSE_SCHEME: {what} that do not exist: {', '.join(unknown)}")
