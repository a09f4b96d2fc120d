"""Lanes: a flood goes into a slower lane and is never refused (S5); a lane orders only within an urgency."""

import ipaddress
import re
from datetime import datetime, timedelta
from enum import StrEnum


class Lane(StrEnum):
    """The lanes in the order in which they are worked; REVIEW is for what a program seems to have sent."""

    NORMAL = "normal"
    SLOW = "slow"
    BULK = "bulk"
    REVIEW = "review"


#: Seconds, and how many reports from one address in them keep their lane. A whole school behind one address
#: stays in the first (C20: a hundred children, eight schools).
WINDOW_SECONDS = 600
MOST_NORMAL, MOST_SLOW = 400, 2000
#: How many reports in that time may hold the very same answers, name and all: friends copy from each other.
MOST_ALIKE = 5
#: How many from one address, and from all of them, may be quicker than a person: somebody who tries the form out, a
#: tool that fills it in for a child. A program that floods is told by the next one.
MOST_QUICK, MOST_QUICK_IN_ALL = 20, 60

#: Nobody reads seven pages, ticks what fits and writes a name, an age and a way to be reached in less.
LEAST_TIME = timedelta(seconds=5)

_WITH_A_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|([^:]*):\d+")


def lane(*, within_normal: bool, within_slow: bool) -> Lane:
    """The lane of a report, from whether its address kept within the two limits."""
    if within_normal:
        return Lane.NORMAL
    return Lane.SLOW if within_slow else Lane.BULK


def is_too_fast(started: datetime, sent: datetime) -> bool:
    """Whether less time went by than a person needs. A clock that was set back meanwhile says nothing (S22)."""
    return timedelta(0) <= sent - started < LEAST_TIME


def neighbourhood(address: str | None) -> str:
    """The part of an address that one household or school shares: /32 for IPv4, /64 for IPv6; junk is one bucket.

    Some proxies write the visitor's port behind it.
    """
    ported = _WITH_A_PORT.fullmatch(address or "")
    bare = (ported[1] or ported[2] or "") if ported else address or ""
    try:
        parsed = ipaddress.ip_address(bare.split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
