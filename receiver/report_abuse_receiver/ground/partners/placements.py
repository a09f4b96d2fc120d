"""Placements: a kind of page and nothing finer, because a placement for each child would name the child."""

import re
from collections.abc import Iterable

from report_abuse.links import PLACEMENT
from report_abuse_receiver.ground.errors import Refused

#: What is not registered is counted here, so it cannot be a placement of its own.
OTHER = "other"
#: The numbers of people, rooms and videos are longer, or stand apart, or are written in hexadecimal.
_NUMBERED = re.compile(r"[0-9]{3}|[0-9].*-.*[0-9]|^[0-9]+$|^[0-9a-f]{8,}$")


def check_placements(names: Iterable[str], *, most: int) -> tuple[str, ...]:
    """Placements that one provider can have at a time, each once. Raises Refused with what to write instead."""
    checked = tuple(dict.fromkeys(map(_checked, names)))
    if len(checked) > most:
        raise Refused(f"these are {len(checked)} placements, and {most} of a provider are counted apart; retire some")
    return checked


def _checked(text: str) -> str:
    if not PLACEMENT.fullmatch(text):
        raise Refused(f"{text[:40]!r} is not a placement: write 1 to 40 of a-z, 0-9 and '-', such as profile-page")
    if text == OTHER:
        raise Refused(f"{OTHER!r} is where all that are not registered are counted together; choose another name")
    if _NUMBERED.search(text):
        raise Refused(f"{text!r} looks like one room, video or person; name the kind of page, such as chat")
    return text
