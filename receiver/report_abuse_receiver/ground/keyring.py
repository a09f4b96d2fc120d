"""The keyring: the secrets of one receiver, made once under HOME, and never silently made anew beside existing data."""

import base64
import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from report_abuse.keys import Key
from report_abuse_receiver.ground.errors import CannotStart
from report_abuse_receiver.ground.vault import PrivateKey, PublicKey, new_private_key

LINK_MASTER, DISCLOSURE, VAULT = "link-master", "disclosure", "vault"
#: Signs the heads of the audit, and opens nothing. A lost one is made anew; its public half still proves its heads.
AUDIT = "audit"


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """What a process may know: `vault_private` is None where only public keys are at hand (promise 4)."""

    link_master: bytes = field(repr=False)
    disclosure: bytes = field(repr=False)
    vault_public: PublicKey
    vault_private: PrivateKey | None = field(repr=False)

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """Name → the first 16 hex digits of SHA-256, kept in the database so that foreign keys are noticed."""
        parts = {LINK_MASTER: self.link_master, DISCLOSURE: self.disclosure, VAULT: self.vault_public.to_bytes()}
        return {
            name: hashlib.sha256(f"report-abuse/{name}|".encode() + raw).hexdigest()[:16] for name, raw in parts.items()
        }


def provider_key(link_master: bytes, *, mode: str = "live", scope: str, provider: str, kid: str) -> Key:
    """Derive a provider's key from the link master, so that the database holds no secret.

    HKDF-SHA256 with no salt, the key's own name as info, 32 bytes, written as base32 in lower case.
    """
    info = f"report-abuse/key/1|{mode}|{scope}|{provider}|{kid}".encode()
    raw = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(link_master)
    secret = base64.b32encode(raw).decode("ascii").rstrip("=").lower()
    return Key(mode=mode, scope=scope, provider=provider, kid=kid, secret=secret)


def keys_folder(home: Path) -> Path:
    """Where the key files lie."""
    return home / "keys"


def has_keys(home: Path) -> bool:
    """Whether any key file lies under HOME."""
    return any((keys_folder(home) / f"{name}.key").exists() for name in (LINK_MASTER, DISCLOSURE, VAULT))


def make_keys(home: Path) -> None:
    """Make all keys, mode 0600; a file that exists is never overwritten."""
    folder = keys_folder(home)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (LINK_MASTER, DISCLOSURE):
        _write_once(folder / f"{name}.key", base64.b64encode(os.urandom(32)))
    _write_once(folder / f"{VAULT}.key", base64.b64encode(new_private_key().to_bytes()))


def read_keys(home: Path) -> Keyring:
    """Read the keys under HOME; raises CannotStart naming the file that is missing, unreadable or not a key."""
    link_master, disclosure = (_read(home, name, length=32) for name in (LINK_MASTER, DISCLOSURE))
    try:
        private = PrivateKey.from_bytes(_read(home, VAULT))
    except ValueError as error:
        raise CannotStart(
            f"{_path(home, VAULT)} is not a vault key; put back the one this data was sealed for"
        ) from error
    return Keyring(
        link_master=link_master, disclosure=disclosure, vault_public=private.public_key(), vault_private=private
    )


def audit_key(home: Path) -> Ed25519PrivateKey:
    """The key that signs the heads of the audit, made when it is first asked for; raises CannotStart."""
    with only_one_at_a_time(home):
        keys_folder(home).mkdir(mode=0o700, exist_ok=True)
        _write_once(_path(home, AUDIT), base64.b64encode(os.urandom(32)))
        return Ed25519PrivateKey.from_private_bytes(_read(home, AUDIT, length=32))


@contextmanager
def only_one_at_a_time(home: Path) -> Iterator[None]:
    """Hold a lock under HOME, so that two processes that start together make keys and tables once."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (home / ".lock").open("w")
    except OSError as error:
        reason = error.strerror or "cannot be written"
        raise CannotStart(
            f"REPORT_ABUSE_HOME: {home}: {reason}; write a folder that this user may write to, or mend its mode"
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _path(home: Path, name: str) -> Path:
    return keys_folder(home) / f"{name}.key"


def _write_once(path: Path, text: bytes) -> None:
    if path.exists():
        return
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)  # a key that a power cut takes away takes every report with it
    os.close(folder)


def _read(home: Path, name: str, *, length: int | None = None) -> bytes:
    path = _path(home, name)
    try:
        raw = base64.b64decode(path.read_bytes().strip(), validate=True)
    except FileNotFoundError as error:
        raise CannotStart(
            f"{path} is missing; put it back from the backup of the keys, or point REPORT_ABUSE_HOME at its folder"
        ) from error
    except OSError as error:
        raise CannotStart(f"{path} cannot be read: {error.strerror}; give this user the right to read it") from error
    except ValueError as error:
        raise CannotStart(
            f"{path} is not a key file (base64 on one line); put it back from the backup of the keys"
        ) from error
    if length is not None and len(raw) != length:
        raise CannotStart(f"{path} holds {len(raw)} bytes instead of {length}; put it back from the backup of the keys")
    return raw
