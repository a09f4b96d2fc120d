"""Kinds: the closed lists that the receiver itself keeps, as types; each department declares its own members.

Their members stand in ground/<department>/kinds.py. What a centre may word or add for itself is the scheme's instead.
"""

from enum import StrEnum


class JobKind(StrEnum):
    """What sort of work is owed in the outbox."""


class AuditAction(StrEnum):
    """What somebody did, in the audit."""


class EntryKind(StrEnum):
    """What happened, on a timeline."""
