"""Lanes at the door: flask-limiter's strategy called directly as a classifier: it can slow, and never refuse (S5)."""

import hashlib
from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from flask_limiter import Limiter
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, RateLimiter

from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.rules.lanes import MOST_NORMAL, MOST_SLOW, WINDOW_SECONDS, lane, neighbourhood

_NORMAL = RateLimitItemPerSecond(MOST_NORMAL, WINDOW_SECONDS, namespace="normal")
_SLOW = RateLimitItemPerSecond(MOST_SLOW, WINDOW_SECONDS, namespace="slow")
#: After a fault of the counter store, so long it is not asked again: one child waits for it, not each (S6).
_REST = timedelta(seconds=30)
#: Seconds that a counter store may take before ours in memory answers instead.
_PATIENCE = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}


class Lanes:
    """Counts reports by neighbourhood; addresses are hashed with a salt of the day, the same in every process."""

    def __init__(self, app: Flask, *, storage_uri: str, secret: bytes) -> None:
        """Count in `storage_uri`, and in memory while that is out of reach; `secret` makes the salts."""
        options: Any = {} if storage_uri.startswith("memory:") else _PATIENCE
        self._limiter = Limiter(
            neighbourhood_of_nobody,
            app=app,
            storage_uri=storage_uri,
            storage_options=options,
            strategy="moving-window",
        )
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._secret = secret
        self._resting_until = now()

    def lane_of(self, address: str | None) -> str:
        """The lane of a report that comes from this address now. Never raises."""
        key = self._hashed(address)
        if now() < self._resting_until:
            return _classified(self._own, key)
        try:
            return _classified(self._limiter.limiter, key)
        except Exception as error:  # any fault of a counter store, known or not: the report goes on
            logs.warn("lanes-counted-in-memory", error=error)
            self._resting_until = now() + _REST
            return _classified(self._own, key)

    def _hashed(self, address: str | None) -> str:
        salt = hashlib.blake2b(f"{now():%Y-%m-%d}".encode(), key=self._secret, person=b"lane-salt").digest()
        return hashlib.blake2b(neighbourhood(address).encode(), key=salt, digest_size=16).hexdigest()


def neighbourhood_of_nobody() -> str:
    """The limiter asks for a default key; nothing here ever uses it."""
    return ""


def lane_of(address: str | None) -> str:
    """The lane of a report from this address, by the classifier of the running app."""
    lanes: Lanes = current_app.extensions["lanes"]
    return lanes.lane_of(address)


def _classified(limiter: RateLimiter, key: str) -> str:
    within_normal = limiter.hit(_NORMAL, key)
    return lane(within_normal=within_normal, within_slow=within_normal or limiter.hit(_SLOW, key))
