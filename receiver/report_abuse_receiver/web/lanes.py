"""Lanes at the door: flask-limiter's strategy called directly as a classifier: it can slow, and never refuse (S5)."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, current_app
from flask_limiter import Limiter
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, RateLimiter

from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.rules import coming_back
from report_abuse_receiver.rules.lanes import MOST_NORMAL, MOST_SLOW, WINDOW_SECONDS, lane, neighbourhood
from report_abuse_receiver.rules.references import read_reference

_NORMAL = RateLimitItemPerSecond(MOST_NORMAL, WINDOW_SECONDS, namespace="normal")
_SLOW = RateLimitItemPerSecond(MOST_SLOW, WINDOW_SECONDS, namespace="slow")
_TRIES_FROM = RateLimitItemPerSecond(coming_back.MOST_FROM_A_PLACE, coming_back.WINDOW_SECONDS, namespace="tries-from")
_TRIES_AT = RateLimitItemPerSecond(coming_back.MOST_AT_A_REPORT, coming_back.WINDOW_SECONDS, namespace="tries-at")
#: After a fault of the counter store, so long it is not asked again: one child waits for it, not each (S6).
_REST = timedelta(seconds=30)
#: Seconds that a counter store may take before ours in memory answers instead.
_PATIENCE = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}


T = TypeVar("T")


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
        key = self._hashed(neighbourhood(address))
        return self._counted(lambda limiter: _classified(limiter, key))

    def may_guess(self, address: str | None, reference: str) -> bool:
        """Whether the words of this report may be tried once more, from here. Never raises."""
        place, report = self._hashed(neighbourhood(address)), read_reference(reference)
        return self._counted(lambda limiter: _within(limiter, place, report and self._hashed(report)))

    def _counted(self, count: Callable[[RateLimiter], T]) -> T:
        if now() < self._resting_until:
            return count(self._own)
        try:
            return count(self._limiter.limiter)
        except Exception as error:  # any fault of a counter store, known or not: the visitor goes on
            logs.warn("lanes-counted-in-memory", error=error)
            self._resting_until = now() + _REST
            return count(self._own)

    def _hashed(self, text: str) -> str:
        salt = hashlib.blake2b(f"{now():%Y-%m-%d}".encode(), key=self._secret, person=b"lane-salt").digest()
        return hashlib.blake2b(text.encode(), key=salt, digest_size=16).hexdigest()


def neighbourhood_of_nobody() -> str:
    """The limiter asks for a default key; nothing here ever uses it."""
    return ""


def lane_of(address: str | None) -> str:
    """The lane of a report from this address, by the classifier of the running app."""
    lanes: Lanes = current_app.extensions["lanes"]
    return lanes.lane_of(address)


def may_guess(address: str | None, reference: str) -> bool:
    """Whether the running app lets this address try the words of this report once more."""
    lanes: Lanes = current_app.extensions["lanes"]
    return lanes.may_guess(address, reference)


def _within(limiter: RateLimiter, place: str, report: str | None) -> bool:
    """Whether both limits hold; a number that cannot be has no words to guess, so only the place counts.

    A place that is over its own limit uses up no tries of a report.
    """
    return limiter.hit(_TRIES_FROM, place) and (report is None or limiter.hit(_TRIES_AT, report))


def _classified(limiter: RateLimiter, key: str) -> str:
    within_normal = limiter.hit(_NORMAL, key)
    return lane(within_normal=within_normal, within_slow=within_normal or limiter.hit(_SLOW, key))
