"""Fetch metadata: what a browser says of who sent a request, in Sec-Fetch-Site."""

from flask import request

_SITE = "Sec-Fetch-Site"


def is_our_own() -> bool | None:
    """Whether a page of ours sent it, or a person again; None where the browser is too old to say."""
    said = request.headers.get(_SITE)
    return None if said is None else said in ("same-origin", "none")


def is_from_another_site() -> bool:
    """Whether a page of another site sent it; a sibling host is none, and old browsers do not say."""
    return request.headers.get(_SITE) == "cross-site"
