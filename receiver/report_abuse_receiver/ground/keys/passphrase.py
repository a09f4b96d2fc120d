"""A key under a passphrase: one line of text that opens nothing for whoever has only the file.

    scrypt:<log2 n>:<r>:<p>:<salt>:<sealed>

Salt and sealed are base64. scrypt (RFC 7914) makes 32 bytes of the passphrase; ChaCha20-Poly1305 seals the key with
them, its nonce of 12 bytes in front, bound to all of the line before `sealed`.
"""

import base64
import os
from functools import lru_cache

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from report_abuse_receiver.ground.aead import decrypt, encrypt

_METHOD, _SALT = "scrypt", 16
#: Some 0.2 seconds and 64 MiB a try. More than twice as much in a file is not ours, and would only eat memory.
_COST, _MOST = (16, 8, 1), (18, 8, 2)


def is_locked(line: bytes) -> bool:
    """Whether this line of a key file needs a passphrase."""
    return line.startswith(_METHOD.encode() + b":")


def lock(raw: bytes, passphrase: str) -> bytes:
    """Put a key under a passphrase."""
    salt = os.urandom(_SALT)
    head = ":".join([_METHOD, *map(str, _COST), base64.b64encode(salt).decode(), ""]).encode()
    return head + base64.b64encode(encrypt(_derive(passphrase, salt, _COST), raw, bound_to=head))


@lru_cache(maxsize=16)
def unlock(line: bytes, passphrase: str) -> bytes:
    """Take it out again; raises ValueError for another passphrase and for a line that was changed.

    What was opened once is kept, because a worker reads its keys anew with every batch.
    """
    head, _, sealed = line.rpartition(b":")
    _, *cost, salt = head.decode().split(":")
    log_n, r, p = (int(one) for one in cost)
    if not all(0 < one <= most for one, most in zip((log_n, r, p), _MOST, strict=True)):
        raise ValueError("costs more than any that this program writes")
    derived = _derive(passphrase, base64.b64decode(salt, validate=True), (log_n, r, p))
    return decrypt(derived, base64.b64decode(sealed, validate=True), bound_to=head + b":")


def _derive(passphrase: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    log_n, r, p = cost
    return Scrypt(salt=salt, length=32, n=2**log_n, r=r, p=p).derive(passphrase.encode("utf-8", "surrogateescape"))
