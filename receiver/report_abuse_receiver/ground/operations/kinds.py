"""What operations owe."""

from report_abuse_receiver.ground.kinds import JobKind


class Job(JobKind):
    """Work that comes round by the clock."""

    HOUSEKEEPING = "housekeeping"
