"""Periods in which figures are made: months, quarters and years of UTC. Free windows would prove a report (P63)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from report_abuse_receiver.ground.errors import Refused

_QUARTER = re.compile(r"([12][0-9]{3})-Q([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a calendar year: `Quarter(2026, 3)`, written 2026-Q3, is July to September 2026."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-Q3`; raises Refused with one sentence on anything else."""
        found = _QUARTER.fullmatch(text)
        if found is None:
            raise Refused(f"{text[:40]!r} is not a period; write the year and the quarter, like 2026-Q3.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """The quarter of UTC in which a moment lies."""
        plain = moment.astimezone(UTC)
        return cls(plain.year, (plain.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def months(self) -> tuple[str, ...]:
        """Its three months in order, each as YYYY-MM."""
        first = 3 * self.number - 2
        return tuple(f"{self.year:04}-{month:02}" for month in range(first, first + 3))

    @property
    def start(self) -> datetime:
        """Its first moment, in UTC."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it, in UTC."""
        return self.earlier(-1).start

    def earlier(self, quarters: int) -> Self:
        """The quarter that came so many quarters before this one; a negative number looks ahead."""
        year, index = divmod(4 * self.year + self.number - 1 - quarters, 4)
        return type(self)(year, index + 1)

    def is_over(self, now: datetime) -> bool:
        """Whether the whole quarter has passed, and so may be frozen."""
        return now >= self.end


@dataclass(frozen=True, order=True)
class Year:
    """A year of figures, April to March, named by its first: `Year(2025)` is April 2025 to March 2026."""

    first: int

    @classmethod
    def ended_by(cls, quarter: Quarter) -> Self | None:
        """The year whose last quarter this is, or None."""
        return cls(quarter.year - 1) if quarter.number == 1 else None

    def __str__(self) -> str:
        return f"{self.first:04}"

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Its four quarters in order."""
        return tuple(Quarter(self.first + 1, 1).earlier(back) for back in (3, 2, 1, 0))

    @property
    def months(self) -> tuple[str, ...]:
        """Its twelve months in order."""
        return tuple(month for quarter in self.quarters for month in quarter.months)


def month_of(moment: datetime) -> str:
    """The month of UTC in which a moment lies, as YYYY-MM; raises Refused on a moment without a timezone."""
    if moment.tzinfo is None:
        raise Refused(f"{moment.isoformat()} has no timezone, so its month is not certain; write it with one, like Z.")
    return f"{moment.astimezone(UTC):%Y-%m}"
