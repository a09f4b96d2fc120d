"""The closed lists of accounts: who came, went, asked and granted, in the audit."""

from report_abuse_receiver.ground.kinds import AuditAction


class Action(AuditAction):
    """What the centre's people do with their accounts, and for each other."""

    SIGN_IN = "sign-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGN_OUT = "sign-out"
    REFUSED = "refused"
    PASSKEY_ADD = "passkey-add"
    PASSKEY_REMOVE = "passkey-remove"
    STAFF_ADD = "staff-add"
    STAFF_JOIN = "staff-join"
    STAFF_RESET = "staff-reset"
    STAFF_DISABLE = "staff-disable"
    ASK_FREEZE = "ask-freeze"
    GRANT_FREEZE = "grant-freeze"
    REFUSE_FREEZE = "refuse-freeze"
    ASK_EXPORT = "ask-export"
    GRANT_EXPORT = "grant-export"
    REFUSE_EXPORT = "refuse-export"
