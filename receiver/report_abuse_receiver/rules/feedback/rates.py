"""Rates: one published count out of another, and only where the whole is large enough to bear a percentage (P63)."""

from dataclasses import dataclass

LEAST = 50  # the smallest published whole that a rate may be taken of; below it the change alone moves it by a tenth


@dataclass(frozen=True)
class Rate:
    """`part` out of `whole`, both as published. Made by `rate`, which refuses what may not be told."""

    part: int
    whole: int

    @property
    def percent(self) -> int:
        """To the nearest whole percent, halves up; never above 100, though two changed counts may cross by a little."""
        return min(100, (200 * self.part + self.whole) // (2 * self.whole))


def rate(part: int | None, whole: int | None) -> Rate | None:
    """The rate of two published counts, or None where one of them is not shown or the whole is below `LEAST`."""
    if part is None or whole is None or whole < LEAST:
        return None
    return Rate(part, whole)
