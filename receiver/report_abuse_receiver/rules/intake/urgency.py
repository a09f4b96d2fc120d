"""Urgency: how soon a person must read a report and why, from what the child answered (P22, P34)."""

from collections.abc import Callable
from enum import StrEnum

from report_abuse_receiver.ground.forms.answers import Answers
from report_abuse_receiver.rules.intake.coding import age_band, is_child

#: The order in which they are worked.
URGENCIES = ("now", "today", "soon", "routine")


class Why(StrEnum):
    """The reasons for an urgency, the gravest first; NONE stands for a report that no reason makes urgent."""

    NOT_SAFE = "not_safe"
    MEETING_SOON = "meeting_soon"
    PERHAPS_NOT_SAFE = "perhaps_not_safe"
    THREAT = "threat"
    TOUCHED = "touched"
    HAS_MET = "has_met"
    MEETING_LATER = "meeting_later"
    WANTS_TO_MEET = "wants_to_meet"
    CAMERA = "camera"
    KNOWS_WHERE = "knows_where"
    OTHER_CHILDREN = "other_children"
    CHILD = "child"
    NONE = "none"


def _says(name: str, *codes: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(name) in codes


def _ticked(kind: str) -> Callable[[Answers], bool]:
    return lambda answers: kind in answers.get("kinds", ())


def _about_a_child(answers: Answers) -> bool:
    return is_child(answers) or age_band(answers) not in ("adult", "unknown")


#: The reasons from the gravest on. What the child says of danger goes before what kind of thing it is.
_REASONS: tuple[tuple[str, Why, Callable[[Answers], bool]], ...] = (
    ("now", Why.NOT_SAFE, _says("safe", "no")),
    ("now", Why.MEETING_SOON, _says("meeting", "soon")),  # C23: tomorrow, at the station
    ("today", Why.PERHAPS_NOT_SAFE, _says("safe", "unsure")),
    ("today", Why.THREAT, _ticked("threat")),
    ("today", Why.TOUCHED, _ticked("touch")),
    ("today", Why.HAS_MET, _says("meeting", "met")),
    ("today", Why.MEETING_LATER, _says("meeting", "later")),
    ("today", Why.WANTS_TO_MEET, _ticked("meet")),
    ("today", Why.CAMERA, _ticked("camera")),
    ("today", Why.KNOWS_WHERE, _says("knows_where", "yes")),
    ("today", Why.OTHER_CHILDREN, _says("others", "yes")),
    ("soon", Why.CHILD, _about_a_child),  # P20: any other report from or about a child
)
ROUTINE = "routine"


def urgency(answers: Answers) -> str:
    """One of URGENCIES.

    now: danger at this moment, or a meeting planned soon.
    today: the child is not sure to be safe, is blackmailed or touched, is known to the person, or another is in danger.
    soon: any other report from or about a child. routine: the rest.
    """
    return _gravest(answers)[0]


def why(answers: Answers) -> Why:
    """The gravest reason for the urgency, for the person who reads it."""
    return _gravest(answers)[1]


def rank_of(urgency: str) -> int:
    """The place of an urgency in the queue; the lowest is worked first."""
    return URGENCIES.index(urgency)


def _gravest(answers: Answers) -> tuple[str, Why]:
    return next(((level, code) for level, code, holds in _REASONS if holds(answers)), (ROUTINE, Why.NONE))
