"""Urgency: how soon a person must read a report and why, from what the child answered (P22, P34)."""

from collections.abc import Callable, Mapping
from typing import Any

from report_abuse_receiver.rules.intake.coding import age_band, is_child

Answers = Mapping[str, Any]

#: The order in which they are worked.
URGENCIES = ("now", "today", "soon", "routine")


def _says(name: str, *codes: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(name) in codes


def _ticked(kind: str) -> Callable[[Answers], bool]:
    return lambda answers: kind in answers.get("kinds", ())


def _about_a_child(answers: Answers) -> bool:
    return is_child(answers) or age_band(answers) not in ("adult", "unknown")


#: The reasons from the gravest on. What the child says of danger goes before what kind of thing it is.
_REASONS: tuple[tuple[str, str, Callable[[Answers], bool]], ...] = (
    ("now", "not_safe", _says("safe", "no")),
    ("now", "meeting_soon", _says("meeting", "soon")),  # C23: tomorrow, at the station
    ("today", "perhaps_not_safe", _says("safe", "unsure")),
    ("today", "threat", _ticked("threat")),
    ("today", "touched", _ticked("touch")),
    ("today", "has_met", _says("meeting", "met")),
    ("today", "meeting_later", _says("meeting", "later")),
    ("today", "wants_to_meet", _ticked("meet")),
    ("today", "camera", _ticked("camera")),
    ("today", "knows_where", _says("knows_where", "yes")),
    ("today", "other_children", _says("others", "yes")),
    ("soon", "child", _about_a_child),  # P20: any other report from or about a child
)
#: What stands for a report that no reason makes urgent.
_ROUTINE = ("routine", "none")
#: Every code of `why`, the gravest first.
WHYS = (*(code for _, code, _ in _REASONS), _ROUTINE[1])


def urgency(answers: Answers) -> str:
    """One of URGENCIES.

    now: danger at this moment, or a meeting planned soon.
    today: the child is not sure to be safe, is blackmailed or touched, is known to the person, or another is in danger.
    soon: any other report from or about a child. routine: the rest.
    """
    return _gravest(answers)[0]


def why(answers: Answers) -> str:
    """The gravest reason for the urgency, one of WHYS."""
    return _gravest(answers)[1]


def _gravest(answers: Answers) -> tuple[str, str]:
    return next(((level, code) for level, code, holds in _REASONS if holds(answers)), _ROUTINE)
