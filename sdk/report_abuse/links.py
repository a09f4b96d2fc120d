"""Signed links, `r1.<provider>.<kid>.<payload>.<signature>`: minting and reading, one format in one file.

A link says which button of which site was pressed, and nothing about who pressed it: it is the same for every
visitor, and it does not expire, because pages are cached and posters are printed (P44).
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass

from itsdangerous import Signer

from report_abuse.errors import BadArgument, BadKey, Malformed
from report_abuse.keys import KID, PROVIDER, SECRET, Key

PLACEMENT = re.compile(r"[a-z0-9-]{1,40}")
REF = re.compile(r"[A-Za-z0-9._~-]{1,64}")
LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
KIND = re.compile(r"[a-z0-9-]{1,40}")

TOKEN_CHARACTERS = 1024
PAYLOAD_BYTES = 512

_SEGMENT = r"[A-Za-z0-9_-]+"
_TOKEN = re.compile(rf"(r1\.({PROVIDER.pattern})\.({KID.pattern})\.({_SEGMENT}))\.({_SEGMENT})")
_SIGNATURE_BYTES = hashlib.sha256().digest_size
_GRAMMAR = {"p": PLACEMENT, "l": LOCALE, "r": REF, "k": KIND}
_ADVICE = {
    "p": 'placement: write 1 to 40 of a-z, 0-9 and "-", such as "chat" or "profile-page".',
    "l": 'locale: write a language tag such as "en" or "cy" or "en-GB".',
    "r": 'ref: write 1 to 64 of A-Z, a-z, 0-9 and "._~-": a reference of your own, never one to the visitor.',
    "k": 'kind: write 1 to 40 of a-z, 0-9 and "-", or leave it out for an ordinary report.',
}


@dataclass(frozen=True, slots=True)
class Payload:
    """What a link says about the button."""

    placement: str
    locale: str | None = None
    ref: str | None = None
    kind: str = "report"


@dataclass(frozen=True, slots=True)
class Parts:
    """A link of the right shape. Nothing in it is proved until `signed_by` says so."""

    provider: str
    kid: str
    payload: str
    signature: str
    signed: str

    def signed_by(self, secret: str) -> bool:
        """Was it signed with this secret? Never raises: an impossible secret has signed nothing."""
        if type(secret) is not str or not SECRET.fullmatch(secret):
            return False
        return _signer(secret).verify_signature(self.signed, self.signature)


def mint(
    key: Key, placement: str, *, ref: str | None = None, locale: str | None = None, kind: str | None = None
) -> str:
    """Make the token for one placement. The same arguments always give the same token.

    Raises `BadKey` for any key but a live button key, and `BadArgument` for what a link cannot say.
    """
    if key.mode != "live":
        raise BadKey(
            f"{key.kid} of {key.provider} is a test key, and there are no test pages yet: "
            f"use the one that begins ra_live_{key.scope}_{key.provider}_."
        )
    if key.scope != "button":
        raise BadKey(
            f"Links are made with a button key, and this is the {key.scope} key {key.kid} of {key.provider}: "
            f"use the one that begins ra_{key.mode}_button_{key.provider}_."
        )
    said = {"p": placement, "l": _hyphenated(locale), "r": ref, "k": None if kind == "report" else kind}
    fields = {name: _allowed(name, value) for name, value in said.items() if name == "p" or value is not None}
    prefix = f"r1.{key.provider}.{key.kid}.{_encode(_canonical(fields))}"
    return _signer(key.secret).sign(prefix).decode("ascii")


def split(text: str) -> Parts:
    """Take a token apart and believe none of it: shape, length and canonical base64 only. Raises `Malformed`."""
    if type(text) is not str or len(text) > TOKEN_CHARACTERS:
        raise Malformed("Not a token, or longer than 1,024 characters.")
    found = _TOKEN.fullmatch(text)
    if not found:
        raise Malformed("Not of the form r1.provider.kid.payload.signature.")
    signed, provider, kid, payload, signature = found.groups()
    if len(_decode(payload)) > PAYLOAD_BYTES or len(_decode(signature)) != _SIGNATURE_BYTES:
        raise Malformed("Payload or signature of the wrong length.")
    return Parts(provider, kid, payload, signature, signed)


def read_payload(payload: str) -> Payload:
    """Decode what a signature has vouched for; keys that we do not know are ignored. Raises `Malformed`."""
    raw = _decode(payload)
    fields = _object(raw)
    if _canonical(fields) != raw:
        raise Malformed("The payload is not canonical JSON.")
    known = {name: fields[name] for name in _GRAMMAR if name in fields}
    if "p" not in known or not all(_GRAMMAR[name].fullmatch(value) for name, value in known.items()):
        raise Malformed("The payload has no placement, or says something that a link cannot say.")
    return Payload(known["p"], known.get("l"), known.get("r"), known.get("k", "report"))


def _object(raw: bytes) -> dict[str, str]:
    try:
        fields = json.loads(raw) if len(raw) <= PAYLOAD_BYTES else None
    except (ValueError, RecursionError) as error:
        raise Malformed("The payload is not JSON.") from error
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise Malformed("The payload is not a JSON object of strings.")
    return fields


def _signer(secret: str) -> Signer:
    # itsdangerous would use SHA-1 and a salt that it shares with everything else.
    return Signer(secret, salt="report-abuse.link.r1", sep=".", key_derivation="hmac", digest_method=hashlib.sha256)


def _allowed(name: str, value: object) -> str:
    if not isinstance(value, str) or not _GRAMMAR[name].fullmatch(value):
        raise BadArgument(_ADVICE[name])
    return str.__str__(value)  # the letters themselves, whatever a subclass or an enumeration prints


def _hyphenated(locale: object) -> object:
    return locale.replace("_", "-") if isinstance(locale, str) else locale  # Babel writes en_GB


def _canonical(fields: dict[str, str]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(segment: str) -> bytes:
    """The one spelling of each value: a segment that does not re-encode to itself is refused."""
    if type(segment) is not str:
        raise Malformed("A segment is not text.")
    try:
        raw = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError as error:
        raise Malformed("A segment is not base64url.") from error
    if _encode(raw) != segment:
        raise Malformed("A segment is base64url of another spelling.")
    return raw
