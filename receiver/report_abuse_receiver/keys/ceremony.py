"""The key ceremony: make, rotate, list and delete the keys that reports are sealed for, each change in the audit."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.config import LEAST_PASSPHRASE, Settings
from report_abuse_receiver.ground.errors import NotFound, Refused
from report_abuse_receiver.ground.keys import keyring as key_files
from report_abuse_receiver.ground.keys import public_keys
from report_abuse_receiver.ground.keys.keyring import (
    RECOVERY,
    VAULT,
    Keyring,
    fingerprint,
    next_name,
    path_of,
    public_path_of,
    write_key,
)
from report_abuse_receiver.ground.keys.kinds import Action, Job, KeyState
from report_abuse_receiver.ground.keys.vault import PublicKey, new_private_key
from report_abuse_receiver.ground.line_files import new_file
from report_abuse_receiver.ground.lock import lock_home
from report_abuse_receiver.keys import rewrapping
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.keys import fingerprints, wrapped

#: Longer than any report is on its way that was sealed for the key before.
SETTLED = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class ListedKey:
    """A vault or recovery key. `key` is its name in HOME/keys, empty for one that is not there."""

    key: str
    kid: str
    suite: str
    state: KeyState
    #: Reports and additions that are wrapped for it.
    wrapped: int


@dataclass(frozen=True, kw_only=True)
class MadeKey:
    """A key that was just made."""

    key: str
    kid: str
    suite: str


@dataclass(frozen=True, kw_only=True)
class MadeRecoveryKey(MadeKey):
    """A recovery key that was just made, and the file that holds its private half and must be taken away."""

    file: str


@dataclass(frozen=True, kw_only=True)
class PublishedKeys:
    """What a public host needs, and the folder where it lies."""

    folder: str
    files: Sequence[str]


def list_keys(centre: Centre) -> list[ListedKey]:
    """Every vault and recovery key, how many reports and additions are wrapped for it, and which are current."""
    with centre.database.reading() as conn:
        keys, counts = rewrapping.keys_of(centre, conn), dict(wrapped.counted(conn))
    current = {one.kid for one in keys.recipients}
    rows = []
    for name, key in [*keys.vault.items(), *keys.recovery.items()]:
        state = KeyState.CURRENT if key.kid in current else KeyState.RETIRED
        count = counts.pop(key.kid, 0)
        rows.append(ListedKey(key=name, kid=key.kid, suite=key.suite, state=state, wrapped=count))
    lost = [
        ListedKey(key="", kid=kid, suite="", state=KeyState.NOT_HERE, wrapped=counts[kid]) for kid in sorted(counts)
    ]
    return rows + lost


def add_recovery_key(centre: Centre, file: Path, *, by: Actor, again: bool = False) -> MadeRecoveryKey:
    """Make a recovery key pair: its private half goes into a new file and nowhere else. All is then rewrapped for it.

    Raises Refused where there is one already, unless `again`, and where the file cannot be made or lies under HOME.
    """
    home = centre.settings.home
    if file.resolve().is_relative_to(home.resolve()):
        raise Refused(f"{file} lies under HOME, beside what it is to bring back; write a path on another medium")
    with lock_home(home):
        with centre.database.reading() as conn:
            keys = rewrapping.keys_of(centre, conn)
        if keys.recovery and not again:
            raise Refused("there is a recovery key already; make another with: keys rotate --recovery FILE")
        private = new_private_key()
        with new_file(file) as out:  # on the disk before anything is sealed for it
            out.write(base64.b64encode(private.to_bytes()) + b"\n")
        public = private.public_key()
        made = _add(centre, RECOVERY, public, public.to_bytes(), taken=keys.names, by=by)
    return MadeRecoveryKey(**vars(made), file=str(file))


def publish(centre: Centre, folder: Path, *, by: Actor) -> PublishedKeys:
    """Write what a public host needs into a new folder: the link master, and whom reports are sealed for now.

    Raises Refused where the folder is there already or cannot be made.
    """
    with lock_home(centre.settings.home), centre.database.writing() as conn:
        keys = rewrapping.keys_of(centre, conn)
        files = public_keys.publish(keys, folder)
        kids = " ".join(one.kid for one in keys.recipients)
        log.append(conn, by=by, action=Action.PUBLISH, subject="public host", reason=kids, now=now())
    return PublishedKeys(folder=str(folder), files=files)


def rotate(centre: Centre, *, by: Actor) -> MadeKey:
    """Make the next vault key: new reports are sealed for it at once, old ones are owed a rewrapping."""
    with lock_home(centre.settings.home):
        with centre.database.reading() as conn:
            keys = rewrapping.keys_of(centre, conn)
        private = new_private_key()
        return _add(centre, VAULT, private.public_key(), private.to_bytes(), taken=keys.names, by=by)


def delete(centre: Centre, kid: str, *, by: Actor) -> str:
    """Delete a retired key for good, and give back its name. Raises NotFound.

    Raises Refused for a key that is current, that something is wrapped for, or that was replaced within the hour.
    """
    home = centre.settings.home
    with lock_home(home):
        with centre.database.writing() as conn:
            keys = rewrapping.keys_of(centre, conn)
            name = _retired(conn, keys, kid)
            _check_settled([path_of(home, one) for one in keys.names])
            fingerprints.forget(conn, [name])
            log.append(conn, by=by, action=Action.DELETE, subject=name, reason=kid, now=now())
        path_of(home, name).unlink()
        public_path_of(home, name).unlink(missing_ok=True)
    return name


def read_passphrase(file: Path) -> str:
    """The passphrase that stands in a file. Raises Refused."""
    try:
        return file.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise Refused(f"{file} cannot be read; write the path of a text file") from error


def change_passphrase(settings: Settings, *, new: str | None) -> list[str]:
    """Put the vault's keys under another passphrase than the settings name, or none; gives back their names.

    Raises Refused for one that is too short, and CannotStart for one that they are not under now.
    """
    if new is not None and len(new) < LEAST_PASSPHRASE:
        raise Refused(f"the new passphrase is too short; write at least {LEAST_PASSPHRASE} letters")
    with lock_home(settings.home):
        return key_files.change_passphrase(settings.home, old=settings.vault_passphrase, new=new)


def _add(centre: Centre, kind: str, public: PublicKey, raw: bytes, *, taken: Iterable[str], by: Actor) -> MadeKey:
    """Keep a new key. Its file is there before the transaction ends: one that is cut short the next start takes in."""
    name = next_name(kind, taken)
    passphrase = centre.settings.vault_passphrase if kind == VAULT else None
    with centre.database.writing() as conn:
        fingerprints.remember(conn, {name: fingerprint(name, public.to_bytes())})
        log.append(conn, by=by, action=Action.ADD, subject=name, reason=public.kid, now=now())
        outbox.enqueue(conn, Job.REWRAP, {}, now=now())
        write_key(centre.settings.home, name, raw, passphrase=passphrase)
        public_keys.lay_beside(centre.settings.home, name, public)
    return MadeKey(key=name, kid=public.kid, suite=public.suite)


def _retired(conn: Connection, keys: Keyring, kid: str) -> str:
    name = next((name for name, key in {**keys.vault, **keys.recovery}.items() if key.kid == kid), None)
    if name is None:
        raise NotFound(f"there is no key {kid!r}; keys list names them")
    if kid in {one.kid for one in keys.recipients}:
        raise Refused(f"{name} is the key that new reports are sealed for; rotate it first")
    left = wrapped.counted(conn).get(kid, 0)
    if left:
        raise Refused(f"{left} reports and additions are still wrapped for {name}; first: keys rewrap")
    return name


def _check_settled(files: Sequence[Path]) -> None:
    """A report may be on its way that was sealed for the key before the newest."""
    newest = max(one.stat().st_mtime for one in files)
    if now().timestamp() - newest < SETTLED.total_seconds():
        raise Refused("a key was made within the hour, and a report may still be on its way; try again in an hour")
