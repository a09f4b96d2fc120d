"""Recovery: where vault keys are lost, the recovery key opens everything once more, and a new vault key takes over."""

import base64
from collections.abc import Mapping
from pathlib import Path

from report_abuse_receiver.casework import same_names
from report_abuse_receiver.centre import open_centre
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.config import Settings
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.ground.keys.keyring import (
    DISCLOSURE,
    LINK_MASTER,
    RECOVERY,
    VAULT,
    fingerprint,
    kind_of,
    make_keys,
    missing,
    newest,
    next_name,
    numbered_names,
    path_of,
    write_key,
)
from report_abuse_receiver.ground.keys.vault import PrivateKey, new_private_key
from report_abuse_receiver.ground.lock import lock_home
from report_abuse_receiver.ground.operations.kinds import Action
from report_abuse_receiver.ground.progress import OnProgress
from report_abuse_receiver.keys.rewrapping import Rewrapped, rewrap
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.engine import Database, migrate, open_database
from report_abuse_receiver.store.keys import fingerprints


def recover(
    settings: Settings,
    file: Path,
    *,
    by: Actor,
    all_lost: bool = False,
    on_progress: OnProgress = lambda done, of: None,
) -> Rewrapped:
    """Put new keys in the place of lost ones, and rewrap with the recovery key in `file` what only it opens.

    It may be killed and run again. With `all_lost` the link master and disclosure keys are made anew where they are
    missing. Raises Refused where `file` holds no recovery key of this data, and CannotStart.
    """
    recovery = read_recovery_key(file)
    with lock_home(settings.home):
        database = open_database(settings.database_url)
        try:
            migrate(database)
            _replace_lost(settings, database, recovery, by=by, all_lost=all_lost)
        finally:
            database.close()
    centre = open_centre(settings)
    try:
        return rewrap(centre, recovery=recovery, on_progress=on_progress)
    finally:
        centre.database.close()


def read_recovery_key(file: Path) -> PrivateKey:
    """The recovery key in this file. Raises Refused where there is none."""
    try:
        return PrivateKey.from_bytes(base64.b64decode(file.read_bytes().strip(), validate=True))
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}; write the path of the recovery key") from error
    except ValueError as error:
        raise Refused(f"{file} is not a recovery key; write the path of the file that keys init made") from error


def _replace_lost(settings: Settings, database: Database, recovery: PrivateKey, *, by: Actor, all_lost: bool) -> None:
    """Make what is missing; the database then forgets what is lost, and the next start takes in what is new."""
    home, passphrase = settings.home, settings.vault_passphrase
    with database.writing() as conn:
        known = fingerprints.fingerprints(conn)
        own = _name_of(recovery, known)
        lost = {name for name in known if not path_of(home, name).exists()} - {own}
        others = sorted(lost & {LINK_MASTER, DISCLOSURE})
        if others and not all_lost:
            raise missing(path_of(home, others[0]))
        if not path_of(home, own).exists():
            write_key(home, own, recovery.public_key().to_bytes())
        if newest(VAULT, known) in lost:
            name = next_name(VAULT, {*known, *numbered_names(home)})
            write_key(home, name, new_private_key().to_bytes(), passphrase=passphrase)
        make_keys(home, passphrase=passphrase)
        fingerprints.forget(conn, lost)
        if DISCLOSURE in lost:
            same_names.enqueue_all(conn)
        log.append(conn, by=by, action=Action.RECOVER, subject=own, reason=recovery.public_key().kid, now=now())


def _name_of(recovery: PrivateKey, known: Mapping[str, str]) -> str:
    raw = recovery.public_key().to_bytes()
    own = [name for name, value in known.items() if kind_of(name) == RECOVERY and value == fingerprint(name, raw)]
    if not own:
        raise Refused("that is not the recovery key of this data; is REPORT_ABUSE_DATABASE_URL the right one?")
    return own[0]
