"""The baseline: what a provider's own last four quarters lead one to expect, and when a quarter truly differs from it.

A reader acts on "higher" and "lower", so the words are kept for differences that chance and our own changes would make
about once in twenty times: |R - B| > 2 · √(R + B/4 + 1.25 · V). R varies like any count of rare events, so by its own
size; B is a mean of four such counts; each of the five was changed with variance V, which adds V + V/4.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from report_abuse_receiver.rules.feedback.disclosure import VARIANCE

QUARTERS = 4  # that the baseline is the mean of
LEAST = 20  # published, on both sides: below it the rule of thumb behind the test does not hold

Verdict = Literal["higher", "lower", "as usual", "too few"]


@dataclass(frozen=True)
class Baseline:
    """The mean of four published counts, `of` them in the order of time."""

    of: tuple[int, ...]

    @property
    def mean(self) -> float:
        """The mean, unrounded."""
        return sum(self.of) / len(self.of)

    @property
    def rounded(self) -> int:
        """The mean as it is told: to the nearest whole, halves up."""
        return math.floor(self.mean + 0.5)


def baseline(earlier: Sequence[int | None]) -> Baseline | None:
    """The baseline of what was published for the last four quarters; None where there are fewer, or one is not shown.

    A quarter that is not shown is not counted as any number: a baseline made from a guess would make its own news.
    """
    known = tuple(one for one in earlier if one is not None)
    return Baseline(known) if len(known) == len(earlier) == QUARTERS else None


def compare(now: int | None, usual: Baseline | None) -> Verdict | None:
    """How a quarter's published count stands to its baseline; None where there is nothing to compare."""
    if now is None or usual is None:
        return None
    if now < LEAST or usual.mean < LEAST:
        return "too few"
    if abs(now - usual.mean) <= 2 * math.sqrt(now + usual.mean / QUARTERS + 1.25 * VARIANCE):
        return "as usual"
    return "higher" if now > usual.mean else "lower"
