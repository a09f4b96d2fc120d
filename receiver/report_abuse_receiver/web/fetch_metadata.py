"""Fetch metadata: what a browser says of who sent a request, and whether a person did."""

import re

from flask import request

_SITE = "Sec-Fetch-Site"
#: What a page or a browser says that is fetched before anybody asked for it.
_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
#: How a browser asks for a page to show; old ones do not say.
_WHOLE_PAGE = (None, "navigate")
#: Programs that look at a link for whoever sent it: chats, mail, search. Their browsers for people say other names.
_PREVIEWS = re.compile(
    r"(?<!cu)bots?\b|crawler|spider|slurp|preview|unfurl|externalhit|facebot|linkexpanding|^whatsapp/|^viber|embedly|"
    r"iframely|vkshare|kakaotalk-scrap|mastodon/|pleroma|akkoma|misskey|lemmy|ms-office|safelinks|google-safety|"
    r"googleimageproxy|mediapartners|inspectiontool|feedfetcher|w3c_validator",
    re.IGNORECASE,
)


def is_our_own() -> bool | None:
    """Whether a page of ours sent it, or a person again; None where the browser is too old to say."""
    said = request.headers.get(_SITE)
    return None if said is None else said in ("same-origin", "none")


def is_cross_site() -> bool:
    """Whether a page of another site sent it; False where the browser does not say."""
    return request.headers.get(_SITE) == "cross-site"


def is_by_a_person() -> bool:
    """Whether somebody opened this page to see it: no image or frame, no part of it, nothing ahead of a person."""
    headers = request.headers
    asks = headers.get("Sec-Fetch-Dest", "document") == "document" and headers.get("Sec-Fetch-Mode") in _WHOLE_PAGE
    early = any(name in headers for name in (*_AHEAD, "Range"))
    return request.method == "GET" and asks and not early and not _PREVIEWS.search(request.user_agent.string)


def is_from_elsewhere(own: str) -> bool:
    """Whether a page that is not ours sent it, as far as the browser says; `own` is our origin."""
    site, origin = request.headers.get(_SITE), request.headers.get("Origin", "null")
    return site in ("cross-site", "same-site") if site else origin not in ("null", own)
