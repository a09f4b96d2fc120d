"""Attribution: which button was pressed, and how far that can be believed. It labels a report, never refuses one."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from report_abuse.errors import Malformed
from report_abuse.links import Parts, read_payload, split
from report_abuse_receiver.ground.partners.kinds import KeyState


class Outcome(StrEnum):
    """What became of a link's signature."""

    VERIFIED = "verified"
    RETIRED = "retired"
    REVOKED = "revoked"
    BAD_SIGNATURE = "bad-signature"
    UNKNOWN_KEY = "unknown-key"
    UNKNOWN_PROVIDER = "unknown-provider"
    MALFORMED = "malformed"
    UNSIGNED = "unsigned"
    NONE = "none"


class Origin(StrEnum):
    """Whether the page that the visitor came from is the provider's own."""

    MATCH = "match"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class ButtonKey:
    """A key that may have signed a link; `state` is active, retired or revoked."""

    secret: str = field(repr=False)
    state: str


@dataclass(frozen=True, kw_only=True)
class KnownProvider:
    """What attribution needs to know of a provider: its button keys by key id, and its web origins."""

    id: str
    name: str
    origins: Sequence[str]
    keys: Mapping[str, ButtonKey]


@dataclass(frozen=True, kw_only=True)
class Attribution:
    """What is known of the button. `provider` is the claimed one, whatever the outcome; believe it when `verified`."""

    outcome: Outcome
    provider: str | None = None
    kid: str | None = None
    placement: str | None = None
    locale: str | None = None
    ref: str | None = None
    kind: str = "report"

    @property
    def channel(self) -> str:
        """How the report came: a signed button, a plain link that names a site, or straight to the centre (P32)."""
        return {Outcome.NONE: "direct", Outcome.UNSIGNED: "link"}.get(self.outcome, "button")


Directory = Callable[[str], KnownProvider | None]

BY_KEY_STATE: Mapping[str, Outcome] = {KeyState.REVOKED: Outcome.REVOKED, KeyState.RETIRED: Outcome.RETIRED}


#: A provider's name, in whatever case it was typed, and the marks or the query that mail and chat put behind a link.
_NAMED = re.compile(r"([a-z0-9][a-z0-9-]{1,39})(?:[&?#;].*|[^a-z0-9-]*)", re.IGNORECASE | re.ASCII | re.DOTALL)
#: Where a token is over. A `=` is no mark behind it: it would be a second spelling of the signature.
_NO_TOKEN = re.compile(r"[^A-Za-z0-9._=-].*", re.DOTALL)


def attribute(text: str, directory: Directory) -> Attribution:
    """Read what stands behind /r/, in the order of the contract. Never raises, whatever the text is.

    What no token can end with is taken off first, because mail and chat put it there; the rest is verified whole.
    """
    if not text:
        return Attribution(outcome=Outcome.NONE)
    named = _NAMED.fullmatch(text)
    if named:
        name = named[1].lower()
        return Attribution(outcome=Outcome.UNSIGNED if directory(name) else Outcome.UNKNOWN_PROVIDER, provider=name)
    try:
        # No signature of 32 bytes ends with "-" or "_" either: the bits of its last letter that no byte uses are 0.
        parts = split(_NO_TOKEN.sub("", text).rstrip("._-"))
    except Malformed:
        return Attribution(outcome=Outcome.MALFORMED)
    return _of_signed(parts, directory(parts.provider))


def _of_signed(parts: Parts, provider: KnownProvider | None) -> Attribution:
    if provider is None:
        return Attribution(outcome=Outcome.UNKNOWN_PROVIDER, provider=parts.provider)
    key = provider.keys.get(parts.kid)
    if key is None:
        return Attribution(outcome=Outcome.UNKNOWN_KEY, provider=parts.provider)
    if not parts.signed_by(key.secret):
        return Attribution(outcome=Outcome.BAD_SIGNATURE, provider=parts.provider)
    try:
        payload = read_payload(parts.payload)  # only now: nobody but the key's holder could have written it
    except Malformed:
        return Attribution(outcome=Outcome.MALFORMED, provider=parts.provider)
    return Attribution(
        outcome=BY_KEY_STATE.get(key.state, Outcome.VERIFIED),
        provider=parts.provider,
        kid=parts.kid,
        placement=payload.placement,
        locale=payload.locale,
        ref=payload.ref,
        kind=payload.kind,
    )


def judge_origin(header: str | None, referer: str | None, *, own: str, known: Sequence[str]) -> Origin:
    """Does the page that sent the child belong to the provider: match, mismatch or unknown?

    `null`, an empty header and our own pages say nothing, because our no-referrer policy makes later posts say `null`.
    """
    came_from = [origin for origin in (origin_of(header), origin_of(referer)) if origin and origin != origin_of(own)]
    if not came_from or not known:
        return Origin.UNKNOWN
    return Origin.MATCH if came_from[0] in {origin_of(one) for one in known} else Origin.MISMATCH


def origin_of(url: str | None) -> str | None:
    """Scheme, host and port of a URL in one spelling, or None where there is none to be had."""
    try:
        parts = urlsplit((url or "").strip().lower())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    try:
        host = parts.hostname.encode("idna").decode("ascii")  # as browsers write it
    except UnicodeError:
        return None
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")
