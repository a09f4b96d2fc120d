"""The attack by linear program: all sums of a provider at once, where interval propagation takes one after the other.

Each cell's least and largest possible value would be two programs. Most are never solved: every solution found is a
possible world, and two worlds that differ by three in a cell show that it is not bracketed.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Self

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from report_abuse_receiver.rules.feedback.attack import NARROW, Place
from report_abuse_receiver.rules.feedback.brackets import Bracket, Relation

MOST = 100_000  # stands for an open end: more than any service has in a year
WORLDS = 12  # possible worlds tried before any cell is looked at alone
_CLOSE = 1e-6


@dataclass(frozen=True, kw_only=True)
class Lost:
    """How many of the cells asked for are told exactly, and how many to within less than three."""

    exactly: int = 0
    narrowly: int = 0

    @classmethod
    def among(cls, brackets: Iterable[Bracket]) -> Self:
        """Count them."""
        widths = [high - low for low, high in brackets]
        return cls(exactly=widths.count(0), narrowly=sum(width < NARROW for width in widths))

    def __add__(self, other: Self) -> Self:
        return type(self)(exactly=self.exactly + other.exactly, narrowly=self.narrowly + other.narrowly)


def lost(left: Mapping[Place, Bracket], among: Sequence[Relation[Place]], cells: Iterable[Place]) -> Lost:
    """What the linear program takes from these cells, given what interval propagation has `left` of each."""
    program = _Program(left, among)
    wanted = list(cells)
    program.try_worlds(wanted)
    return Lost.among(program.ends(place) for place in wanted)


class _Program:
    """One provider's cells as unknowns between their brackets, its sums as equations."""

    def __init__(self, brackets: Mapping[Place, Bracket], among: Sequence[Relation[Place]]) -> None:
        self._number = {place: number for number, place in enumerate(brackets)}
        self._bounds = np.array([(low, min(high, MOST)) for low, high in brackets.values()], dtype=float)
        sums = [({one.whole: 1, **dict.fromkeys(one.parts, -1)}) for one in among]
        apart = [{part: 1, one.whole: -1} for one in among for part in one.apart]
        self._sums, self._apart = self._matrix(sums), self._matrix(apart)
        self._worlds = 0
        self._seen_low, self._seen_high = np.full(len(brackets), np.inf), np.full(len(brackets), -np.inf)

    def try_worlds(self, cells: Sequence[Place]) -> None:
        """See some possible worlds, each of them far out in another direction."""
        random = Random(len(cells))
        numbers = [self._number[place] for place in cells]
        for world in range(WORLDS):
            if not any(self._is_open(number) for number in numbers):
                return
            weights = np.zeros(len(self._number))
            weights[numbers] = [(-1) ** world if world < 2 else random.uniform(-1, 1) for _ in numbers]
            self._solve(weights)

    def ends(self, place: Place) -> Bracket:
        """The least and the largest possible count, or two that are far enough apart."""
        number = self._number[place]
        for sign in (1, -1):
            if self._is_open(number):
                weights = np.zeros(len(self._number))
                weights[number] = sign
                self._solve(weights)
        return self._seen(number)

    def _is_open(self, number: int) -> bool:
        """Whether the worlds seen so far leave it open if the cell is told to within less than three."""
        (low, high), (least, most) = self._seen(number), self._bounds[number]
        return bool(high - low < NARROW and high - low < most - least)

    def _seen(self, number: int) -> Bracket:
        """The least and the largest whole count in any world so far; before the first, an empty bracket."""
        if not self._worlds:
            return 1, 0
        return math.ceil(self._seen_low[number] - _CLOSE), math.floor(self._seen_high[number] + _CLOSE)

    def _solve(self, weights: np.ndarray) -> None:
        answer = linprog(
            weights,
            A_ub=self._apart,
            b_ub=np.full(self._apart.shape[0], -1.0),
            A_eq=self._sums,
            b_eq=np.zeros(self._sums.shape[0]),
            bounds=self._bounds,
            method="highs",
        )
        if not answer.success:
            raise ArithmeticError(f"the true counts are a solution, yet none was found: {answer.message}")
        self._worlds += 1
        self._seen_low = np.minimum(self._seen_low, answer.x)
        self._seen_high = np.maximum(self._seen_high, answer.x)

    def _matrix(self, rows: Sequence[Mapping[Place, int]]) -> csr_array:
        entries = [(row, self._number[place], value) for row, of in enumerate(rows) for place, value in of.items()]
        at, column, value = zip(*entries, strict=True) if entries else ((), (), ())
        return csr_array((value, (at, column)), shape=(len(rows), len(self._number)), dtype=float)
