"""The closed lists of partners: where keys and placements of theirs stand."""

from enum import StrEnum


class KeyState(StrEnum):
    """Whether what a key signed is believed: RETIRED keys sign nothing new, REVOKED ones were never to be believed."""

    ACTIVE = "active"
    RETIRED = "retired"
    REVOKED = "revoked"


class PlacementState(StrEnum):
    """Whether a placement is counted apart: RETIRED ones no more, and UNREGISTERED ones stand on reports only."""

    REGISTERED = "registered"
    RETIRED = "retired"
    UNREGISTERED = "unregistered"
