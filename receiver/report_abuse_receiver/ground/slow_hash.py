"""A hash that is slow on purpose (scrypt, RFC 7914), for words that are few enough to be guessed."""

import ctypes
import hashlib
import threading
from contextlib import suppress
from typing import Any

#: Some 40 ms and 16 MiB a time, for us and for whoever stole the database.
_SCRYPT: dict[str, Any] = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
#: So many at once: more would take the machine from those who write.
_SLOTS = threading.BoundedSemaphore(2)


def slow_hash(text: str, salt: bytes) -> bytes:
    """32 bytes; waits while two others are being made, and gives the memory back to the machine."""
    with _SLOTS:
        digest = hashlib.scrypt(text.encode(), salt=salt, **_SCRYPT)
        _give_memory_back()
    return digest


def _give_memory_back() -> None:
    """Once glibc has freed a piece of this size it keeps the next ones, for each thread that made one."""
    with suppress(AttributeError, OSError):  # another C library has no such function, and other habits
        ctypes.CDLL(None).malloc_trim(0)
