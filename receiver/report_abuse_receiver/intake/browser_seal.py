"""What only one browser can open: the secret that it holds names a row and seals it (S4)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from report_abuse_receiver.ground.aead import decrypt, encrypt

#: What was sealed, as JSON holds it.
Held = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class BrowserKeys:
    """The name of a row, and the key that opens it."""

    row: str
    key: bytes = field(repr=False)


def keys_of(secret: str, use: str) -> BrowserKeys:
    """What a browser's secret opens for one use, such as `draft/1`; the rows of two uses cannot be told to belong."""
    derived = hashlib.blake2b(secret.encode("utf-8", "replace"), person=use.encode()).digest()
    return BrowserKeys(row=derived[:16].hex(), key=derived[32:])


def sealed(keys: BrowserKeys, held: Held) -> bytes:
    """Seal what JSON can hold, bound to its row."""
    return encrypt(keys.key, json.dumps(held).encode(), bound_to=keys.row.encode())


def opened(keys: BrowserKeys, envelope: bytes | None) -> Held | None:
    """What was sealed; None where there is nothing, or the secret is another."""
    if envelope is None:
        return None
    try:
        held: Held = json.loads(decrypt(keys.key, envelope, bound_to=keys.row.encode()))
    except ValueError:
        return None
    return held
