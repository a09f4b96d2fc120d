"""The closed lists of operations: what comes round by the clock, and what is done to all of the data."""

from report_abuse_receiver.ground.kinds import AuditAction, JobKind


class Job(JobKind):
    """Work that comes round by the clock."""

    HOUSEKEEPING = "housekeeping"


class Action(AuditAction):
    """What is done to all of the data at once."""

    BACKUP = "backup"
    RECOVER = "recover"
