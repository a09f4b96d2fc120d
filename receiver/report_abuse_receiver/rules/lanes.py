"""Lanes: a flood goes into a slower lane and is never refused (S5); a lane orders only within an urgency."""

import ipaddress

#: The order in which lanes are worked.
LANES = ("normal", "slow", "bulk", "review")

#: Seconds, and how many reports from one address in them keep their lane. A whole school behind one address
#: stays in the first (C20: a hundred children, eight schools).
WINDOW_SECONDS = 600
MOST_NORMAL, MOST_SLOW = 400, 2000


def lane(*, within_normal: bool, within_slow: bool) -> str:
    """The lane of a report, from whether its address kept within the two limits."""
    if within_normal:
        return "normal"
    return "slow" if within_slow else "bulk"


def neighbourhood(address: str | None) -> str:
    """The part of an address that one household or school shares: /32 for IPv4, /64 for IPv6; junk is one bucket."""
    try:
        parsed = ipaddress.ip_address((address or "").split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
