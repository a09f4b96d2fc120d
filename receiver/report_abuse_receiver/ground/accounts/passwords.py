"""Passwords: argon2id, few at once, and just as slow for a name that nobody has (S10)."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.ground.forms import typed

#: Letters. The upper end keeps a megabyte from being hashed.
SHORTEST, LONGEST = 12, 200
#: Each takes 19 MiB and a core; whoever guesses in bulk waits in line and leaves the rest of the machine alone.
_AT_ONCE = threading.BoundedSemaphore(2)
#: Seconds in that line.
_PATIENCE = 10
#: What OWASP asks of argon2id at the least: 19 MiB, two passes, one lane.
HASHER = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)


def hashed(password: str) -> str:
    """What is kept of a password, however a keyboard writes it (NFKC).

    Raises Refused where it is too short, or too long to be meant.
    """
    password = _meant(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused(f"a password has {SHORTEST} to {LONGEST} letters; four or five words of your own are good")
    return HASHER.hash(_bytes(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether this is the password; with none kept it takes as long and is no. Raises Refused where too many try."""
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise Refused("too many people are signing in at this moment; try again")
    try:
        return any(_is_hash_of(kept or _nobodys(), one) for one in _spellings(password)) and kept is not None
    finally:
        _AT_ONCE.release()


def _spellings(password: str) -> list[str]:
    """As it was meant, and as it was typed: so it was hashed once, and what was kept then opens still."""
    return list(dict.fromkeys((_meant(password)[:LONGEST], password[:LONGEST])))


def _meant(password: str) -> str:
    return typed.password(password[: 4 * LONGEST])


def _is_hash_of(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """A hash that costs the same, for the names that nobody has."""
    return HASHER.hash("nobody's")


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "replace")
