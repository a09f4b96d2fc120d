"""The scheme: remit, closed vocabularies and signposts in one TOML file, so that another centre needs no code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from report_abuse_receiver.ground.errors import CannotStart, UnknownCode

SHIPPED = Path(__file__).with_name("scheme.toml")
#: Vocabularies that a scheme may leave out, because a centre can work with one code.
_DEFAULTS = {"service_type": ["other"]}


@dataclass(frozen=True, kw_only=True)
class Signpost:
    """A body that can help: who it is for and how to reach it (P31, P38).

    `number` is empty where there is none to call; `talk` marks those offered on every page.
    """

    id: str
    name: str
    words: str
    number: str = ""
    audience: str = "anyone"
    talk: bool = False


@dataclass(frozen=True, kw_only=True)
class Tiers:
    """The published numbers from which on a provider is told more (rules/tiers.py)."""

    every_section: int = 50
    main_figures: int = 10
    button_figures: int = 50
    invitation: int = 25


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """What one centre takes in, in which words it counts it, and where it sends the rest (C41)."""

    name: str
    country: str
    exit_url: str
    emergency: str
    emergency_elsewhere: str
    signposts: tuple[Signpost, ...]
    kinds: Mapping[str, str]
    vocabularies: Mapping[str, tuple[str, ...]]
    tiers: Tiers = field(default_factory=Tiers)

    @property
    def out_of_remit(self) -> frozenset[str]:
        """The boxes that alone, with no story, are another body's work (P06, P38)."""
        return frozenset(kind for kind, category in self.kinds.items() if category == "out_of_remit")

    def signpost(self, signpost_id: str) -> Signpost | None:
        """The signpost of this id, or None where this country has no such body."""
        return next((one for one in self.signposts if one.id == signpost_id), None)

    def vocabulary(self, name: str) -> tuple[str, ...]:
        """The codes of one closed vocabulary, in the order of the scheme."""
        return self.vocabularies[name]

    def check(self, name: str, code: str) -> str:
        """Return `code` if vocabulary `name` knows it; else raise UnknownCode with the list of known ones."""
        known = self.vocabularies[name]
        if code not in known:
            raise UnknownCode(f"{name} {code!r} is not known; write one of: {', '.join(known)}")
        return code


def load_scheme(path: Path | None = None) -> Scheme:
    """Read a scheme file, the shipped one by default; raises CannotStart naming the file and what is wrong with it."""
    source = path or SHIPPED
    try:
        raw = tomllib.loads(source.read_text("utf-8"))
        return _build(raw)
    except OSError as error:
        raise CannotStart(f"REPORT_ABUSE_SCHEME: cannot read {source}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise CannotStart(f"REPORT_ABUSE_SCHEME: {source} is not a scheme: {error}") from error


def _build(raw: dict[str, Any]) -> Scheme:
    scheme = Scheme(
        name=raw["name"],
        country=raw["country"],
        exit_url=raw["exit_url"],
        emergency=raw["emergency"]["number"],
        emergency_elsewhere=raw["emergency"]["elsewhere"],
        signposts=tuple(Signpost(**cast("dict[str, Any]", one)) for one in raw["signposts"]),
        kinds=MappingProxyType(dict(raw["kinds"])),
        vocabularies=MappingProxyType(
            {name: tuple(codes) for name, codes in (_DEFAULTS | raw["vocabularies"]).items()}
        ),
        tiers=_tiers(raw.get("tiers", {})),
    )
    unknown = set(scheme.kinds.values()) - set(scheme.vocabulary("category"))
    if unknown:
        raise CannotStart(
            f"REPORT_ABUSE_SCHEME: [kinds] names categories that do not exist: {', '.join(sorted(unknown))}"
        )
    return scheme


def _tiers(raw: dict[str, Any]) -> Tiers:
    tiers = Tiers(**raw)
    if not all(type(number) is int and number > 0 for number in vars(tiers).values()):
        raise CannotStart("REPORT_ABUSE_SCHEME: [tiers] takes whole numbers above 0")
    return tiers
