"""Backup: two sealed files of one moment, the wrapped keys in one of their own, and the way back (S8, S20)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre, migrated
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.clock import now, to_text
from report_abuse_receiver.ground.config import Settings
from report_abuse_receiver.ground.errors import NoVaultKey, Refused, SealBroken
from report_abuse_receiver.ground.keys.keyring import has_keys, keys_folder, read_keys
from report_abuse_receiver.ground.keys.sealed_files import read_sealed, write_sealed
from report_abuse_receiver.ground.keys.vault import PrivateKey
from report_abuse_receiver.ground.line_files import new_file, reading
from report_abuse_receiver.ground.operations.kinds import Action
from report_abuse_receiver.keys.sealing import keys_now
from report_abuse_receiver.operations.recovery import read_recovery_key
from report_abuse_receiver.store import dump, version
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.keys.fingerprints import fingerprints

DATA, KEYS = "data", "keys"
#: One each night: two that did not come are a thing to look at.
OVERDUE = timedelta(days=3)
#: So long after a purge the last file that could open what was purged is gone (S20).
KEEP_KEYS = timedelta(days=35)
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, kw_only=True)
class BackedUp:
    """What a backup wrote, and the old files of keys that it deleted."""

    data: Path
    keys: Path
    pruned: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was put back; those without a key were purged since, or their keys are in no file that was there."""

    data: Path
    keys: Path | None
    reports: int
    without_key: int


def back_up(centre: Centre, folder: Path, *, by: Actor, prune: bool = False) -> BackedUp:
    """Write both files, mode 0600, while others go on writing; with `prune`, then delete keys of 35 days and more.

    Once both are on the disk, the audit says so. Raises Refused where they cannot be written, StoreTrouble.
    """
    moment = now()
    data, keys = (folder / f"report-abuse-{moment.strftime(_STAMP)}.{kind}" for kind in (DATA, KEYS))
    recipients = keys_now(centre).recipients
    with centre.database.snapshot() as conn, new_file(data) as data_file, new_file(keys) as keys_file:
        write_sealed(data_file, _headed(conn, moment, dump.data(conn)), about=DATA, recipients=recipients)
        write_sealed(keys_file, _headed(conn, moment, dump.keys(conn)), about=KEYS, recipients=recipients)
    with centre.database.writing() as conn:
        log.append(conn, by=by, action=Action.BACKUP, subject=data.stem, reason="", now=moment)
    return BackedUp(data=data, keys=keys, pruned=tuple(_prune(folder, moment) if prune else ()))


def restore(settings: Settings, folder: Path, *, recovery_key: Path | None = None) -> Restored:
    """Put the newest data and the newest keys of a folder into a receiver that nobody has used yet, or put nothing.

    The keys must be under HOME already; no new ones are made. Where they are lost, `recovery_key` opens the backup, and
    `keys recover` makes new ones afterwards. Raises Refused where the folder, the database or the keys are not the
    right ones, CannotStart, SealBroken, StoreTrouble.
    """
    openers, known = _openers(settings, recovery_key)
    data, keys = _newest(folder, DATA), _newest(folder, KEYS)
    if data is None:
        raise Refused(f"{folder} holds no backup; name the folder that `backup` wrote to")
    with migrated(settings) as database, database.writing() as conn:
        if not dump.is_empty(conn):
            raise Refused("this database is in use; restore into an empty one")
        with dump.triggers_disabled(conn):
            for path, about in ((data, DATA), (keys, KEYS)):
                if path is not None:
                    _put_back(openers, conn, path, about=about)
        dump.reset_sequences(conn)
        if known is not None and fingerprints(conn).items() - known.items():
            raise Refused("HOME/keys holds other keys than this data was made with; put the right ones back first")
        reports, without_key = dump.count_reports(conn)
    return Restored(data=data, keys=keys, reports=reports, without_key=without_key)


def last_made(centre: Centre) -> datetime | None:
    """When the newest backup of this data was made, on whatever host."""
    with centre.database.reading() as conn:
        return log.last_done(conn, Action.BACKUP)


def _headed(conn: Connection, moment: datetime, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield json.dumps({"made_at": to_text(moment), "revision": version.of(conn)}).encode()
    yield from pieces


def _openers(settings: Settings, recovery_key: Path | None) -> tuple[Sequence[PrivateKey], Mapping[str, str] | None]:
    """What opens a backup, and the fingerprints of all keys under HOME; None of those where they are lost."""
    if recovery_key is not None:
        return [read_recovery_key(recovery_key)], None
    if not has_keys(settings.home):
        raise Refused(
            f"{keys_folder(settings.home)} has no keys; put them back first, they open the backup. If they are lost, "
            "the recovery key does: --recovery-key FILE"
        )
    keyring = read_keys(settings.home, passphrase=settings.vault_passphrase)
    if not keyring.vault_private:
        raise NoVaultKey("this process holds no vault key; restore on the desk's host")
    return [*keyring.vault_private.values()], keyring.fingerprints


def _put_back(openers: Sequence[PrivateKey], conn: Connection, path: Path, *, about: str) -> None:
    with reading(path) as file:
        pieces = read_sealed(file, about=about, keys=openers)
        try:
            made_by = json.loads(next(pieces, b"{}")).get("revision")
            if made_by != version.of(conn):
                raise Refused(f"{path} was made by another release; install that one, restore, then install this one")
            for piece in pieces:
                dump.restore(conn, piece)
        except SealBroken as error:
            raise SealBroken(f"{path}: {error}") from error


def _prune(folder: Path, moment: datetime) -> Iterator[Path]:
    """Delete files of keys by the moment in their name: a copy has a new date, and the same keys in it."""
    for path in sorted(folder.glob(f"report-abuse-????????T??????Z.{KEYS}")):
        made_at = datetime.strptime(path.stem.removeprefix("report-abuse-"), _STAMP).replace(tzinfo=UTC)
        if moment - made_at >= KEEP_KEYS:
            path.unlink()
            yield path


def _newest(folder: Path, kind: str) -> Path | None:
    return max(folder.glob(f"report-abuse-????????T??????Z.{kind}"), default=None)
