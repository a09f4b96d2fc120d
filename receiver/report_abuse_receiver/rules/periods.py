"""Periods in which figures are made: quarters and months of UTC. Free windows would prove single reports (P63)."""

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


def month_of(moment: datetime) -> str:
    """The month of UTC in which a moment lies, as YYYY-MM; raises Refused on a moment without a timezone."""
    if moment.tzinfo is None:
        raise Refused(f"{moment.isoformat()} has no timezone, so its month is not certain; write it with one, like Z.")
    return f"{moment.astimezone(UTC):%Y-%m}"
