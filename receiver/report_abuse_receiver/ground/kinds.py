"""Kinds: the closed lists that the receiver itself keeps, as types; each department declares its own members.

Their members stand in ground/<department>/kinds.py. What a centre may word or add for itself is the scheme's instead.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class JobKind(StrEnum):
    """What sort of work is owed in the outbox."""


class WorkState(StrEnum):
    """Whether owed work is still to be done; DEAD was given up until a person retries it."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


class AuditAction(StrEnum):
    """What somebody did, in the audit."""


class EntryKind(StrEnum):
    """What happened, on a timeline."""


class Role(StrEnum):
    """What a person is at the centre, so that nobody can do everything alone (S9)."""

    ANALYST = "analyst"
    SUPERVISOR = "supervisor"
    FEEDBACK_OFFICER = "feedback_officer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class RightKind(StrEnum):
    """What somebody may do; each member names the roles that may: `WORK = "work", (Role.ANALYST, Role.SUPERVISOR)`."""

    roles: tuple[Role, ...]

    def __new__(cls, value: str, roles: tuple[Role, ...]) -> Self:
        """A member that is a text as every StrEnum's, and knows its roles."""
        made = str.__new__(cls, value)
        made._value_, made.roles = value, roles
        return made


@dataclass(frozen=True, kw_only=True)
class TwoPeople:
    """What one person asks for and another grants (S9): the rights that this takes, and how the audit calls it."""

    done: AuditAction
    ask: RightKind
    asked: AuditAction
    grant: RightKind
    granted: AuditAction
    refused: AuditAction
