"""The closed lists of casework: what it owes, what it writes on a timeline and in the audit, and states."""

from enum import StrEnum

from report_abuse_receiver.ground.kinds import AuditAction, EntryKind, JobKind


class Job(JobKind):
    """Work that reports owe to analysts."""

    SAME_NAMES = "same-names"
    PURGE = "purge"


class State(StrEnum):
    """Where a report stands; the scheme words them."""

    NEW = "new"
    CLAIMED = "claimed"
    DECIDED = "decided"
    CLOSED = "closed"


class Entry(EntryKind):
    """What analysts did with a report."""

    CLAIMED = "claimed"
    DECIDED = "decided"
    HELD = "held"
    HOLD_ENDED = "hold-ended"


class Action(AuditAction):
    """What opens reports, takes them away or keeps them."""

    OPEN = "open"
    HOLD = "hold"
    END_HOLD = "end-hold"
    PURGE = "purge"
    EXPORT = "export"
