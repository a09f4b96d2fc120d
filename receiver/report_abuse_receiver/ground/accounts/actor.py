"""Actors: who does what is audited, and by which door they came in (S9, S10)."""

from dataclasses import dataclass
from enum import StrEnum


class Door(StrEnum):
    """How somebody came in, and so what was proved of them."""

    #: Signed in at the desk with two factors.
    DESK = "desk"
    #: Proved at a command that an account is theirs, with the same two factors.
    COMMAND_LINE = "command line"
    #: The host's own user, who has no account and can read the keys anyway.
    HOST = "host"
    #: Holds the recovery key.
    RECOVERY = "recovery"
    #: The service itself, at its own hours.
    WORKER = "worker"
    #: Nobody who is known: what such a one tries is refused, and audited.
    OUTSIDE = "outside"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody who acts. Only accounts makes one, after proof; whatever is audited takes one, and never a text."""

    name: str
    #: Empty for whoever has no account.
    role: str = ""
    organisation: str = ""
    door: Door

    @property
    def has_account(self) -> bool:
        """Whether an account was proved, whose rights count; whoever has none works on the host itself."""
        return self.door in (Door.DESK, Door.COMMAND_LINE)
