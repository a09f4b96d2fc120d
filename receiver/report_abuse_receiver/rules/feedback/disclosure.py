"""Disclosure control: every number that leaves the centre passes `Discloser.show`, and nothing else may make one (P63).

The method is cell-key perturbation with a floor, as the Australian and British statistical offices use it (Fraser and
Wooton 2005; Marley and Leaver 2011; the maximum-entropy rows after Giessing 2016). All figures count facts.

1. Every fact carries a random record key of 32 bits. A cell's key is the sum of its facts' keys, mod 2^32.
2. A keyed hash of the cell's key, and of nothing else, draws a change from the row of noise for the true count. The
   same set of facts therefore shows the same number wherever it appears: asking again averages nothing away.
3. The floor comes last, on the changed count: a true 4 changed to 6 shows 6, a true 6 changed to 4 shows as "low",
   in words "fewer than 5". On the true count it would make those words exact, and so bracket every small cell.
   Zero is shown like every other small number, so that an empty cell says no more than a small one.
"""

import math
import secrets
from bisect import bisect
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from typing import Literal

from report_abuse_receiver.ground.errors import CannotStart, Refused

POLICY_VERSION = "1"
VARIANCE = 3.0  # of the change, in facts squared
MAX_CHANGE = 5  # the furthest a count may move, in facts
NEVER = (1, 2)  # what a changed count never is; a changed count of 0 may be a true 0 to 5
FLOOR = 5  # the least count shown as a number, in facts

_STEADY = MAX_CHANGE + max(NEVER) + 1  # from this true count on nothing is forbidden, and every row is the same
_SPACE: int = 2**32  # record keys: not 64 bits, because the sum must fit a signed 64-bit column

Status = Literal["shown", "low", "not_shown"]


@dataclass(frozen=True)
class Published:
    """A number as the world may see it: an observation at or above the floor, or no observation at all."""

    observation: int | None
    status: Status

    def __post_init__(self) -> None:
        shown = self.observation is not None and self.observation >= FLOOR
        if shown != (self.status == "shown") or (self.observation is not None and not shown):
            raise Refused(f"a number below {FLOOR}, or one whose status does not fit it, cannot be published")


@dataclass(frozen=True)
class NoiseRow:
    """The changes that may befall one true count, and the chance of each."""

    changes: tuple[int, ...]
    chances: tuple[float, ...]

    def draw(self, uniform: float) -> int:
        """The change that falls to `uniform` (0 ≤ uniform < 1): the inverse of the cumulative distribution."""
        # The last step is left out, so that rounding can never push a draw past the end of the row.
        return self.changes[bisect(tuple(accumulate(self.chances[:-1])), uniform)]


def noise_row(count: int) -> NoiseRow:
    """The row of noise for a true count: mean 0 and variance `VARIANCE` to 1e-12; a true 0 is never changed."""
    return _solved(min(count, _STEADY)) if count > 0 else NoiseRow((0,), (1.0,))


def new_record_key() -> int:
    """A random 32-bit key for one fact or one press. It is never derived from anything, least of all a report's id."""
    return secrets.randbelow(_SPACE)


@dataclass(frozen=True)
class Discloser:
    """Turns true counts into published ones with the disclosure key: 32 to 64 bytes, a secret used for nothing else.

    The key must not change within a lattice version: two draws for one cell could be averaged.
    Raises CannotStart where the key is no such key.
    """

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.key, bytes) or not 32 <= len(self.key) <= blake2b.MAX_KEY_SIZE:
            raise CannotStart("the disclosure key must be 32 to 64 bytes; put back the one this data was made with")

    def show(self, count: int, cell_key: int) -> Published:
        """What may be published for a cell of `count` facts whose record keys sum to `cell_key` (taken mod 2^32).

        Raises Refused where `count` is not a whole number of facts.
        """
        if type(count) is not int or count < 0:
            raise Refused(f"a cell holds a whole number of facts, 0 or more, not {count!r}")
        changed = count + noise_row(count).draw(self._uniform(cell_key))
        return Published(changed, "shown") if changed >= FLOOR else Published(None, "low")

    def _uniform(self, cell_key: int) -> float:
        """A number in [0, 1) that the cell's key alone decides: 53 bits, all that a float holds exactly."""
        message = (cell_key % _SPACE).to_bytes(4, "big")
        digest = blake2b(message, digest_size=8, key=self.key, person=b"cell-key").digest()
        return math.ldexp(int.from_bytes(digest, "big") >> 11, -53)


@cache
def _solved(count: int) -> NoiseRow:
    """The row of greatest entropy under the rules: chances ∝ exp(a·d + b·d²), with a and b found by Newton's method.

    The slope of the two moments in a and b is the covariance of d and d²; from here a handful of steps suffice.
    """
    changes = tuple(
        change for change in range(-MAX_CHANGE, MAX_CHANGE + 1) if count + change >= 0 and count + change not in NEVER
    )
    a, b = 0.0, -0.5 / VARIANCE
    for _ in range(50):
        chances = _chances(changes, a, b)
        mean, second, third, fourth = (_moment(changes, chances, power) for power in (1, 2, 3, 4))
        if max(abs(mean), abs(second - VARIANCE)) < 1e-12:
            return NoiseRow(changes, chances)
        aa, ab, bb = second - mean**2, third - mean * second, fourth - second**2
        determinant = aa * bb - ab * ab
        a -= (bb * mean - ab * (second - VARIANCE)) / determinant
        b -= (aa * (second - VARIANCE) - ab * mean) / determinant
    raise ArithmeticError(f"no noise of mean 0 and variance {VARIANCE} exists for a true count of {count}")


def _chances(changes: tuple[int, ...], a: float, b: float) -> tuple[float, ...]:
    weights = [math.exp(a * change + b * change**2) for change in changes]
    return tuple(weight / sum(weights) for weight in weights)


def _moment(changes: tuple[int, ...], chances: tuple[float, ...], power: int) -> float:
    return sum(chance * float(change) ** power for change, chance in zip(changes, chances, strict=True))
