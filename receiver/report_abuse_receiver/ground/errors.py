"""Every error the receiver raises on purpose, one tree.

ReceiverError
├── CannotStart       a setting, key or data folder is wrong; the text says which and what to write
├── StoreTrouble      the database is locked, read-only or down; trying again may help
├── SealBroken        an envelope does not open: wrong key, or somebody touched it
├── BadPages          a child's answers are not complete yet; one sentence per field
├── NotAnAddress      no mail server takes this as an address
├── MailTrouble       a letter could not be handed in; it stays owed
│   ├── MailRefused       the mail server says no
│   │   └── NoSuchAddress     what should be written to is no address; trying again never helps
│   └── MailUnreachable   the mail server says nothing in time, or cannot be trusted
└── Refused           a request by staff that cannot be done; the text is for the person who asked
    ├── NotFound      there is no such report, provider, key …
    ├── NoVaultKey    this process cannot open what is sealed
    ├── SignInRefused name, password or second factor is wrong; one sentence for all of them
    ├── NoRight       this person's role may not do that
    ├── NotApproved   it takes another person, who has not granted exactly this
    └── UnknownCode   a code outside a closed vocabulary; the text lists the known ones
"""

from collections.abc import Mapping


class ReceiverError(Exception):
    """Root of the receiver's own errors."""


class CannotStart(ReceiverError):
    """The receiver refuses to start; the message says which setting or file, and what to write instead."""


class StoreTrouble(ReceiverError):
    """The database did not answer: locked, read-only, full or down. Nothing was written."""


class SealBroken(ReceiverError):
    """An envelope could not be opened with the keys at hand, or is not the one that was sealed."""


class BadPages(ReceiverError):
    """Answers that cannot be sent yet.

    `errors` is page → field → one plain sentence for the child.
    """

    def __init__(self, errors: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__("some answers are missing")
        self.errors = errors


class NotAnAddress(ReceiverError):
    """What was typed is no e-mail address that a server takes.

    `part` is what to look at: `local` before the @, `domain` behind it, or `whole`.
    """

    def __init__(self, part: str) -> None:
        super().__init__(f"no mail server takes this as an address; look at: {part}")
        self.part = part


class MailTrouble(ReceiverError):
    """A letter could not be handed in; trying again may help."""


class MailRefused(MailTrouble):
    """The mail server said no to the sender, the address or the letter."""


class NoSuchAddress(MailRefused):
    """What a letter should go to, or come from, is no address; it is laid aside at once, for a person to look at."""


class MailUnreachable(MailTrouble):
    """The mail server did not answer in time, broke off, or could not prove who it is."""


class Refused(ReceiverError):
    """A request by staff that cannot be done, in one sentence; the command line ends with 1."""


class NotFound(Refused):
    """There is no such thing."""


class NoVaultKey(Refused):
    """What is sealed cannot be opened here, because this process holds public keys only."""


class UnknownCode(Refused):
    """A code outside its closed vocabulary."""


class SignInRefused(Refused):
    """Whatever was wrong, the answer is the same, so that it teaches nothing (S10)."""

    def __init__(self) -> None:
        super().__init__(
            "that did not work: a name, a password or a code is wrong or was used before; after five tries wait "
            "15 minutes"
        )


class NoRight(Refused):
    """The role of this account may not do that."""


class NotApproved(Refused):
    """It takes two people, and the other one has not granted exactly this (S9)."""
