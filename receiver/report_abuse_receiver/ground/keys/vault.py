"""The vault: a report's words sealed so that the server which took them in cannot read them again.

Two levels (S7). A fresh 32-byte data key seals the padded words with ChaCha20-Poly1305, bound to the reference; HPKE
(RFC 9180) then wraps that data key for each recipient's public key, bound to the same reference. Deleting the wrapped
keys deletes the report. Suites: X25519 with ML-KEM-768 where the library has it, else X25519 alone.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from report_abuse_receiver.ground.aead import decrypt, encrypt
from report_abuse_receiver.ground.errors import SealBroken

HYBRID, CLASSIC = "mlkem768-x25519", "x25519"
_KEMS = {HYBRID: KEM.MLKEM768_X25519, CLASSIC: KEM.X25519}

#: Lengths that sealed words are padded to, so that a stolen database does not tell a long story from a short one.
STEPS = (1024, 4096, 16384, 65536)
_HEADER = 4


@dataclass(frozen=True)
class PublicKey:
    """A recipient: anybody may seal for it. `kid` is the start of a SHA-256 over suite and key."""

    suite: str
    x25519: bytes
    mlkem: bytes = b""

    @property
    def kid(self) -> str:
        """Eight hex digits that name this key beside what it can open."""
        return hashlib.sha256(b"report-abuse/vault|" + self.to_bytes()).hexdigest()[:8]

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Read what `to_bytes` wrote; raises ValueError for anything else."""
        suite, keys = _suite_and_keys(raw, lengths={HYBRID: 32 + 1184, CLASSIC: 32})
        return cls(suite, keys[:32], keys[32:])

    def to_bytes(self) -> bytes:
        """Suite, a NUL, and the raw public keys."""
        return self.suite.encode() + b"\0" + self.x25519 + self.mlkem

    def wrap(self, data_key: bytes, *, info: bytes) -> bytes:
        """Encrypt a data key to this recipient; only the same `info` opens it."""
        x25519 = X25519PublicKey.from_public_bytes(self.x25519)
        if self.suite == CLASSIC:
            return _suite(CLASSIC).encrypt(data_key, x25519, info=info)
        mlkem = MLKEM768PublicKey.from_public_bytes(self.mlkem)
        return _suite(HYBRID).encrypt(data_key, MLKEM768X25519PublicKey(mlkem, x25519), info=info)


@dataclass(frozen=True)
class PrivateKey:
    """What opens reports; it belongs on the desk's host only."""

    suite: str
    x25519: bytes = field(repr=False)
    mlkem_seed: bytes = field(repr=False, default=b"")

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Read what `to_bytes` wrote; raises ValueError for anything else."""
        suite, keys = _suite_and_keys(raw, lengths={HYBRID: 32 + 64, CLASSIC: 32})
        return cls(suite, keys[:32], keys[32:])

    def to_bytes(self) -> bytes:
        """Suite, a NUL, and the raw private keys."""
        return self.suite.encode() + b"\0" + self.x25519 + self.mlkem_seed

    def public_key(self) -> PublicKey:
        """The half that anybody may have."""
        x25519 = X25519PrivateKey.from_private_bytes(self.x25519).public_key().public_bytes_raw()
        if self.suite == CLASSIC:
            return PublicKey(CLASSIC, x25519)
        return PublicKey(
            HYBRID, x25519, MLKEM768PrivateKey.from_seed_bytes(self.mlkem_seed).public_key().public_bytes_raw()
        )

    def unwrap(self, wrapped: bytes, *, info: bytes) -> bytes:
        """Open a data key; raises InvalidTag or ValueError where it was not made for this key and this `info`."""
        x25519 = X25519PrivateKey.from_private_bytes(self.x25519)
        if self.suite == CLASSIC:
            return _suite(CLASSIC).decrypt(wrapped, x25519, info=info)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(self.mlkem_seed)
        return _suite(HYBRID).decrypt(wrapped, MLKEM768X25519PrivateKey(mlkem, x25519), info=info)


@dataclass(frozen=True)
class WrappedKey:
    """A report's data key, for one recipient."""

    kid: str
    suite: str
    wrapped: bytes


@dataclass(frozen=True)
class Envelope:
    """A sealed report: the body, and its data key once for each recipient."""

    body: bytes
    keys: tuple[WrappedKey, ...]


def new_private_key() -> PrivateKey:
    """A fresh vault key in the strongest suite that this build of the library can run."""
    x25519 = X25519PrivateKey.generate().private_bytes_raw()
    try:
        return PrivateKey(HYBRID, x25519, MLKEM768PrivateKey.generate().private_bytes_raw())
    except UnsupportedAlgorithm:
        return PrivateKey(CLASSIC, x25519)


def seal(words: bytes, *, reference: str, recipients: Sequence[PublicKey]) -> Envelope:
    """Seal a report's words for every recipient, bound to its reference."""
    data_key = os.urandom(32)
    body = encrypt(data_key, _pad(words), bound_to=_info(reference))
    return Envelope(body, _wrapped(data_key, reference=reference, recipients=recipients))


def open_envelope(envelope: Envelope, *, reference: str, key: PrivateKey) -> bytes:
    """Open a report's words; raises SealBroken for a foreign key, another reference or a single changed bit."""
    return _opened(envelope, reference=reference, key=key)[1]


def wrap_again(
    envelope: Envelope, *, reference: str, key: PrivateKey, recipients: Sequence[PublicKey]
) -> tuple[WrappedKey, ...]:
    """The data key wrapped afresh for these recipients; the body stays. Raises SealBroken where `key` does not open it.

    The body is opened too, so that a data key which somebody put there instead is not handed on.
    """
    data_key, _ = _opened(envelope, reference=reference, key=key)
    return _wrapped(data_key, reference=reference, recipients=recipients)


def key_for(envelope: Envelope, keys: Sequence[PrivateKey]) -> PrivateKey:
    """The one of these keys that the envelope was sealed for, and the last of them where it was sealed for none."""
    of = {key.public_key().kid: key for key in keys}
    return next((of[one.kid] for one in envelope.keys if one.kid in of), keys[-1])


def _opened(envelope: Envelope, *, reference: str, key: PrivateKey) -> tuple[bytes, bytes]:
    """The data key and the words."""
    kid, info = key.public_key().kid, _info(reference)
    mine = [one.wrapped for one in envelope.keys if one.kid == kid]
    if not mine:
        raise SealBroken(f"{reference} was not sealed for the vault key {kid}")
    try:
        data_key = key.unwrap(mine[0], info=info)
        padded = decrypt(data_key, envelope.body, bound_to=info)
    except (InvalidTag, ValueError) as error:
        raise SealBroken(f"{reference} does not open: it is not the envelope that was sealed") from error
    return data_key, _unpad(padded)


def _wrapped(data_key: bytes, *, reference: str, recipients: Sequence[PublicKey]) -> tuple[WrappedKey, ...]:
    info = _info(reference)
    return tuple(WrappedKey(one.kid, one.suite, one.wrap(data_key, info=info)) for one in recipients)


def _suite_and_keys(raw: bytes, *, lengths: Mapping[str, int]) -> tuple[str, bytes]:
    name, _, keys = raw.partition(b"\0")
    suite = name.decode("ascii", "replace")
    if lengths.get(suite) != len(keys):
        raise ValueError("not a vault key")
    return suite, keys


def _suite(name: str) -> Suite:
    return Suite(_KEMS[name], KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def _info(reference: str) -> bytes:
    return b"report-abuse/report/1|" + reference.encode()


def _pad(words: bytes) -> bytes:
    needed = _HEADER + len(words)
    size = next((step for step in STEPS if needed <= step), -(-needed // STEPS[-1]) * STEPS[-1])
    return (len(words).to_bytes(_HEADER, "big") + words).ljust(size, b"\0")


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_HEADER], "big")
    return padded[_HEADER : _HEADER + length]
