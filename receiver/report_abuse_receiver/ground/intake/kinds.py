"""What intake owes."""

from report_abuse_receiver.ground.kinds import JobKind


class Job(JobKind):
    """Work that a report owes to whoever sent it."""

    ACKNOWLEDGE = "acknowledge"
    MAIL_ACKNOWLEDGEMENT = "mail-acknowledgement"
