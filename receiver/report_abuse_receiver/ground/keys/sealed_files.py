"""Sealed files: a long file sealed piece by piece for a public key, so that nothing of it is ever on the disk in clear.

A fresh data key, wrapped by HPKE as a report's is, seals each piece with ChaCha20-Poly1305, bound to the header. The
nonce is the piece's number and whether it is the last: what is changed, moved, missing or cut off is noticed.
"""

import base64
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from report_abuse_receiver.ground.errors import SealBroken
from report_abuse_receiver.ground.keys.vault import PrivateKey, PublicKey

_MAGIC = b"report-abuse/sealed-file/1\n"
_LENGTH = 4
#: A piece is some rows of a table; the longest row is an addition of 100,000 bytes.
LONGEST = 256 * 1024 * 1024


def write_sealed(file: BinaryIO, pieces: Iterable[bytes], *, about: str, recipients: Sequence[PublicKey]) -> None:
    """Seal the pieces one after the other, for each of the recipients; only the same `about` opens them."""
    data_key = os.urandom(32)
    wrapped = {one.kid: base64.b64encode(one.wrap(data_key, info=_info(about))).decode() for one in recipients}
    header = json.dumps(wrapped).encode() + b"\n"
    file.write(_MAGIC + header)
    cipher, number = ChaCha20Poly1305(data_key), 0
    for piece in pieces:
        _write_piece(file, cipher.encrypt(_nonce(number, last=False), piece, header))
        number += 1
    _write_piece(file, cipher.encrypt(_nonce(number, last=True), b"", header))


def read_sealed(file: BinaryIO, *, about: str, keys: Sequence[PrivateKey]) -> Iterator[bytes]:
    """The pieces in their order, opened with whichever key fits.

    Raises SealBroken before a piece that is not the one that was sealed is given out.
    """
    header = _header(file)
    cipher = ChaCha20Poly1305(_data_key(header, about=about, keys=keys))
    number, last = 0, False
    while not last:
        piece, last = _opened(cipher, _read_piece(file), number, header)
        if not last:
            yield piece
        number += 1
    if file.read(1):
        raise SealBroken(f"{about} goes on after its end: it is not the file that was sealed")


def _write_piece(file: BinaryIO, sealed: bytes) -> None:
    file.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)


def _read_piece(file: BinaryIO) -> bytes:
    length = int.from_bytes(file.read(_LENGTH), "big")
    sealed = file.read(length) if length <= LONGEST else b""
    return sealed if len(sealed) == length else b""  # which opens as nothing


def _opened(cipher: ChaCha20Poly1305, sealed: bytes, number: int, header: bytes) -> tuple[bytes, bool]:
    """The piece, and whether it is the last one."""
    for last in (False, True):
        try:
            return cipher.decrypt(_nonce(number, last=last), sealed, header), last
        except InvalidTag:
            continue
    raise SealBroken(f"piece {number + 1} does not open: the file was cut off or changed")


def _header(file: BinaryIO) -> bytes:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise SealBroken("this is not a sealed file")
    return file.readline(16_384)


def _data_key(header: bytes, *, about: str, keys: Sequence[PrivateKey]) -> bytes:
    of = {key.public_key().kid: key for key in keys}
    try:
        read: Mapping[str, str] = json.loads(header)
        kid = next(kid for kid in read if kid in of)
        return of[kid].unwrap(base64.b64decode(read[kid]), info=_info(about))
    except (InvalidTag, ValueError, StopIteration, TypeError) as error:
        raise SealBroken(f"it was not sealed as {about} for the key {', '.join(of)}, or was changed") from error


def _nonce(number: int, *, last: bool) -> bytes:
    """Never twice for one data key, which seals this one file."""
    return number.to_bytes(11, "big") + bytes([last])


def _info(about: str) -> bytes:
    return b"report-abuse/sealed-file/1|" + about.encode()
