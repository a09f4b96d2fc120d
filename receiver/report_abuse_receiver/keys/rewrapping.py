"""Rewrapping: after a key was rotated, each report's data key is wrapped anew; the words stay sealed as they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import NoVaultKey, Refused, SealBroken
from report_abuse_receiver.ground.keys.keyring import Keyring, read_keys
from report_abuse_receiver.ground.keys.kinds import Job
from report_abuse_receiver.ground.keys.vault import PrivateKey, key_for, wrap_again
from report_abuse_receiver.ground.progress import OnProgress
from report_abuse_receiver.keys import sealing
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.engine import BATCH
from report_abuse_receiver.store.keys import fingerprints, wrapped
from report_abuse_receiver.store.keys.wrapped import SHELVES, Sealed

_FIRST, *_ = SHELVES


@dataclass(frozen=True, kw_only=True)
class Rewrapped:
    """How many envelopes were wrapped anew, and what no key at hand opens: that stays as it is."""

    rewrapped: int
    broken: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Batch:
    """What became of the next envelopes of a shelf; `last` is None where there were none."""

    last: int | None
    rewrapped: int
    broken: tuple[str, ...]


def keys_of(centre: Centre, conn: Connection) -> Keyring:
    """The keys under HOME, all of those that this data was made with, and no older ones.

    A host that was not given the newest key yet would else wrap everything for the old one again.
    """
    keys = read_keys(centre.settings.home, passphrase=centre.settings.vault_passphrase)
    if keys.fingerprints != fingerprints.fingerprints(conn):
        raise Refused("the keys under HOME are not all that this data knows of; bring HOME/keys here up to date")
    return keys


def left_over(centre: Centre, conn: Connection) -> int:
    """How many reports and additions are not wrapped for all the keys that new ones are sealed for."""
    return wrapped.count_lacking(conn, _kids(sealing.keys_now(centre)))


def enqueue_where_needed(centre: Centre, conn: Connection) -> None:
    """Owe a rewrapping in the caller's transaction where something is left over."""
    if left_over(centre, conn):
        outbox.enqueue(conn, Job.REWRAP, {}, now=now())


def rewrap_some(centre: Centre, owed: Mapping[str, Any]) -> None:
    """Wrap the next envelopes anew, and owe those after them in the same transaction.

    Raises NoVaultKey, and Refused where the keys are not up to date: it is then still owed.
    """
    shelf = str(owed.get("shelf", _FIRST))
    with centre.database.writing() as conn:
        batch = _rewrap(centre, conn, shelf, after=int(owed.get("after", 0)), recovery=None)
        following = shelf if batch.last is not None else _following(shelf)
        if following is not None:
            outbox.enqueue(conn, Job.REWRAP, {"shelf": following, "after": batch.last or 0}, now=now())
    if batch.broken:
        logs.warn("not-rewrapped", kind=shelf, count=len(batch.broken))


def rewrap(
    centre: Centre, *, recovery: PrivateKey | None = None, on_progress: OnProgress = lambda done, of: None
) -> Rewrapped:
    """Wrap everything anew that is not wrapped for the newest keys; `recovery` opens what the vault keys do not.

    It may be killed and run again, beside running processes. Raises NoVaultKey, Refused and StoreTrouble.
    """
    with centre.database.reading() as conn:
        total = left_over(centre, conn)
    rewrapped, broken = 0, list[str]()
    for batch in _batches(centre, recovery):
        rewrapped += batch.rewrapped
        broken += batch.broken
        on_progress(rewrapped + len(broken), total)
    return Rewrapped(rewrapped=rewrapped, broken=tuple(broken))


def _batches(centre: Centre, recovery: PrivateKey | None) -> Iterator[_Batch]:
    for shelf in SHELVES:
        after: int | None = 0
        while after is not None:
            with centre.database.writing() as conn:
                batch = _rewrap(centre, conn, shelf, after=after, recovery=recovery)
            yield batch
            after = batch.last


def _rewrap(centre: Centre, conn: Connection, shelf: str, *, after: int, recovery: PrivateKey | None) -> _Batch:
    keys = keys_of(centre, conn)
    openers = [*([recovery] if recovery else []), *(keys.vault_private.values() if centre.keys.vault_private else ())]
    if not openers:
        raise NoVaultKey("this process holds no vault key; rewrap on the desk's host")
    found = wrapped.lacking(conn, shelf, _kids(keys), after=after, most=BATCH)
    broken = [bound for one in found if (bound := _rewrap_one(conn, shelf, one, keys=keys, openers=openers))]
    return _Batch(last=found[-1].id if found else None, rewrapped=len(found) - len(broken), broken=tuple(broken))


def _rewrap_one(conn: Connection, shelf: str, one: Sealed, *, keys: Keyring, openers: list[PrivateKey]) -> str | None:
    """Wrap one anew; gives back what it is bound to where it does not open."""
    bound = sealing.bound_to(one.reference, one.number)
    key = key_for(one.envelope, openers)
    try:
        fresh = wrap_again(one.envelope, reference=bound, key=key, recipients=keys.recipients)
    except SealBroken:
        return bound
    wrapped.replace(conn, shelf, one.id, fresh)
    return None


def _following(shelf: str) -> str | None:
    shelves = [*SHELVES, None]
    return shelves[shelves.index(shelf) + 1]


def _kids(keys: Keyring) -> list[str]:
    return [one.kid for one in keys.recipients]
