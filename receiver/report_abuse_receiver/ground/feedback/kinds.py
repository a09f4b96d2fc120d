"""The closed lists of feedback: what is done with figures, in the audit."""

from report_abuse_receiver.ground.kinds import AuditAction


class Action(AuditAction):
    """What is done with figures."""

    FREEZE = "freeze"
    FOLD = "fold"
