"""Brackets: what is left possible of unknown counts once their sums were used, again and again, until nothing moves."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

UNKNOWN: int = 2**40  # the upper end of a bracket that nothing closes

#: What names a count: anything that can be a key.
P = TypeVar("P")
#: The least and the largest count that are possible.
Bracket = tuple[int, int]


@dataclass(frozen=True)
class Relation(Generic[P]):
    """A whole and its parts: their sum; or, not `disjoint`, at least each of them and at most their sum.

    `apart` are the parts that are known to be less than the whole.
    """

    whole: P
    parts: tuple[P, ...]
    disjoint: bool = True
    apart: frozenset[P] = frozenset()


def propagate(known: Mapping[P, Bracket], among: Sequence[Relation[P]]) -> dict[P, Bracket]:
    """The brackets that are left; a place that is not `known` starts as 0 or more. No true count is ever cut off."""
    net = _Net(known, among)
    net.settle()
    return net.brackets()


class _Knot(NamedTuple):
    """A relation, its places by number."""

    whole: int
    parts: list[int]
    disjoint: bool
    apart: list[int]


class _Net(Generic[P]):
    """Places by number, so that settling reads two lists of ends and nothing else."""

    def __init__(self, known: Mapping[P, Bracket], among: Sequence[Relation[P]]) -> None:
        named = chain(known, *((one.whole, *one.parts) for one in among))
        self._numbers = {place: number for number, place in enumerate(dict.fromkeys(named))}
        ends = [known.get(place, (0, UNKNOWN)) for place in self._numbers]
        self._low, self._high = [low for low, _ in ends], [high for _, high in ends]
        self._knots = [self._knot(one) for one in among]
        self._at: list[list[int]] = [[] for _ in ends]
        for number, knot in enumerate(self._knots):
            for cell in (knot.whole, *knot.parts):
                self._at[cell].append(number)

    def brackets(self) -> dict[P, Bracket]:
        return dict(zip(self._numbers, zip(self._low, self._high, strict=True), strict=True))

    def settle(self) -> None:
        """Look at each relation, and again at those whose cells moved."""
        waiting = deque(range(len(self._knots)))
        queued = set(waiting)
        while waiting:
            number = waiting.popleft()
            queued.discard(number)
            again = {other for cell in self._tighten(self._knots[number]) for other in self._at[cell]} - queued
            waiting.extend(again)
            queued |= again

    def _knot(self, one: Relation[P]) -> _Knot:
        whole, *parts = (self._numbers[place] for place in (one.whole, *one.parts))
        return _Knot(whole, parts, one.disjoint, [self._numbers[part] for part in one.apart])

    def _tighten(self, knot: _Knot) -> list[int]:
        """Cut off what one relation makes impossible; returns the cells that moved."""
        low, high, whole = self._low, self._high, knot.whole
        lows = [low[part] for part in knot.parts]
        most, least = sum([high[part] for part in knot.parts]), sum(lows) if knot.disjoint else max(lows)
        moved = self._narrow(whole, max([least, *(low[part] + 1 for part in knot.apart)]), most)
        for part in knot.parts:
            others = least - low[part] if knot.disjoint else 0
            moved += self._narrow(part, low[whole] - most + high[part], high[whole] - others)
        for part in knot.apart:
            moved += self._narrow(part, 0, high[whole] - 1)
        return moved

    def _narrow(self, cell: int, low: int, high: int) -> list[int]:
        """Take the tighter ends; an end beyond half of `UNKNOWN` was computed from an open one and says nothing."""
        moved = []
        if low > self._low[cell]:
            self._low[cell] = low
            moved.append(cell)
        if high < self._high[cell] and high < UNKNOWN // 2:
            self._high[cell] = high
            moved.append(cell)
        return moved
