"""What the audit owes."""

from report_abuse_receiver.ground.kinds import JobKind


class Job(JobKind):
    """Work that the audit owes to those who will doubt it."""

    SHIP_HEAD = "audit-head"
