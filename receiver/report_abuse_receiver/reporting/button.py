"""The button: what became of each placement, from opened to submitted, and the rates that its numbers can bear."""

from collections.abc import Iterable
from dataclasses import dataclass

from report_abuse_receiver.reporting.pieces import Place
from report_abuse_receiver.reporting.release import Figure, Release
from report_abuse_receiver.rules.feedback.rates import LEAST, Rate, rate


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One place on the site where the button stands."""

    name: Place
    opened: Figure
    started: Figure
    submitted: Figure

    @property
    def start_rate(self) -> Rate | None:
        """Started out of opened."""
        return rate(self.started.observation, self.opened.observation)

    @property
    def completion_rate(self) -> Rate | None:
        """Submitted out of started."""
        return rate(self.submitted.observation, self.started.observation)

    @property
    def conversion_rate(self) -> Rate | None:
        """Submitted out of opened."""
        return rate(self.submitted.observation, self.opened.observation)

    @property
    def is_seldom_opened(self) -> bool:
        """Whether there are too few openings to take a rate of."""
        return (self.opened.observation or 0) < LEAST

    @property
    def is_shown(self) -> bool:
        """Whether this tier may know of the placement: a number, or that it is low."""
        return self.opened.status != "not_shown"

    @property
    def has_number(self) -> bool:
        """Whether there is anything to draw."""
        return self.opened.shown or self.started.shown or self.submitted.shown


def placements(release: Release) -> tuple[Placement, ...]:
    """Every placement of a release that is told, the most opened first."""
    every = (_placement(release, code) for code in release.codes("placements", "placement"))
    told = [one for one in every if one.is_shown or one.has_number]
    return tuple(sorted(told, key=lambda one: (-(one.opened.observation or 0), one.name.text)))


def longest(told: Iterable[Placement]) -> int:
    """What a bar of full length stands for."""
    return max((figure.observation or 0 for one in told for figure in (one.opened, one.started)), default=1) or 1


def _placement(release: Release, code: str) -> Placement:
    opened, started, submitted = (
        release.figure("placements", placement=code, event=event) for event in ("opened", "started", "submitted")
    )
    return Placement(name=Place(code), opened=opened, started=started, submitted=submitted)
