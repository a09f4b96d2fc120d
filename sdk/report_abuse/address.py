"""Where the centre is: one URL, checked once, so that no link is ever sent in clear text over a network (P44)."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from report_abuse.errors import BadArgument

_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)
_AUTHORITY = re.compile(rf"(?:{_HOST.pattern})(?::[0-9]{{1,5}})?", re.IGNORECASE)
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")
#: Pages and links of the centre, which people copy whole.
_PAGE = re.compile(r".*/(?:r(?:/[^/]+)?|start|back)/?", re.IGNORECASE)
_EXAMPLE = "write it like https://report.example"


def centre_url(text: str) -> str:
    """The centre's URL without a slash at its end. A path in front is allowed. Raises `BadArgument`.

    https everywhere; plain http only for localhost, 127.0.0.0/8 and [::1].
    """
    url = _split(text)
    if "@" in url.netloc or any(mark in text for mark in "?#"):
        raise BadArgument(f"The URL of the centre takes no user, query or fragment: {_EXAMPLE}.")
    if not _AUTHORITY.fullmatch(url.netloc) or not _PATH.fullmatch(url.path):
        raise BadArgument(f"The URL of the centre has a host or path that cannot be: {_EXAMPLE}.")
    if _PAGE.fullmatch(url.path):
        raise BadArgument(
            f"The URL of the centre is that of its front door, with no /r, /start or /back behind it: {_EXAMPLE}."
        )
    if url.scheme == "http" and not is_loopback(url.hostname or ""):
        raise BadArgument("The URL of the centre must begin with https:// (http:// is for localhost only).")
    return text.rstrip("/")


def _split(text: str) -> SplitResult:
    try:
        url = urlsplit(text) if type(text) is str and text.isascii() and text.isprintable() else None
        if url and url.scheme in ("http", "https") and url.netloc and url.port != 0:
            return url
    except ValueError as error:
        raise BadArgument(f"The URL of the centre cannot be read: {_EXAMPLE}.") from error
    raise BadArgument(f"The URL of the centre is not a web address: {_EXAMPLE}.")


def is_loopback(host: str) -> bool:
    """Whether a host of a URL is this very machine: localhost, 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address == ipaddress.IPv6Address("::1") or address in ipaddress.IPv4Network("127.0.0.0/8")
