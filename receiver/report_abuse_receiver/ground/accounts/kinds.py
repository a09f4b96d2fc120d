"""The closed lists of accounts: who came and went, in the audit; organisations, and states."""

from enum import StrEnum

from report_abuse_receiver.ground.kinds import AuditAction, RightKind, Role


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


class Right(RightKind):
    """What the administrator may do, who then opens nothing and releases nothing."""

    STAFF = "staff", (Role.ADMINISTRATOR,)


class Organisation(StrEnum):
    """Whom a person comes from: police and child protection work side by side."""

    POLICE = "police"
    CHILD_PROTECTION = "child_protection"
    OTHER = "other"


class AccountState(StrEnum):
    """Whether a person can sign in."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


class RequestState(StrEnum):
    """What became of a request for an approval."""

    ASKED = "asked"
    GRANTED = "granted"
    USED = "used"
    REFUSED = "refused"
    EXPIRED = "expired"
