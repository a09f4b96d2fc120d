"""Lanes at the door: flask-limiter's strategy called directly as a classifier: it can slow, and never refuse (S5)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from flask import Flask, current_app
from flask_limiter import Limiter
from limits import RateLimitItem, RateLimitItemPerSecond

from report_abuse_receiver.ground import logs
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.rules.intake import coming_back
from report_abuse_receiver.rules.intake.lanes import (
    MOST_ALIKE,
    MOST_NORMAL,
    MOST_QUICK,
    MOST_QUICK_IN_ALL,
    MOST_SLOW,
    WINDOW_SECONDS,
    Lane,
    lane,
    neighbourhood,
)
from report_abuse_receiver.rules.intake.references import read_reference
from report_abuse_receiver.web.public.memory_counter import Tallies

_NORMAL = RateLimitItemPerSecond(MOST_NORMAL, WINDOW_SECONDS, namespace="normal")
_SLOW = RateLimitItemPerSecond(MOST_SLOW, WINDOW_SECONDS, namespace="slow")
ALIKE = RateLimitItemPerSecond(MOST_ALIKE, WINDOW_SECONDS, namespace="alike")
_QUICK = RateLimitItemPerSecond(MOST_QUICK, WINDOW_SECONDS, namespace="quick")
_QUICK_IN_ALL = RateLimitItemPerSecond(MOST_QUICK_IN_ALL, WINDOW_SECONDS, namespace="quick-in-all")
_ONCE = RateLimitItemPerSecond(1, WINDOW_SECONDS, namespace="once")
_TRIES_FROM = RateLimitItemPerSecond(coming_back.MOST_FROM_A_PLACE, coming_back.WINDOW_SECONDS, namespace="tries-from")
_TRIES_AT = RateLimitItemPerSecond(coming_back.MOST_AT_A_REPORT, coming_back.WINDOW_SECONDS, namespace="tries-at")
#: After a fault of the counter store, so long it is not asked again: one child waits for it, not each (S6).
_REST = timedelta(seconds=30)
#: Seconds that a counter store may take before ours in memory answers instead.
_PATIENCE: dict[str, Any] = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}


T = TypeVar("T")


class Counter(Protocol):
    """What counts by name: a strategy of the limits library, or our own in memory."""

    def hit(self, item: RateLimitItem, name: str, /) -> bool:
        """Count one more, unless there are as many as `item` allows; False then."""
        ...

    def test(self, item: RateLimitItem, name: str, /) -> bool:
        """Whether one more could be counted."""
        ...


@dataclass(frozen=True, kw_only=True)
class Press:
    """A press on Send: whose address, which draft, its answers.

    `filled` where a box holds something that people do not see, `quick` where no person writes that fast.
    """

    address: str | None = field(repr=False)
    nonce: str = field(repr=False)
    answers: str = field(repr=False)
    filled: bool = False
    quick: bool = False


class Lanes:
    """Counts reports by neighbourhood and by answers; all names are hashed with a salt of the day."""

    def __init__(self, app: Flask, *, storage_uri: str, secret: bytes) -> None:
        """Count in `storage_uri`, and in memory while that is out of reach; `secret` makes the salts."""
        self._own = Tallies()
        self._shared = self._own if storage_uri.startswith("memory:") else _shared(app, storage_uri)
        self._secret = secret
        self._resting_since = now() - _REST

    def lane_of(self, press: Press) -> Lane:
        """The lane of the report that this press sends. Never raises."""
        place, draft, answers = (
            self._hashed(text) for text in (neighbourhood(press.address), press.nonce, press.answers)
        )
        return self._counted(
            lambda counter: _classified(
                counter, place, draft=draft, answers=answers, filled=press.filled, quick=press.quick
            )
        )

    def may_guess(self, address: str | None, reference: str) -> bool:
        """Whether the words of this report may be tried once more, from here. Never raises."""
        place, report = self._hashed(neighbourhood(address)), read_reference(reference)
        return self._counted(lambda counter: _within(counter, place, report and self._hashed(report)))

    def _counted(self, count: Callable[[Counter], T]) -> T:
        if timedelta(0) <= now() - self._resting_since < _REST:  # a clock that was set back ends the rest (S22)
            return count(self._own)
        try:
            return count(self._shared)
        except Exception as error:  # any fault of a counter store, known or not: the visitor goes on
            logs.warn("lanes-counted-in-memory", error=error)
            self._resting_since = now()
            return count(self._own)

    def _hashed(self, text: str) -> str:
        salt = hashlib.blake2b(f"{now():%Y-%m-%d}".encode(), key=self._secret, person=b"lane-salt").digest()
        return hashlib.blake2b(text.encode("utf-8", "replace"), key=salt, digest_size=16).hexdigest()


def lane_of(press: Press) -> Lane:
    """The lane of the report that this press sends, by the classifier of the running app."""
    lanes: Lanes = current_app.extensions["lanes"]
    return lanes.lane_of(press)


def may_guess(address: str | None, reference: str) -> bool:
    """Whether the running app lets this address try the words of this report once more."""
    lanes: Lanes = current_app.extensions["lanes"]
    return lanes.may_guess(address, reference)


def neighbourhood_of_nobody() -> str:
    """The limiter asks for a default key; nothing here ever uses it."""
    return ""


def _shared(app: Flask, storage_uri: str) -> Counter:
    return Limiter(
        neighbourhood_of_nobody,
        app=app,
        storage_uri=storage_uri,
        storage_options=dict(_PATIENCE),
        strategy="moving-window",
    ).limiter


def _within(counter: Counter, place: str, report: str | None) -> bool:
    """Whether both limits hold; a number that cannot be has no words to guess, so only the place counts.

    A place that is over its own limit uses up no tries of a report.
    """
    return counter.hit(_TRIES_FROM, place) and (report is None or counter.hit(_TRIES_AT, report))


def _classified(counter: Counter, place: str, *, draft: str, answers: str, filled: bool, quick: bool) -> Lane:
    """Choose the lane. A draft that is sent again, because something broke, is looked at and not counted twice.

    What goes to `review` takes up no room of its address: a program beside a school does not slow the school.
    """
    count = counter.hit if counter.hit(_ONCE, draft) else counter.test
    few_quick = not quick or (count(_QUICK, place) and count(_QUICK_IN_ALL, ""))
    if filled or not count(ALIKE, answers) or not few_quick:
        return Lane.REVIEW
    within_normal = count(_NORMAL, place)
    return lane(within_normal=within_normal, within_slow=within_normal or count(_SLOW, place))
