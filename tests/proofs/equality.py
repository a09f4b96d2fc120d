"""What equality tells: equal facts show equal numbers, so a part that shows its whole's number may be all of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product

from report_abuse_receiver.rules.feedback.attack import NARROW, Place, Shown, relations, stands_for
from report_abuse_receiver.rules.feedback.disclosure import FLOOR, noise_row

Counts = Mapping[Place, int]
Told = Mapping[Place, Shown]
#: The rest of a whole without a part, from here on taken together.
MANY = 6


@dataclass
class Equality:
    """Pairs of a whole and one part, both shown as numbers: by equality and by what the whole holds besides."""

    pairs: Counter[tuple[bool, int]] = field(default_factory=Counter)
    #: How many small rests two numbers at the opposite ends of their noise would give away, in a year like this.
    expected: float = 0.0

    def add(self, counts: Counts, told: Told) -> None:
        """Take in one service's year."""
        for whole, part in _pairs(told):
            rest = counts[whole] - counts[part]
            if told[whole][0] and told[part][0]:
                self.pairs[told[whole] == told[part], min(rest, MANY)] += 1
            if 0 < rest < NARROW:
                self.expected += _given_away(counts[whole], counts[part])

    def share_equal(self, rest: int) -> float:
        """Of the pairs with this rest, how many per cent show equal numbers."""
        equal, other = self.pairs[True, rest], self.pairs[False, rest]
        return 100 * equal / max(equal + other, 1)

    def share_empty(self) -> float:
        """Of the pairs that show equal numbers, how many per cent have an empty rest."""
        return 100 * self.pairs[True, 0] / max(sum(self.pairs[True, rest] for rest in range(MANY + 1)), 1)


def _pairs(told: Told) -> Iterator[tuple[Place, Place]]:
    for one in relations(told):
        yield from ((one.whole, part) for part in one.parts if one.whole in told and part in told)


@cache
def _given_away(whole: int, part: int) -> float:
    """How likely the noise of both leaves the rest a bracket narrower than 3."""
    return sum(
        chance * other
        for (shown, chance), (beside, other) in product(_draws(whole), _draws(part))
        if beside >= FLOOR and _ends(shown)[1] - _ends(beside)[0] < NARROW
    )


def _draws(count: int) -> list[tuple[int, float]]:
    row = noise_row(count)
    return [(count + change, chance) for change, chance in zip(row.changes, row.chances, strict=True)]


def _ends(shown: int) -> tuple[int, int]:
    return stands_for(shown, "shown") if shown >= FLOOR else stands_for(None, "low")
