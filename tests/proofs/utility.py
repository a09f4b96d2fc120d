"""Utility: what a provider can still read from numbers that were changed or hidden."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean, median

from scipy.stats import spearmanr

from report_abuse_receiver.rules.feedback.attack import Place, Shown
from tests.parts.simulation import SCHEME, YEAR

LARGE = 20  # counts above it are those whose error is looked at
HIDDEN = 2  # what a reader takes a hidden count for
QUARTERS = tuple(str(quarter) for quarter in YEAR.quarters)
#: From this total of a quarter on every section is told.
EVERY_SECTION = SCHEME.tiers.every_section

Counts = Mapping[Place, int]
Told = Mapping[Place, Shown]


@dataclass
class Utility:
    """What is collected over the services of a simulation."""

    errors: list[float] = field(default_factory=list)
    ranks: list[float] = field(default_factory=list)
    largest: list[bool] = field(default_factory=list)
    trends: list[bool] = field(default_factory=list)

    def add(self, counts: Counts, told: Told) -> None:
        """Take in one service's year."""
        facts = [place for place in counts if place.source == "facts"]
        large = (place for place in facts if counts[place] > LARGE)
        self.errors += [abs(_read(told[place]) - counts[place]) / counts[place] for place in large]
        told_in_full = [time for time in QUARTERS if _total(facts, counts, time) >= EVERY_SECTION]
        for time in told_in_full:
            cells = _categories(facts, time)
            true, read = [counts[cell] for cell in cells], [_read(told[cell]) for cell in cells]
            self.ranks.append(float(spearmanr(true, read).statistic) if len(set(read)) > 1 else 0.0)
            self.largest.append(true[read.index(max(read))] == max(true))
        for before, time in pairwise(QUARTERS):
            if time in told_in_full:
                self.trends += _trend(facts, counts, told, before, time)

    def median_error(self) -> float:
        """In per cent of the true count."""
        return 100 * median(self.errors)

    def rank(self) -> float:
        """Spearman's correlation of a quarter's categories, the mean of all such quarters."""
        return fmean(self.ranks)

    def largest_right(self) -> float:
        """Per cent of the quarters whose largest category is truly one of the largest."""
        return 100 * fmean(self.largest)

    def trend_right(self) -> float:
        """Per cent of the quarters whose largest category truly rose, or fell, as it seems to have."""
        return 100 * fmean(self.trends)


def _trend(facts: Sequence[Place], counts: Counts, told: Told, before: str, time: str) -> Iterator[bool]:
    """Whether the category read as the largest went where it seems to have gone; one that stood still is left out."""
    largest = max(_categories(facts, time), key=lambda cell: _read(told[cell]))
    earlier = largest._replace(time=before)
    true, read = counts[largest] - counts[earlier], _read(told[largest]) - _read(told[earlier])
    if true:
        yield true * read > 0


def _read(shown: Shown) -> int:
    return HIDDEN if shown[0] is None else shown[0]


def _total(facts: Sequence[Place], counts: Counts, time: str) -> int:
    return sum(counts[place] for place in facts if place.time == time and not place.codes)


def _categories(facts: Sequence[Place], time: str) -> list[Place]:
    return [place for place in facts if place.time == time and [name for name, _ in place.codes] == ["category"]]
