"""The attack table, on our own code: what each method gives away, and what is left to read of its numbers."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from report_abuse_receiver.rules.feedback.attack import SMALL
from report_abuse_receiver.rules.feedback.brackets import propagate
from tests.parts.methods import OTHERS, ours
from tests.parts.simulation import Simulated, simulate, told, true_counts_of
from tests.proofs import linear, page
from tests.proofs.equality import MANY, Equality
from tests.proofs.linear import Lost
from tests.proofs.utility import Utility

SIZES, SEEDS = (5_000, 20_000), (1, 2, 3)
OURS = ours({}).name
COLUMNS = (
    "method", "exact", "narrow", "exact, LP", "narrow, LP", "error", "rank", "largest right", "trend right",
)  # fmt: skip


@dataclass
class Result:
    """What became of one method over the services of the simulations."""

    utility: Utility = field(default_factory=Utility)
    by_intervals: dict[int, Lost] = field(default_factory=lambda: defaultdict(Lost))
    by_program: Lost = field(default_factory=Lost)


@dataclass
class Size:
    """All simulations of one size: `small` counts the cells of 1 to 4 by seed."""

    reports: int
    small: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    results: dict[str, Result] = field(default_factory=lambda: defaultdict(Result))
    equality: Equality = field(default_factory=Equality)

    def add(self, seed: int) -> None:
        """Simulate one year and try every method on it; the linear program runs on the first only."""
        year = simulate(seed, self.reports)
        for service in year.facts:
            self._add_service(year, service, seed)

    def _add_service(self, year: Simulated, service: str, seed: int) -> None:
        shown = told(year, service)
        counts = true_counts_of(year, service, shown)
        small = [place for place in counts if counts[place] in SMALL]
        self.small[seed] += len(small)
        self.equality.add(counts, shown)
        for method in (*OTHERS, ours(shown)):
            result = self.results[method.name]
            result.utility.add(counts, method.publish(counts))
            known, among = method.told(counts)
            left = propagate(known, among)
            result.by_intervals[seed] += Lost.among(left[place] for place in small)
            if seed == SEEDS[0]:
                result.by_program += linear.lost(left, among, small)

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The table: what is lost in the first year, what is left to read in all of them."""
        for method, result in self.results.items():
            lost, utility = result.by_intervals[SEEDS[0]], result.utility
            yield (
                method, f"{lost.exactly:,}", f"{lost.narrowly:,}",
                f"{result.by_program.exactly:,}", f"{result.by_program.narrowly:,}",
                f"{utility.median_error():.1f} %", f"{utility.rank():.2f}",
                f"{utility.largest_right():.0f} %", f"{utility.trend_right():.0f} %",
            )  # fmt: skip


@pytest.mark.proof
@pytest.mark.timeout(4 * 3600)
def test_only_cell_keys_with_a_floor_give_nothing_away_and_they_are_still_worth_reading() -> None:
    sizes = [Size(reports) for reports in SIZES]
    for size in sizes:
        for seed in SEEDS:
            size.add(seed)
    page.write("The attack on published figures", _report(sizes), libraries=("scipy", "numpy"))
    for size in sizes:
        _holds(size)
    _is_worth_reading(sizes)


def _holds(size: Size) -> None:
    mine = size.results[OURS]
    assert [*mine.by_intervals.values(), mine.by_program] == [Lost()] * (len(SEEDS) + 1)
    for method in OTHERS:
        assert size.results[method.name].by_program.narrowly > 0
        assert size.results[method.name].by_program.exactly >= size.results[method.name].by_intervals[SEEDS[0]].exactly
    assert size.equality.pairs[False, 0] == 0


def _is_worth_reading(sizes: list[Size]) -> None:
    """Over all simulations: at five thousand reports a year too few services are told everything to judge alone."""
    whole = _together(sizes)
    assert whole.median_error() <= 3
    assert whole.largest_right() >= 95
    assert whole.trend_right() >= 80


def _together(sizes: list[Size]) -> Utility:
    every = [size.results[OURS].utility for size in sizes]
    return Utility(
        errors=[error for one in every for error in one.errors],
        ranks=[rank for one in every for rank in one.ranks],
        largest=[right for one in every for right in one.largest],
        trends=[right for one in every for right in one.trends],
    )


def _report(sizes: list[Size]) -> Iterator[str]:
    yield from WHAT.splitlines()
    for size in sizes:
        small = ", ".join(f"{count:,}" for count in size.small.values())
        yield from ("", f"### {size.reports:,} reports a year", "", f"Cells of 1 to 4 in the three years: {small}.", "")
        yield from page.table(COLUMNS, size.rows())
    yield from ("", "### Ours, over all six years", "")
    whole = _together(sizes)
    lost = [lost for size in sizes for lost in size.results[OURS].by_intervals.values()]
    yield from page.table(
        ("", "measured", "goal"),
        (
            ("cells of 1 to 4 bracketed under width 3", sum(one.narrowly for one in lost), 0),
            ("median error of cells above 20", f"{whole.median_error():.2f} %", "≤ 3 %"),
            (f"own largest category right ({len(whole.largest)} quarters)", f"{whole.largest_right():.1f} %", "≥ 95 %"),
            (f"its trend right ({len(whole.trends)} pairs of quarters)", f"{whole.trend_right():.1f} %", "≥ 80 %"),
        ),
    )
    yield from ("", "### What equality tells", "", *EQUALITY.splitlines(), "")
    rests = [str(rest) if rest < MANY else f"{rest} or more" for rest in range(MANY + 1)]
    yield from page.table(
        ("of the pairs with a rest of", *rests),
        (
            (f"show equal numbers, {size.reports:,} reports",
             *(f"{size.equality.share_equal(rest):.1f} %" for rest in range(MANY + 1)))
            for size in sizes
        ),
    )  # fmt: skip
    for size in sizes:
        empty, expected = size.equality.share_empty(), size.equality.expected / len(SEEDS)
        yield ""
        yield f"At {size.reports:,} reports a year the rest is empty in {empty:.0f} % of the pairs with equal numbers."
        yield f"Two numbers at the opposite ends of their noise are expected to give {expected:.4f} cells a year away."


WHAT = """200 services of Zipf sizes over a year, every declared table told for every one of them whatever its tier,
which is more than any release tells. A cell of 1 to 4 is *exact* if the sums leave one value possible, *narrow* if they
leave a bracket narrower than 3: first by interval propagation (`rules/feedback/attack.py`), then by linear program over
all the sums of a service at once (HiGHS). Both for the first of three years, every service. *Error* is the median
relative error of the cells above 20, where a hidden one is read as 2. *Rank* is Spearman's correlation of the
categories of a quarter. *Largest right* and *trend right* are about the largest category, in quarters with 50 reports
and more. All three years.

*Hide 1 to 4* tells a nought as a nought, *hide 0 to 4* does not. Complements are hidden until no sum has a single
hidden part. *Round to base 5* shows 0 for 0 to 2, which is narrow by itself."""

EQUALITY = """Equal facts show equal numbers, which is why asking twice averages nothing away. So a part that shows
another number than its whole proves that the whole holds something besides (the attack uses it), and one that shows the
same makes it likelier that it holds nothing. Pairs of a whole and one of its parts, both shown as numbers, by the true
rest of the whole without the part:"""
