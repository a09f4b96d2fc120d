"""The closed lists of the keys: what they owe, and what is done with them in the audit."""

from enum import StrEnum

from report_abuse_receiver.ground.kinds import AuditAction, JobKind


class Job(JobKind):
    """Work that a change of keys owes."""

    REWRAP = "rewrap"


class Action(AuditAction):
    """What is done with keys."""

    ADD = "add-key"
    DELETE = "delete-key"
    PUBLISH = "publish-keys"


class KeyState(StrEnum):
    """Whether new reports are sealed for a key; of one that is NOT_HERE only what is wrapped for it tells."""

    CURRENT = "current"
    RETIRED = "retired"
    NOT_HERE = "not here"
