"""Roles: what each of the centre's people may do, so that nobody can do everything alone (S9).

Each department declares its rights, with the roles that have them, in ground/<department>/kinds.py.
"""

from report_abuse_receiver.ground.kinds import RightKind


def may(role: str, right: RightKind) -> bool:
    """Whether somebody of this role has this right."""
    return role in right.roles


def roles_with(right: RightKind) -> tuple[str, ...]:
    """Who has it, for the sentence that says whom to ask."""
    return right.roles
