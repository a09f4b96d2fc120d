"""Urgency: how soon a person must read a report, from what the child answered (P22, P34)."""

from collections.abc import Mapping
from typing import Any

from report_abuse_receiver.rules.coding import age_band, is_child

#: The order in which they are worked.
URGENCIES = ("now", "today", "soon", "routine")

_GRAVE = frozenset({"threat", "touch", "meet", "camera"})


def urgency(answers: Mapping[str, Any]) -> str:
    """One of URGENCIES. What the child says of danger goes before what kind of thing it is.

    now: danger at this moment, or a meeting planned soon (C23: tomorrow, at the station).
    today: the child is not sure to be safe, is blackmailed or touched, is known to the person, or another is in danger.
    soon: any other report from or about a child (P20). routine: the rest.
    """
    if answers.get("safe") == "no" or answers.get("meeting") == "soon":
        return "now"
    if _today(answers):
        return "today"
    return "soon" if is_child(answers) or age_band(answers) not in ("adult", "unknown") else "routine"


def _today(answers: Mapping[str, Any]) -> bool:
    return (
        answers.get("safe") == "unsure"
        or answers.get("meeting") in ("later", "met")
        or answers.get("knows_where") == "yes"
        or answers.get("others") == "yes"
        or not _GRAVE.isdisjoint(answers.get("kinds", ()))
    )
