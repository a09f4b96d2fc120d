"""Profile links: whose page an address leads to, without what it says of how somebody came there."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?P<host>[^\s/?#@:]+\.[^\s/?#@:.]{2,})(?::[0-9]+)?/(?P<path>[^\s?#]*)", re.IGNORECASE
)
#: What may stand before the name of an account, and what stands in its place on a site's own pages.
_BEFORE_A_NAME = "add u user users in c channel profile profiles p player players member members id stories"
_NO_NAME = "watch home games game explore search login profile index.html discover about help shorts video videos"
#: What stands behind the name of an account on a page of it.
_BEHIND_A_NAME = "status video videos reel reels clips post posts photo photos live about tagged with_replies shorts p"
#: The link that a site's own counting of clicks was put around.
_WRAPPED = re.compile(r".*[?&](?:u|url|q|target)=(?P<link>https?(?:%3A|:)[^&]+)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A web address: its path in parts, and the account it leads to, or the page where that has but a number."""

    path: tuple[str, ...]
    leads_to: str | None


def read_link(word: str) -> Link | None:
    """The address in a word of a text; None where it is none."""
    wrapped = _WRAPPED.match(word)
    found = _LINK.match(unquote(wrapped["link"]) if wrapped else word)
    if found is None:
        return None
    path = tuple(part for part in found["path"].split("/") if part)
    account = _account(path)
    if account and not any(map(str.isalpha, account)):
        account = "/".join((found["host"], *path))
    return Link(path=path, leads_to=account)


def _account(path: tuple[str, ...]) -> str | None:
    if path and path[0].lower() in _BEFORE_A_NAME.split():
        path = path[1:]
    if not path or path[0].lower() in _NO_NAME.split() or (path[1:2] and path[1].lower() not in _BEHIND_A_NAME.split()):
        return None
    return path[0].lstrip("@")
