"""Splits: one table of a release as rows to draw, the quarter's where it is shown and else the newest year's."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from report_abuse_receiver.reporting.labels import word
from report_abuse_receiver.reporting.pieces import Name
from report_abuse_receiver.reporting.release import ABSENT, Figure, History, Release
from report_abuse_receiver.rules.feedback.baseline import Baseline, Verdict, compare

#: Dimensions whose codes have an order of their own; all others are drawn largest first.
_ORDERED = ("age_band", "time_to_report")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row: its figure, the same of the year where both are told, and its own baseline."""

    code: str
    name: Name
    figure: Figure
    year: Figure = ABSENT
    usual: Baseline | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, kw_only=True)
class Split:
    """A table to draw. `lines` have a number or an order to keep; `low` are the names told as fewer than the floor."""

    dimension: str
    lines: tuple[Line, ...] = ()
    low: tuple[Name, ...] = ()
    year: str | None = None  # the year told of: beside the quarter's figures, or alone where `of_year`
    of_year: bool = False
    source: str = ""  # the release that the figures are from, where it is an earlier one
    is_low: bool = False  # there are rows, and each is below the floor

    @property
    def shown(self) -> tuple[Line, ...]:
        """The rows with a number, largest first."""
        return tuple(sorted((one for one in self.lines if one.figure.shown), key=_size, reverse=True))

    @property
    def scale(self) -> float:
        """What a bar of full length stands for."""
        lengths = [_size(one) for one in self.lines] + [one.usual.mean for one in self.lines if one.usual]
        return max(lengths, default=1) or 1

    @property
    def has_usual(self) -> bool:
        """Whether any row has a baseline to stand beside."""
        return any(one.usual for one in self.lines)

    @property
    def has_year(self) -> bool:
        """Whether the year's figures stand beside the quarter's."""
        return not self.of_year and any(one.year.shown for one in self.lines)


def split(history: History, table: str, dimension: str, *, compared: bool = False) -> Split:
    """One table by one dimension. Without a single number it holds no lines."""
    quarter = _of_quarter(history, table, dimension, compared=compared)
    if quarter.shown:
        return quarter
    told = history.newest_year()
    year = _of_year(told, table, dimension, current=history.current) if told else quarter
    return year if year.shown else Split(dimension=dimension, is_low=quarter.is_low or year.is_low)


def _of_quarter(history: History, table: str, dimension: str, *, compared: bool) -> Split:
    release = history.current
    lines = []
    for code in release.codes(table, dimension):
        figure = release.figure(table, **{dimension: code})
        usual = history.baseline(table, **{dimension: code}) if compared else None
        year = release.figure(table, period=release.year, **{dimension: code}) if release.year else ABSENT
        verdict = compare(figure.observation, usual)
        name = Name(word(dimension, code))
        lines.append(Line(code=code, name=name, figure=figure, year=year, usual=usual, verdict=verdict))
    return _arranged(dimension, lines, year=release.year)


def _of_year(release: Release, table: str, dimension: str, *, current: Release) -> Split:
    lines = [
        Line(
            code=code,
            name=Name(word(dimension, code)),
            figure=release.figure(table, period=release.year, **{dimension: code}),
        )
        for code in release.codes(table, dimension)
    ]
    source = "" if release is current else release.release_id
    return _arranged(dimension, lines, year=release.year, of_year=True, source=source)


def _arranged(
    dimension: str, lines: Iterable[Line], *, year: str | None, of_year: bool = False, source: str = ""
) -> Split:
    """Rows without any number go to the end, by name only: ten rows of "fewer than 5" hide the one that matters."""
    every = list(lines)
    kept = [one for one in every if one.figure.shown or one.year.shown or one.usual or dimension in _ORDERED]
    if dimension not in _ORDERED:
        kept.sort(key=_size, reverse=True)
    low = tuple(one.name for one in every if one not in kept and one.figure.low)
    is_low = any(one.figure.low for one in every)
    return Split(
        dimension=dimension, lines=tuple(kept), low=low, year=year, of_year=of_year, source=source, is_low=is_low
    )


def _size(line: Line) -> int:
    return line.figure.observation or 0


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The year's categories by age band: a row for each category that has a number in it, and the others by name."""

    year: str
    source: str
    columns: tuple[Name, ...]
    rows: tuple[tuple[Name, tuple[Figure, ...]], ...]
    low: tuple[Name, ...]

    def shade(self, figure: Figure) -> int:
        """How dark a cell is, 0 to 4, by the root of its share of the largest: equal steps to the eye."""
        most = max((one.observation or 0 for _, row in self.rows for one in row), default=0) or 1
        return round(4 * sqrt((figure.observation or 0) / most))


def grid(history: History) -> Grid | None:
    """Categories by age band of the newest year told; None where no cell has a number."""
    release = history.newest_year()
    if release is None or release.year is None:
        return None
    year, table = release.year, "categories_by_age"
    bands = release.codes(table, "age_band")
    every = {
        code: tuple(release.figure(table, period=year, category=code, age_band=band) for band in bands)
        for code in release.codes(table, "category")
    }
    shown = {code: row for code, row in every.items() if any(one.shown for one in row)}
    if not shown:
        return None
    return Grid(
        year=year,
        source="" if release is history.current else release.release_id,
        columns=tuple(Name(word("age_band", band)) for band in bands),
        rows=tuple((Name(word("category", code)), row) for code, row in shown.items()),
        low=tuple(Name(word("category", code)) for code in every if code not in shown),
    )
