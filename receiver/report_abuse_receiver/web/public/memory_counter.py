"""Tallies: counts in this process's own memory, for a process alone and for the time that Redis is out of reach (S6).

The limits library has such a store too, but that one keeps each name for ever, and looks through all of them again and
again while it counts (tried with 5.8): a flood of addresses would fill the memory and slow every child.
"""

import threading

from limits import RateLimitItem

from report_abuse_receiver.ground.clock import now

#: Seconds between looks for names whose time is over.
_SWEEP = 60


class Tallies:
    """A moving window for each name, with the two questions of the limits library's strategies."""

    def __init__(self) -> None:
        self._times: dict[tuple[int, str], list[float]] = {}
        self._lock = threading.Lock()
        self._swept = now().timestamp()

    def hit(self, item: RateLimitItem, name: str) -> bool:
        """Count one more, unless there are as many as `item` allows; False then."""
        with self._lock:
            self._sweep()
            times = self._times.setdefault(_key(item, name), [])
            _forget(times, item.get_expiry())
            if len(times) >= item.amount:
                return False
            times.append(now().timestamp())
            return True

    def test(self, item: RateLimitItem, name: str) -> bool:
        """Whether one more could be counted."""
        with self._lock:
            times = self._times.get(_key(item, name), [])
            _forget(times, item.get_expiry())
            return len(times) < item.amount

    @property
    def names(self) -> int:
        """How many names it holds."""
        return len(self._times)

    def _sweep(self) -> None:
        if 0 <= now().timestamp() - self._swept < _SWEEP:
            return
        self._swept = now().timestamp()
        for key, times in list(self._times.items()):
            _forget(times, key[0])
            if not times:
                del self._times[key]


def _key(item: RateLimitItem, name: str) -> tuple[int, str]:
    return item.get_expiry(), item.key_for(name)


def _forget(times: list[float], seconds: int) -> None:
    """Let go of what is older than the window, or in the future: the clock was set back (S22)."""
    moment = now().timestamp()
    fresh = (at for at, then in enumerate(times) if 0 <= moment - then < seconds)
    del times[: next(fresh, len(times))]
