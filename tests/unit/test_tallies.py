"""Tallies: a window that moves, and nothing kept when its time is over."""

from datetime import UTC, datetime, timedelta

import time_machine
from limits import RateLimitItemPerSecond

from report_abuse_receiver.web.public.memory_counter import Tallies

THREE = RateLimitItemPerSecond(3, 600, namespace="three")
OTHER = RateLimitItemPerSecond(3, 600, namespace="other")
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_so_many_fit_into_a_window_and_it_moves() -> None:
    tallies = Tallies()
    with time_machine.travel(NOON, tick=False) as clock:
        assert [tallies.hit(THREE, "a") for _ in range(4)] == [True, True, True, False]
        assert (tallies.test(THREE, "a"), tallies.test(THREE, "b"), tallies.test(OTHER, "a")) == (False, True, True)
        clock.shift(timedelta(seconds=599))
        assert not tallies.hit(THREE, "a")
        clock.shift(timedelta(seconds=1))
        assert tallies.test(THREE, "a")
        assert tallies.hit(THREE, "a")


def test_to_test_counts_nothing() -> None:
    tallies = Tallies()
    assert [tallies.test(THREE, "a") for _ in range(5)] == [True] * 5
    assert tallies.names == 0


def test_names_whose_time_is_over_are_not_kept() -> None:
    tallies = Tallies()
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(1000):
            tallies.hit(THREE, str(number))
        clock.shift(timedelta(minutes=9))
        tallies.hit(THREE, "late")
        assert tallies.names == 1001
        clock.shift(timedelta(minutes=2))
        tallies.hit(THREE, "later")
        assert tallies.names == 2


def test_a_clock_that_is_set_back_begins_to_count_anew() -> None:
    tallies = Tallies()
    with time_machine.travel(NOON, tick=False) as clock:
        assert [tallies.hit(THREE, "a") for _ in range(4)] == [True, True, True, False]
        clock.shift(timedelta(hours=-1))
        assert [tallies.hit(THREE, "a") for _ in range(4)] == [True, True, True, False]
