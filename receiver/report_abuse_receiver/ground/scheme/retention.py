"""Retention: how long a decided report is kept, by classes of the scheme, each with its reason in words (S20)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from report_abuse_receiver.ground.errors import CannotStart

#: Which vocabulary the conditions of a class are in.
CONDITIONS = {"outcomes": "outcome", "categories": "category", "urgencies": "urgency"}


@dataclass(frozen=True, kw_only=True)
class RetentionClass:
    """Reports that are kept equally long, and why; a condition that names no code lets every report in."""

    id: str
    words: str
    outcomes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    keep_days: int = 0
    keep_years: int = 0

    @property
    def period(self) -> timedelta:
        """From the last decision on; a year is 366 days here, so that nothing goes a day early."""
        return timedelta(days=self.keep_days + 366 * self.keep_years)

    @property
    def takes_all(self) -> bool:
        """Whether it has no condition."""
        return not any(getattr(self, name) for name in CONDITIONS)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """The classes, of which the first that fits counts; `by_itself`: the worker deletes what is due, once a day."""

    classes: tuple[RetentionClass, ...]
    by_itself: bool


def check_retention(retention: Retention, vocabularies: Mapping[str, Sequence[str]]) -> None:
    """Raise CannotStart where a report would have no class, or where a class has no report or no single period."""
    classes = retention.classes
    if not classes or [one.takes_all for one in classes] != [False] * (len(classes) - 1) + [True]:
        _refuse("the last class, and no other, must take every report: leave its conditions out")
    if len({one.id for one in classes}) < len(classes):
        _refuse("two classes have the same id")
    for one in classes:
        if bool(one.keep_days) == bool(one.keep_years):
            _refuse(f"{one.id}: write either keep_days or keep_years")
        unknown = [
            f"{name}: {code}"
            for name, vocabulary in CONDITIONS.items()
            for code in getattr(one, name)
            if code not in vocabularies[vocabulary]
        ]
        if unknown:
            _refuse(f"{one.id} names codes that do not exist: {', '.join(unknown)}")


def _refuse(what: str) -> None:
    raise CannotStart(f"REPORT_ABUSE_SCHEME: [[retention.classes]] {what}")
