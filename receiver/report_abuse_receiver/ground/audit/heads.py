"""Heads of the audit: number and hash of its newest row, signed, so that they are proof wherever they lie (S9)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from report_abuse_receiver.ground.clock import to_text

#: Nothing else that this key might ever sign begins so.
_PURPOSE = b"report-abuse/audit-head/1|"
#: A head inside a line of a syslog or a letter; half a head, left by a full disk, has no closing brace of its own.
_LINE = re.compile(r'\{"at":[^{}]*\}')


@dataclass(frozen=True, kw_only=True)
class Head:
    """The audit at one moment: its last number and that row's hash, and how many rows there were."""

    seq: int
    hash: str
    at: datetime
    count: int

    @property
    def when(self) -> str:
        """The moment as it is printed and signed."""
        return to_text(self.at)

    @property
    def signed_bytes(self) -> bytes:
        """What is signed."""
        return _PURPOSE + json.dumps(self._plain(), separators=(",", ":")).encode()

    def signed(self, key: Ed25519PrivateKey) -> str:
        """One line of JSON with its signature."""
        signature = key.sign(self.signed_bytes).hex()
        return json.dumps({**self._plain(), "signature": signature}, separators=(",", ":"))

    @classmethod
    def read(cls, line: str, key: Ed25519PublicKey) -> Self:
        """Take a line apart; raises ValueError where this key did not sign it."""
        try:
            held = json.loads(line)
            head = cls(seq=held["seq"], hash=held["hash"], at=datetime.fromisoformat(held["at"]), count=held["count"])
            key.verify(bytes.fromhex(held["signature"]), head.signed_bytes)
        except (KeyError, TypeError, ValueError, InvalidSignature) as error:
            raise ValueError("not a head that this key signed") from error
        return head

    def _plain(self) -> dict[str, str | int]:
        return {"at": self.when, "seq": self.seq, "hash": self.hash, "count": self.count}


def heads_in(text: str) -> Iterator[tuple[int, str]]:
    """Each head in a file of them, a syslog or a mailbox, with the number of its line; a letter breaks it with `=`."""
    for number, line in enumerate(text.replace("=\n", "").splitlines(), start=1):
        yield from ((number, found) for found in _LINE.findall(line))


def to_pem(key: Ed25519PublicKey) -> str:
    """The public half as other programs read it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def from_pem(text: bytes) -> Ed25519PublicKey:
    """Read a public half; raises ValueError where it is none of ours."""
    try:
        key = load_pem_public_key(text)
    except UnsupportedAlgorithm as error:
        raise ValueError("not a key of this kind") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not a key of this kind")
    return key
