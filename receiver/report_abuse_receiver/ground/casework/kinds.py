"""What casework owes."""

from report_abuse_receiver.ground.kinds import JobKind


class Job(JobKind):
    """Work that reports owe to analysts."""

    SAME_NAMES = "suspects"
    PURGE = "purge"
