"""Provider keys: derived from the link master, so that the database holds no secret."""

import base64

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from report_abuse.keys import Key


def provider_key(link_master: bytes, *, mode: str = "live", scope: str, provider: str, kid: str) -> Key:
    """Derive a provider's key from the link master, so that the database holds no secret.

    HKDF-SHA256 with no salt, the key's own name as info, 32 bytes, written as base32 in lower case.
    """
    info = f"report-abuse/key/1|{mode}|{scope}|{provider}|{kid}".encode()
    raw = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(link_master)
    secret = base64.b32encode(raw).decode("ascii").rstrip("=").lower()
    return Key(mode=mode, scope=scope, provider=provider, kid=kid, secret=secret)
