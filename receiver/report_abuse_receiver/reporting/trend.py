"""The trend: twelve months from this release and the earlier ones, with a gap where nothing may be told."""

from dataclasses import dataclass
from functools import cached_property

from report_abuse_receiver.reporting.labels import quarter_words, short_month
from report_abuse_receiver.reporting.release import Figure, History
from report_abuse_receiver.rules.feedback.periods import Quarter

_QUARTERS = 4


@dataclass(frozen=True, kw_only=True)
class Month:
    """One column; `figure` is None where there was no release."""

    label: str
    figure: Figure | None
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Season:
    """A quarter with its months."""

    quarter: Quarter
    figure: Figure | None
    months: tuple[Month, ...]
    is_current: bool

    @property
    def words(self) -> str:
        """Which quarter."""
        return quarter_words(self.quarter)

    @property
    def short(self) -> str:
        """Jul to Sep 2026."""
        first, _, last = self.quarter.months
        return f"{short_month(first)} to {short_month(last)} {last[:4]}"


@dataclass(frozen=True)
class Trend:
    """Four quarters, oldest first."""

    seasons: tuple[Season, ...]

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """Twelve months, oldest first."""
        return tuple(month for season in self.seasons for month in season.months)

    @property
    def any_month(self) -> bool:
        """Whether there is a single column to draw."""
        return any(one.figure and one.figure.shown for one in self.months)

    @property
    def any_number(self) -> bool:
        """Whether there is a single number to print."""
        return self.any_month or any(one.figure and one.figure.shown for one in self.seasons)

    @property
    def scale(self) -> int:
        """What a column of full height stands for."""
        return max((one.figure.observation or 0 for one in self.months if one.figure), default=1) or 1


def trend(history: History) -> Trend:
    """The last twelve months of reports."""
    return Trend(tuple(_season(history, back) for back in range(_QUARTERS - 1, -1, -1)))


def _season(history: History, back: int) -> Season:
    quarter, release = history.current.quarter.earlier(back), history.at(back)
    months = tuple(
        Month(
            label=short_month(month),
            figure=release.figure("totals", month=month) if release else None,
            is_current=back == 0,
        )
        for month in quarter.months
    )
    whole = release.figure("totals") if release else None
    return Season(quarter=quarter, figure=whole, months=months, is_current=back == 0)
