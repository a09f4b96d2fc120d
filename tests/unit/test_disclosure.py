"""Disclosure control tells no small number, tells the same one every time, and is right on average (P63)."""

import math
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

import report_abuse_receiver
from report_abuse_receiver.ground.errors import CannotStart, ReceiverError, Refused
from report_abuse_receiver.rules.feedback.disclosure import (
    FLOOR,
    MAX_CHANGE,
    NEVER,
    POLICY_VERSION,
    VARIANCE,
    Discloser,
    Published,
    new_record_key,
    noise_row,
)

KEY = bytes(range(32))
DISCLOSER = Discloser(KEY)
LOW = Published(None, "low")
TRUE_COUNTS = range(1, 16)
CELL_KEYS = [key * 2_654_435_761 % 2**32 for key in range(20_000)]


@pytest.mark.parametrize("count", range(12))
def test_a_noise_row_sums_to_one_with_mean_zero_and_the_declared_variance(count: int) -> None:
    row = noise_row(count)
    mean = sum(change * chance for change, chance in zip(row.changes, row.chances, strict=True))
    variance = sum(change**2 * chance for change, chance in zip(row.changes, row.chances, strict=True))
    assert sum(row.chances) == pytest.approx(1, abs=1e-9)
    assert mean == pytest.approx(0, abs=1e-9)
    assert variance == pytest.approx(VARIANCE if count else 0, abs=1e-9)


@pytest.mark.parametrize("count", TRUE_COUNTS)
def test_a_noise_row_holds_every_change_the_rules_allow_and_no_other(count: int) -> None:
    row = noise_row(count)
    allowed = [d for d in range(-MAX_CHANGE, MAX_CHANGE + 1) if count + d >= 0 and count + d not in NEVER]
    assert list(row.changes) == allowed
    assert all(chance > 0 for chance in row.chances)


@pytest.mark.parametrize("count", TRUE_COUNTS)
def test_a_noise_row_is_the_one_of_greatest_entropy(count: int) -> None:
    """Under fixed mean and variance that is the one whose logarithm is a parabola in the change."""
    row = noise_row(count)
    a, b, c = _parabola([(d, math.log(p)) for d, p in zip(row.changes[:3], row.chances[:3], strict=True)])
    for change, chance in zip(row.changes, row.chances, strict=True):
        assert math.log(chance) == pytest.approx(a + b * change + c * change**2, abs=1e-6)


def _parabola(points: list[tuple[int, float]]) -> tuple[float, float, float]:
    (x0, y0), (x1, y1), (x2, y2) = points
    slope = (y1 - y0) / (x1 - x0)
    c = ((y2 - y0) / (x2 - x0) - slope) / (x2 - x1)
    b = slope - c * (x0 + x1)
    return y0 - b * x0 - c * x0**2, b, c


def test_from_eight_on_the_noise_is_the_same_and_symmetric() -> None:
    assert noise_row(7) != noise_row(8) == noise_row(9) == noise_row(10**9)
    assert noise_row(8).chances == pytest.approx(noise_row(8).chances[::-1], abs=1e-12)


def test_nothing_stays_nothing() -> None:
    assert {DISCLOSER.show(0, key) for key in CELL_KEYS} == {LOW}


@pytest.mark.parametrize("count", range(8))
def test_a_draw_is_right_on_average_even_where_the_floor_hides_it(count: int) -> None:
    draws = [noise_row(count).draw((step + 0.5) / 100_000) for step in range(100_000)]
    assert sum(draws) / len(draws) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("count", range(FLOOR + MAX_CHANGE, 16))
def test_published_numbers_are_right_on_average_over_many_cells(count: int) -> None:
    shown = [DISCLOSER.show(count, key).observation or 0 for key in CELL_KEYS]
    assert sum(shown) / len(shown) == pytest.approx(count, abs=5 * (VARIANCE / len(shown)) ** 0.5)


@pytest.mark.parametrize("count", TRUE_COUNTS)
def test_what_is_published_is_as_frequent_as_the_row_says(count: int) -> None:
    """Pearson's chi-squared over what can be seen; 60 is beyond one in a million for up to 11 degrees of freedom."""
    seen = Counter(DISCLOSER.show(count, key).observation for key in CELL_KEYS)
    expected: dict[int | None, float] = defaultdict(float)
    for change, chance in zip(noise_row(count).changes, noise_row(count).chances, strict=True):
        expected[count + change if count + change >= FLOOR else None] += chance * len(CELL_KEYS)
    assert seen.keys() <= expected.keys()
    assert sum((seen[what] - mean) ** 2 / mean for what, mean in expected.items()) < 60


@pytest.mark.parametrize("uniform", [0.0, 0.5, 1 - 2**-53])
def test_a_draw_never_falls_off_the_row(uniform: float) -> None:
    for count in range(12):
        assert noise_row(count).draw(uniform) in noise_row(count).changes


def test_no_number_below_the_floor_is_ever_shown_whatever_the_true_count() -> None:
    for count in range(16):
        for published in {DISCLOSER.show(count, key) for key in CELL_KEYS[:4000]}:
            assert published == LOW or (published.status == "shown" and (published.observation or 0) >= FLOOR)


def test_the_floor_comes_after_the_noise() -> None:
    assert {FLOOR, FLOOR + 1} < {DISCLOSER.show(FLOOR - 1, key).observation for key in CELL_KEYS}
    assert LOW in {DISCLOSER.show(FLOOR + 1, key) for key in CELL_KEYS}


def test_zero_and_small_numbers_look_alike() -> None:
    assert DISCLOSER.show(0, 0) == LOW
    assert {DISCLOSER.show(1, key) for key in CELL_KEYS[:100]} >= {LOW}
    assert repr(DISCLOSER.show(0, 0)) == repr(LOW)


@pytest.mark.parametrize(
    ("observation", "status"),
    [(4, "shown"), (0, "shown"), (-1, "shown"), (None, "shown"), (3, "low"), (7, "low"), (7, "not_shown")],
)
def test_a_small_number_cannot_even_be_written_down(observation: Any, status: Any) -> None:
    with pytest.raises(Refused, match="cannot be published"):
        Published(observation, status)


def test_published_numbers_are_made_in_one_place_only() -> None:
    sources = Path(report_abuse_receiver.__file__).parent.rglob("*.py")
    assert [path.name for path in sources if "Published(" in path.read_text("utf-8")] == ["disclosure.py"]


def test_the_same_cell_shows_the_same_number_in_another_process() -> None:
    program = (
        "from report_abuse_receiver.rules.feedback.disclosure import Discloser\n"
        "show = Discloser(bytes(range(32))).show\n"
        "print([show(count, key * 99_991).observation for count in range(30) for key in range(40)])"
    )
    here = str([DISCLOSER.show(count, key * 99_991).observation for count in range(30) for key in range(40)])
    for seed in ("0", "4242"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        ran = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        assert ran.stdout.strip() == here


def test_the_policy_is_pinned_so_that_another_one_gets_another_version() -> None:
    assert {"1": (VARIANCE, MAX_CHANGE, NEVER, FLOOR)} == {POLICY_VERSION: (3, 5, (1, 2), 5)}


def test_the_draw_of_this_policy_is_pinned_so_that_a_release_can_be_checked_years_later() -> None:
    keys = (0, 1, 2**31, 2**32 - 1)
    assert [DISCLOSER.show(20, key).observation for key in keys] == [18, 19, 17, 20]
    assert [DISCLOSER.show(6, key).observation for key in (0, 1, 7, 8)] == [None, 5, None, 7]


def test_a_cell_key_counts_modulo_two_to_the_32() -> None:
    assert DISCLOSER.show(50, 123) == DISCLOSER.show(50, 2**32 + 123) == DISCLOSER.show(50, 5 * 2**32 + 123)


def test_another_disclosure_key_draws_other_numbers() -> None:
    other = Discloser(bytes(range(1, 33)))
    agree = sum(other.show(50, key) == DISCLOSER.show(50, key) for key in CELL_KEYS)
    by_chance = sum(chance**2 for chance in noise_row(50).chances)
    assert agree / len(CELL_KEYS) == pytest.approx(by_chance, abs=0.02)


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(65), "a" * 32, None, bytearray(32)])
def test_a_bad_disclosure_key_is_refused_at_start(key: Any) -> None:
    with pytest.raises(CannotStart, match="disclosure key must be 32 to 64 bytes"):
        Discloser(key)


@pytest.mark.parametrize("length", [32, 48, 64])
def test_a_disclosure_key_has_32_to_64_bytes(length: int) -> None:
    assert Discloser(bytes(length)).show(0, 1) == LOW


@pytest.mark.parametrize("count", [-1, -(2**40), 2.0, "3", None, True, float("nan")])
def test_a_count_that_is_none_is_refused_and_nothing_is_shown(count: Any) -> None:
    with pytest.raises(ReceiverError, match="a whole number of facts"):
        DISCLOSER.show(count, 1)


def test_the_key_stays_out_of_every_picture_of_the_discloser() -> None:
    secret = b"canary-canary-canary-canary-canary"
    assert "canary" not in repr(Discloser(secret)) + str(Discloser(secret))


def test_what_was_decided_cannot_be_changed() -> None:
    for value, name in ((LOW, "observation"), (noise_row(3), "changes"), (DISCLOSER, "key")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, None)


def test_record_keys_are_fresh_32_bit_numbers() -> None:
    keys = [new_record_key() for _ in range(4096)]
    assert all(0 <= key < 2**32 for key in keys)
    assert len(set(keys)) > 4000
    assert all(any(key >> bit & 1 for key in keys) for bit in range(32))
