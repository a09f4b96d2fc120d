"""What the keys owe."""

from report_abuse_receiver.ground.kinds import JobKind


class Job(JobKind):
    """Work that a change of keys owes."""

    REWRAP = "rewrap"
