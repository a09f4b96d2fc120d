"""A frozen release as it is read: its figures by table, period and dimension, and the earlier releases beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from report_abuse_receiver.rules.feedback.baseline import QUARTERS, Baseline, baseline
from report_abuse_receiver.rules.feedback.periods import Quarter

_NO_DIMENSIONS = frozenset({"period", "provider", "table", "month", "observation", "observation_status"})


@dataclass(frozen=True)
class Figure:
    """One published cell: a number at or above the floor, `low`, or `not_shown`."""

    observation: int | None
    status: str

    @property
    def shown(self) -> bool:
        """Whether there is a number."""
        return self.observation is not None

    @property
    def low(self) -> bool:
        """Whether it is told as fewer than the floor."""
        return self.status == "low"


#: What stands for a row that a release does not have.
ABSENT = Figure(None, "not_shown")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One observation; `where` holds the dimensions that are not "all"."""

    table: str
    period: str
    month: str
    where: Mapping[str, str]
    figure: Figure


@dataclass(frozen=True, kw_only=True)
class Release:
    """What one provider was told about one quarter."""

    quarter: Quarter
    provider: str
    tier: str
    release_id: str
    policy_version: str
    lattice_version: str
    next_release: str
    released: str
    fingerprint: str
    rows: tuple[Row, ...]

    @cached_property
    def year(self) -> str | None:
        """The year, named by its first one, that this release also tells of; most tell of none."""
        return next((row.period for row in self.rows if row.period.isdigit()), None)

    def figure(self, table: str, *, period: str | None = None, month: str = "", **where: str) -> Figure:
        """The figure of one row; ABSENT where there is no such row."""
        key = (table, period or str(self.quarter), month, frozenset(where.items()))
        return self._index.get(key, ABSENT)

    def codes(self, table: str, dimension: str) -> tuple[str, ...]:
        """Every value of a dimension that a table has rows for, in the order of the rows."""
        found = (row.where.get(dimension) for row in self.rows if row.table == table)
        return tuple(dict.fromkeys(code for code in found if code))

    @cached_property
    def _index(self) -> dict[tuple[str, str, str, frozenset[tuple[str, str]]], Figure]:
        return {(row.table, row.period, row.month, frozenset(row.where.items())): row.figure for row in self.rows}


@dataclass(frozen=True)
class History:
    """A release and those the same provider had before it, which it is read against."""

    current: Release
    earlier: tuple[Release, ...] = ()

    def at(self, back: int) -> Release | None:
        """The release of so many quarters before this one; None where there is none."""
        wanted = self.current.quarter.earlier(back)
        return next((one for one in (self.current, *self.earlier) if one.quarter == wanted), None)

    def baseline(self, table: str, **where: str) -> Baseline | None:
        """The mean of what was published for this row in the last four quarters."""
        before = (self.at(back) for back in range(QUARTERS, 0, -1))
        return baseline([None if one is None else one.figure(table, **where).observation for one in before])

    def newest_year(self) -> Release | None:
        """The newest release that tells of a year."""
        told = [one for one in (self.current, *self.earlier) if one.year]
        return max(told, key=lambda one: one.quarter, default=None)


def read_release(raw: Mapping[str, Any]) -> Release:
    """Read the body of a release: it was written by this program and its fingerprint checked, so it is as declared."""
    return Release(
        quarter=Quarter.parse(raw["period"]),
        provider=raw["provider"],
        tier=raw["tier"],
        release_id=raw["release_id"],
        policy_version=str(raw["policy_version"]),
        lattice_version=str(raw["lattice_version"]),
        next_release=raw["next_release"],
        # Those frozen before accounts were known say nothing: the host made them alone.
        released=raw.get("released", "by the host alone"),
        fingerprint=raw["hashes"]["observations"],
        rows=tuple(_row(one) for one in raw["observations"]),
    )


def _row(raw: Mapping[str, Any]) -> Row:
    where = {name: value for name, value in raw.items() if name not in _NO_DIMENSIONS and value}
    figure = Figure(raw["observation"], raw["observation_status"])
    return Row(table=raw["table"], period=raw["period"], month=raw["month"], where=where, figure=figure)
