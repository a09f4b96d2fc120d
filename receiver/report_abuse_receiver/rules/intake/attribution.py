"""Attribution: which button was pressed, and how far that can be believed. It labels a report, never refuses one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from report_abuse.errors import Malformed
from report_abuse.keys import PROVIDER
from report_abuse.links import Parts, read_payload, split

OUTCOMES = (
    "verified", "retired", "revoked", "bad-signature", "unknown-key", "unknown-provider", "malformed", "unsigned",
    "none",
)  # fmt: skip
ORIGINS = ("match", "mismatch", "unknown")


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

    outcome: str
    provider: str | None = None
    kid: str | None = None
    placement: str | None = None
    locale: str | None = None
    ref: str | None = None
    kind: str = "report"

    @property
    def channel(self) -> str:
        """How the report came: a signed button, a plain link that names a site, or straight to the centre (P32)."""
        return {"none": "direct", "unsigned": "link"}.get(self.outcome, "button")


Directory = Callable[[str], KnownProvider | None]


def attribute(text: str, directory: Directory) -> Attribution:
    """Read what stands behind /r/, in the order of the contract. Never raises, whatever the text is."""
    if not text:
        return Attribution(outcome="none")
    if PROVIDER.fullmatch(text):
        return Attribution(outcome="unsigned" if directory(text) else "unknown-provider", provider=text)
    try:
        parts = split(text)
    except Malformed:
        return Attribution(outcome="malformed")
    return _of_signed(parts, directory(parts.provider))


def _of_signed(parts: Parts, provider: KnownProvider | None) -> Attribution:
    if provider is None:
        return Attribution(outcome="unknown-provider", provider=parts.provider)
    key = provider.keys.get(parts.kid)
    if key is None:
        return Attribution(outcome="unknown-key", provider=parts.provider)
    if not parts.signed_by(key.secret):
        return Attribution(outcome="bad-signature", provider=parts.provider)
    try:
        payload = read_payload(parts.payload)  # only now: nobody but the key's holder could have written it
    except Malformed:
        return Attribution(outcome="malformed", provider=parts.provider)
    return Attribution(
        outcome={"revoked": "revoked", "retired": "retired"}.get(key.state, "verified"),
        provider=parts.provider,
        kid=parts.kid,
        placement=payload.placement,
        locale=payload.locale,
        ref=payload.ref,
        kind=payload.kind,
    )


def judge_origin(header: str | None, referer: str | None, *, own: str, known: Sequence[str]) -> str:
    """Does the page that sent the child belong to the provider: match, mismatch or unknown?

    `null`, an empty header and our own pages say nothing, because our no-referrer policy makes later posts say `null`.
    """
    came_from = [origin for origin in (origin_of(header), origin_of(referer)) if origin and origin != origin_of(own)]
    if not came_from or not known:
        return "unknown"
    return "match" if came_from[0] in {origin_of(one) for one in known} else "mismatch"


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
