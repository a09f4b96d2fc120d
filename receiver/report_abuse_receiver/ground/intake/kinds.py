"""The closed lists of intake: what it owes, and what it writes on a timeline."""

from report_abuse_receiver.ground.kinds import EntryKind, JobKind


class Job(JobKind):
    """Work that a report owes to whoever sent it."""

    ACKNOWLEDGE = "acknowledge"
    MAIL_ACKNOWLEDGEMENT = "mail-acknowledgement"


class Entry(EntryKind):
    """What comes in, and what goes back by itself."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    MAILED = "acknowledgement-mailed"
    HEARD = "heard"
    ADDED = "added"
    ADDITIONS_READ = "additions-read"
