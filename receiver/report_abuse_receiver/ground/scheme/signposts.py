"""Signposts: the bodies that help, and the number to call in danger, each with the day of its last check (P21, P31)."""

from dataclasses import dataclass
from datetime import date, timedelta

#: A number that nobody has looked at for so long may be somebody else's by now.
CHECKED_WITHIN = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Signpost:
    """A body that can help: who it is for and how to reach it.

    `number` is empty where there is none to call. `talk` marks those offered on every page, `unnamed` the one for those
    who will not give a name (P29), and `kinds` are the boxes after which it is shown. `checked_on` is the day its words
    and number were last compared with what the body itself publishes; `called` says whether somebody then rang it.
    It is shown from `valid_from` to `valid_to`, both included.
    """

    id: str
    name: str
    words: str
    checked_on: date
    called: bool = False
    number: str = ""
    hours: str = ""
    about_call: str = ""
    audience: str = "anyone"
    talk: bool = False
    unnamed: bool = False
    kinds: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid(self, day: date) -> bool:
        """Whether it may be shown on `day`."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What of it is shown to children."""
        return tuple(said for said in (self.name, self.words, self.hours, self.about_call) if said)


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """Whom to call where there is danger now (P21): the number of this country, and what to know about calling it.

    `silent` is for those who cannot speak, `elsewhere` for those in another country; either may be empty.
    """

    number: str
    words: str
    checked_on: date
    called: bool = False
    silent: str = ""
    elsewhere: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What of it is shown to children."""
        return tuple(said for said in (self.words, self.silent, self.elsewhere) if said)


def is_stale(one: Signpost | Emergency, day: date) -> bool:
    """Whether it is time to check it again."""
    return day - one.checked_on > CHECKED_WITHIN
