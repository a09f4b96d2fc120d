"""The closed lists of casework: what it owes, what it writes on a timeline and in the audit, who may, and states."""

from enum import StrEnum

from report_abuse_receiver.ground.kinds import AuditAction, EntryKind, JobKind, RightKind, Role, TwoPeople


class Job(JobKind):
    """Work that reports owe to analysts."""

    SAME_NAMES = "same-names"
    RAISE_URGENCY = "raise-urgency"
    PURGE = "purge"


class State(StrEnum):
    """Where a report stands; the scheme words them."""

    NEW = "new"
    CLAIMED = "claimed"
    DECIDED = "decided"
    CLOSED = "closed"


class Entry(EntryKind):
    """What became of a report at the desk."""

    CLAIMED = "claimed"
    DECIDED = "decided"
    URGENCY_RAISED = "urgency-raised"
    HELD = "held"
    HOLD_ENDED = "hold-ended"


class Action(AuditAction):
    """What opens reports, takes them away or keeps them."""

    OPEN = "open"
    HOLD = "hold"
    END_HOLD = "end-hold"
    PURGE = "purge"
    EXPORT = "export"
    ASK_EXPORT = "ask-export"
    GRANT_EXPORT = "grant-export"
    REFUSE_EXPORT = "refuse-export"


class Right(RightKind):
    """What may be done with reports; WORK is the queue, and with an export the only one that opens them."""

    WORK = "work", (Role.ANALYST, Role.SUPERVISOR)
    ASK_EXPORT = "ask-export", (Role.ANALYST, Role.SUPERVISOR)
    GRANT_EXPORT = "grant-export", (Role.SUPERVISOR,)


EXPORTING = TwoPeople(
    done=Action.EXPORT,
    ask=Right.ASK_EXPORT,
    asked=Action.ASK_EXPORT,
    grant=Right.GRANT_EXPORT,
    granted=Action.GRANT_EXPORT,
    refused=Action.REFUSE_EXPORT,
)
