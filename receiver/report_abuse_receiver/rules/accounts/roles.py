"""Roles: what each of the centre's people may do, so that nobody can do everything alone (S9)."""

#: What a person is at the centre, and whom they come from: police and child protection work side by side.
ROLES = ("analyst", "supervisor", "feedback_officer", "administrator", "auditor")
ORGANISATIONS = ("police", "child_protection", "other")

#: Right → the roles that have it. `work` is the queue, and the only one that opens a report.
_RIGHTS = {
    "work": ("analyst", "supervisor"),
    "ask-export": ("analyst", "supervisor"),
    "grant-export": ("supervisor",),
    "ask-freeze": ("supervisor", "feedback_officer"),
    "grant-freeze": ("supervisor", "feedback_officer"),
    "staff": ("administrator",),
    "audit": ("auditor",),
}
RIGHTS = tuple(_RIGHTS)


def may(role: str, right: str) -> bool:
    """Whether somebody of this role has this right, one of RIGHTS."""
    return role in _RIGHTS[right]


def roles_with(right: str) -> tuple[str, ...]:
    """Who has it, for the sentence that says whom to ask."""
    return _RIGHTS[right]
