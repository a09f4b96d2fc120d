"""The keyring: the secrets of one receiver, made once under HOME, and never silently made anew beside existing data."""

import base64
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from report_abuse_receiver.ground.errors import CannotStart
from report_abuse_receiver.ground.keys.passphrase import is_locked, lock, unlock
from report_abuse_receiver.ground.keys.vault import PrivateKey, PublicKey, new_private_key
from report_abuse_receiver.ground.lock import lock_home
from report_abuse_receiver.ground.whole_files import write_whole

LINK_MASTER, DISCLOSURE, VAULT, RECOVERY = "link-master", "disclosure", "vault", "recovery"
#: Signs the heads of the audit, and opens nothing. A lost one is made anew; its public half still proves its heads.
AUDIT = "audit"
#: Seals the secrets of staff's one-time codes. A lost one is made anew; everybody is then invited again.
STAFF = "staff"
#: vault.key, vault-2.key …, recovery.pub …: the highest number is the newest, and no file is ever written twice.
_NUMBERED = re.compile(r"(vault|recovery)(?:-([2-9]|[1-9]\d+))?")


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """What a process may know, keys by the names of their files, the newest last.

    Where only public keys are at hand, `vault_private` is empty and `disclosure` is None (promise 4).
    """

    link_master: bytes = field(repr=False)
    disclosure: bytes | None = field(repr=False)
    vault: Mapping[str, PublicKey]
    vault_private: Mapping[str, PrivateKey] = field(repr=False)
    recovery: Mapping[str, PublicKey]

    @property
    def recipients(self) -> tuple[PublicKey, ...]:
        """Whom reports are sealed for: the newest vault key, and the newest recovery key if there is one."""
        return tuple([*keys.values()][-1] for keys in (self.vault, self.recovery) if keys)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all vault and recovery keys, as `numbered_names` finds them."""
        return (*self.recovery, *self.vault)

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Name → fingerprint, kept in the database so that foreign and missing keys are noticed."""
        public = {name: key.to_bytes() for name, key in {**self.vault, **self.recovery}.items()}
        parts = {LINK_MASTER: self.link_master, DISCLOSURE: self.disclosure, **public}
        return {name: fingerprint(name, raw) for name, raw in parts.items() if raw is not None}


def fingerprint(name: str, raw: bytes) -> str:
    """The first 16 hex digits of SHA-256 over a key and the name of its file."""
    return hashlib.sha256(f"report-abuse/{name}|".encode() + raw).hexdigest()[:16]


def keys_folder(home: Path) -> Path:
    """Where the key files lie."""
    return home / "keys"


def has_keys(home: Path) -> bool:
    """Whether any key file lies under HOME."""
    return bool(numbered_names(home)) or any(path_of(home, name).exists() for name in (LINK_MASTER, DISCLOSURE))


def path_of(home: Path, name: str) -> Path:
    """The file of a key; of a recovery key only the public half lies there."""
    return public_path_of(home, name) if kind_of(name) == RECOVERY else keys_folder(home) / f"{name}.key"


def public_path_of(home: Path, name: str) -> Path:
    """The file of the public half of a vault or recovery key."""
    return keys_folder(home) / f"{name}.pub"


def kind_of(name: str) -> str:
    """`vault` of vault-2, `recovery` of recovery-2; any other name is its own kind."""
    found = _NUMBERED.fullmatch(name)
    return found[1] if found else name


def numbered_names(home: Path) -> tuple[str, ...]:
    """The vault and recovery keys that lie under HOME, each kind from its oldest to its newest."""
    return numbered(home, path_of)


def next_name(kind: str, taken: Iterable[str]) -> str:
    """The name after the newest of its kind; a number that was used once is never used again."""
    last = newest(kind, taken)
    return f"{kind}-{_age(last)[1] + 1}" if last else kind


def newest(kind: str, names: Iterable[str]) -> str | None:
    """The one of these names that new reports are sealed for, if there is one of this kind."""
    return max((name for name in names if kind_of(name) == kind), key=_age, default=None)


def make_keys(home: Path, *, passphrase: str | None) -> None:
    """Make what is not there yet, mode 0600; a file that exists is never overwritten."""
    for name in (LINK_MASTER, DISCLOSURE):
        write_key(home, name, os.urandom(32))
    if not any(kind_of(name) == VAULT for name in numbered_names(home)):
        write_key(home, VAULT, new_private_key().to_bytes(), passphrase=passphrase)


def write_key(home: Path, name: str, raw: bytes, *, passphrase: str | None = None) -> None:
    """Write one key file, all of it or nothing. Raises CannotStart where the disk says no."""
    if not path_of(home, name).exists():
        make_file(path_of(home, name), lock(raw, passphrase) if passphrase else base64.b64encode(raw))


def needs_passphrase(home: Path) -> bool:
    """Whether a vault key under HOME is under a passphrase."""
    return any(is_locked(_line(path_of(home, name))) for name in _vault_names(home))


def change_passphrase(home: Path, *, old: str | None, new: str | None) -> list[str]:
    """Put every vault key under `new`, or under none. It may be cut short and run again. Raises CannotStart."""
    names = _vault_names(home)
    opened = {name: _vault_key(home, name, passphrases=[new, old]).to_bytes() for name in names}
    for name, raw in opened.items():
        write_whole(path_of(home, name), (lock(raw, new) if new else base64.b64encode(raw)) + b"\n")
    return names


def read_keys(home: Path, *, passphrase: str | None) -> Keyring:
    """Read the keys under HOME; raises CannotStart naming the file that is missing, unreadable or not a key."""
    link_master, disclosure = (read_key(path_of(home, name), length=32) for name in (LINK_MASTER, DISCLOSURE))
    names = numbered_names(home)
    private = {name: _vault_key(home, name, passphrases=[passphrase]) for name in _vault_names(home) or [VAULT]}
    return Keyring(
        link_master=link_master,
        disclosure=disclosure,
        vault={name: key.public_key() for name, key in private.items()},
        vault_private=private,
        recovery={name: public_half(home, name) for name in names if kind_of(name) == RECOVERY},
    )


def public_half(home: Path, name: str) -> PublicKey:
    """The public half of a key, as it lies under HOME. Raises CannotStart."""
    path = public_path_of(home, name)
    try:
        return PublicKey.from_bytes(read_key(path))
    except ValueError as error:
        raise _no_key(path) from error


def make_file(path: Path, text: bytes) -> None:
    """Write a key file, all of it or nothing, mode 0600. Raises CannotStart where the disk says no."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, text + b"\n")
    except OSError as error:
        raise CannotStart(f"{path} cannot be written: {error.strerror}; nothing was changed") from error


def numbered(home: Path, place: Callable[[Path, str], Path]) -> tuple[str, ...]:
    """The vault and recovery keys whose file lies where `place` says, each kind from its oldest to its newest."""
    folder = keys_folder(home)
    files = [*folder.iterdir()] if folder.exists() else []
    names = (one.stem for one in files if _NUMBERED.fullmatch(one.stem) and one == place(home, one.stem))
    return tuple(sorted(names, key=_age))


def read_key(path: Path, *, length: int | None = None) -> bytes:
    """The bytes of a key file. Raises CannotStart."""
    try:
        raw = base64.b64decode(_line(path), validate=True)
    except ValueError as error:
        raise CannotStart(
            f"{path} is not a key file (base64 on one line); put it back from the backup of the keys"
        ) from error
    if length is not None and len(raw) != length:
        raise CannotStart(f"{path} holds {len(raw)} bytes instead of {length}; put it back from the backup of the keys")
    return raw


def missing(path: Path) -> CannotStart:
    """What to do about a key that ought to be there."""
    return CannotStart(
        f"{path} is missing; put it back from the backup of the keys, or point REPORT_ABUSE_HOME at its folder"
    )


def audit_key(home: Path) -> Ed25519PrivateKey:
    """The key that signs the heads of the audit; raises CannotStart."""
    return Ed25519PrivateKey.from_private_bytes(_made_when_asked_for(home, AUDIT))


def staff_key(home: Path) -> bytes:
    """The key that seals the secrets of staff's one-time codes; raises CannotStart."""
    return _made_when_asked_for(home, STAFF)


def _made_when_asked_for(home: Path, name: str) -> bytes:
    with lock_home(home):
        write_key(home, name, os.urandom(32))
        return read_key(path_of(home, name), length=32)


def _age(name: str) -> tuple[str, int]:
    """Kind and number; the first of a kind has none in its name."""
    found = _NUMBERED.fullmatch(name)
    return (found[1], int(found[2] or 1)) if found else (name, 0)


def _vault_names(home: Path) -> list[str]:
    return [name for name in numbered_names(home) if kind_of(name) == VAULT]


def _vault_key(home: Path, name: str, *, passphrases: Sequence[str | None]) -> PrivateKey:
    path = path_of(home, name)
    try:
        return PrivateKey.from_bytes(_unlocked(path, passphrases) if is_locked(_line(path)) else read_key(path))
    except ValueError as error:
        raise _no_key(path) from error


def _no_key(path: Path) -> CannotStart:
    return CannotStart(f"{path} is not a {kind_of(path.stem)} key; put back the one this data was sealed for")


def _unlocked(path: Path, passphrases: Sequence[str | None]) -> bytes:
    given = [one for one in passphrases if one]
    for one in given:
        with suppress(ValueError):
            return unlock(_line(path), one)
    if given:
        raise CannotStart(f"{path} does not open with this passphrase; write the one that it was put under")
    raise CannotStart(
        f"{path} is under a passphrase; name a file that holds it in REPORT_ABUSE_VAULT_PASSPHRASE_FILE, or start at a "
        "terminal and type it"
    )


def _line(path: Path) -> bytes:
    """What stands in a key file."""
    try:
        return path.read_bytes().strip()
    except FileNotFoundError as error:
        raise missing(path) from error
    except OSError as error:
        raise CannotStart(f"{path} cannot be read: {error.strerror}; give this user the right to read it") from error
