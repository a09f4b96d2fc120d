"""The closed lists of feedback: what is done with figures, in the audit, and who may."""

from report_abuse_receiver.ground.kinds import AuditAction, RightKind, Role, TwoPeople


class Action(AuditAction):
    """What is done with figures."""

    FREEZE = "freeze"
    FOLD = "fold"
    ASK_FREEZE = "ask-freeze"
    GRANT_FREEZE = "grant-freeze"
    REFUSE_FREEZE = "refuse-freeze"


class Right(RightKind):
    """What may be done with figures."""

    ASK_FREEZE = "ask-freeze", (Role.SUPERVISOR, Role.FEEDBACK_OFFICER)
    GRANT_FREEZE = "grant-freeze", (Role.SUPERVISOR, Role.FEEDBACK_OFFICER)


FREEZING = TwoPeople(
    done=Action.FREEZE,
    ask=Right.ASK_FREEZE,
    asked=Action.ASK_FREEZE,
    grant=Right.GRANT_FREEZE,
    granted=Action.GRANT_FREEZE,
    refused=Action.REFUSE_FREEZE,
)
