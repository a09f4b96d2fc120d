"""AEAD: ChaCha20-Poly1305 with a random nonce in front, for whatever is sealed in one piece (RFC 8439)."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

_NONCE = 12


def encrypt(key: bytes, plain: bytes, *, bound_to: bytes) -> bytes:
    """Seal under a key of 32 bytes; it opens only beside the same `bound_to`. A key seals at most 2**32 pieces."""
    nonce = os.urandom(_NONCE)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, plain, bound_to)


def decrypt(key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
    """Open what `encrypt` sealed. Raises ValueError for another key, another `bound_to`, or a single changed bit."""
    try:
        return ChaCha20Poly1305(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to)
    except InvalidTag as error:
        raise ValueError("it is not what was sealed") from error
