"""The closed lists of partners: where a key of theirs stands."""

from enum import StrEnum


class KeyState(StrEnum):
    """Whether what a key signed is believed: RETIRED keys sign nothing new, REVOKED ones were never to be believed."""

    ACTIVE = "active"
    RETIRED = "retired"
    REVOKED = "revoked"
