"""Rates and baselines: what may be said about two published numbers, and what is left unsaid."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from report_abuse_receiver.rules.feedback import rates
from report_abuse_receiver.rules.feedback.baseline import LEAST, Baseline, baseline, compare
from report_abuse_receiver.rules.feedback.disclosure import VARIANCE
from report_abuse_receiver.rules.feedback.rates import Rate, rate

PUBLISHED = some.none() | some.integers(5, 5000)


@given(part=PUBLISHED, whole=PUBLISHED)
def test_a_rate_is_one_published_count_of_another_of_at_least_fifty(part: int | None, whole: int | None) -> None:
    made = rate(part, whole)
    if part is None or whole is None or whole < 50:
        assert made is None
    else:
        assert made == Rate(part, whole)


@pytest.mark.parametrize(("part", "whole", "percent"), [(25, 50, 50), (5, 1000, 1), (33, 200, 17), (1, 1000, 0)])
def test_a_rate_is_told_to_the_nearest_percent_halves_up(part: int, whole: int, percent: int) -> None:
    assert Rate(part, whole).percent == percent


def test_two_changed_counts_that_cross_are_told_as_all_of_them() -> None:
    made = rate(53, 50)
    assert made
    assert made.percent == 100


def test_a_percentage_is_never_taken_of_a_whole_below_fifty() -> None:
    assert rates.LEAST == 50
    assert rate(49, 49) is None


def test_a_baseline_is_the_mean_of_four_quarters() -> None:
    usual = baseline([20, 30, 40, 31])
    assert usual
    assert (usual.mean, usual.rounded) == (30.25, 30)
    assert Baseline((26, 27, 26, 27)).rounded == 27


@pytest.mark.parametrize("earlier", [[], [40, 40, 40], [40, None, 40, 40], [40] * 5])
def test_without_four_numbers_there_is_no_baseline(earlier: list[int | None]) -> None:
    assert baseline(earlier) is None


@given(now=some.integers(5, 2000), earlier=some.lists(some.integers(5, 2000), min_size=4, max_size=4))
def test_higher_and_lower_are_said_only_where_the_formula_says_so(now: int, earlier: list[int]) -> None:
    mean = sum(earlier) / 4
    verdict = compare(now, baseline(earlier))
    differs = abs(now - mean) > 2 * sqrt(now + mean / 4 + 1.25 * VARIANCE)
    if now < 20 or mean < 20:
        assert verdict == "too few"
    elif differs:
        assert verdict == ("higher" if now > mean else "lower")
    else:
        assert verdict == "as usual"


def test_the_smallest_numbers_that_are_compared_are_twenty() -> None:
    assert LEAST == 20
    assert compare(20, Baseline((20, 20, 20, 20))) == "as usual"
    assert compare(19, Baseline((90, 90, 90, 90))) == "too few"
    assert compare(90, Baseline((19, 20, 20, 20))) == "too few"


def test_nothing_is_compared_where_a_side_is_not_told() -> None:
    assert compare(None, Baseline((40, 40, 40, 40))) is None
    assert compare(40, None) is None
