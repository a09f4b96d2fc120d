"""The closed lists of the audit: what it owes, and what it opens itself."""

from report_abuse_receiver.ground.kinds import AuditAction, JobKind, RightKind, Role


class Job(JobKind):
    """Work that the audit owes to those who will doubt it."""

    SHIP_HEAD = "audit-head"


class Action(AuditAction):
    """What looks through many reports at once."""

    SCAN = "scan"


class Right(RightKind):
    """What the auditor may do: read what others did."""

    AUDIT = "audit", (Role.AUDITOR,)
