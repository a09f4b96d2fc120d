"""Roles: what each of the centre's people may do, so that nobody can do everything alone (S9)."""

from collections.abc import Mapping
from enum import StrEnum

#: What a person is at the centre, and whom they come from: police and child protection work side by side.
ROLES = ("analyst", "supervisor", "feedback_officer", "administrator", "auditor")
ORGANISATIONS = ("police", "child_protection", "other")


class Right(StrEnum):
    """What somebody may do; WORK is the queue, and the only one that opens a report."""

    WORK = "work"
    ASK_EXPORT = "ask-export"
    GRANT_EXPORT = "grant-export"
    ASK_FREEZE = "ask-freeze"
    GRANT_FREEZE = "grant-freeze"
    STAFF = "staff"
    AUDIT = "audit"


#: Right → the roles that have it.
_RIGHTS: Mapping[Right, tuple[str, ...]] = {
    Right.WORK: ("analyst", "supervisor"),
    Right.ASK_EXPORT: ("analyst", "supervisor"),
    Right.GRANT_EXPORT: ("supervisor",),
    Right.ASK_FREEZE: ("supervisor", "feedback_officer"),
    Right.GRANT_FREEZE: ("supervisor", "feedback_officer"),
    Right.STAFF: ("administrator",),
    Right.AUDIT: ("auditor",),
}


def may(role: str, right: Right) -> bool:
    """Whether somebody of this role has this right."""
    return role in _RIGHTS[right]


def roles_with(right: Right) -> tuple[str, ...]:
    """Who has it, for the sentence that says whom to ask."""
    return _RIGHTS[right]
