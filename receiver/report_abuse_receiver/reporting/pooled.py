"""Pooled figures: a provider's own categories beside those of all services of its type, under the contributor rule."""

from dataclasses import dataclass

from report_abuse_receiver.reporting.labels import word
from report_abuse_receiver.reporting.pieces import Name
from report_abuse_receiver.reporting.release import ABSENT, Figure, Release
from report_abuse_receiver.rules.feedback.rates import Rate, rate

EVERYBODY = "all"


@dataclass(frozen=True, kw_only=True)
class Shared:
    """One category: own and pooled, each with its share of its total where the total bears a rate.

    `everybody` is the figure of all services, to fall back on where those of one type are too few.
    """

    name: Name
    own: Figure
    own_share: Rate | None
    pooled: Figure
    pooled_share: Rate | None
    everybody: Figure


@dataclass(frozen=True, kw_only=True)
class Pool:
    """What services taken together were told of. `of_type` is False where the figures are of all services."""

    kind: Name
    of_type: bool
    total: Figure
    lines: tuple[Shared, ...]
    hidden: tuple[Name, ...]  # categories with too few services, even of all together
    low: tuple[Name, ...]

    @property
    def largest(self) -> Shared | None:
        """The largest category that is told."""
        return next((one for one in self.lines if one.pooled.shown), None)

    @property
    def has_gaps(self) -> bool:
        """Whether a category is withheld, so that the largest one told need not be the largest."""
        return bool(self.hidden) or any(one.pooled.status == "not_shown" for one in self.lines)

    @property
    def scale(self) -> int:
        """What a bar of full length stands for."""
        return (self.largest.pooled.observation or 1) if self.largest else 1

    @property
    def has_own(self) -> bool:
        """Whether a figure of the provider's own stands beside a pooled one."""
        return any(one.own.shown for one in self.lines)

    @property
    def has_own_shares(self) -> bool:
        """Whether the provider's own total bears a rate."""
        return any(one.own_share for one in self.lines)

    @property
    def has_shares(self) -> bool:
        """Whether the pooled total bears a rate."""
        return any(one.pooled_share for one in self.lines)


def own_type(release: Release) -> str | None:
    """The provider's type of service, from the rows of its release."""
    pools = release.codes("pooled_totals", "pool")
    return next((pool.partition(":")[2] for pool in pools if pool.startswith("type:")), None)


def pool_to_show(release: Release) -> Pool | None:
    """The services of the provider's type, else all services, else None: the rows fall back upward, never sideways."""
    for pool in sorted(release.codes("pooled_totals", "pool"), key=lambda one: one == EVERYBODY):
        if release.figure("pooled_totals", pool=pool).shown:
            return _pool(release, pool)
    return None


def _pool(release: Release, pool: str) -> Pool:
    codes = release.codes("pooled_categories", "category")
    every = {code: _shared(release, code, pool=pool) for code in codes}
    lines = [one for one in every.values() if one.pooled.shown or one.everybody.shown]
    rest = [one for one in every.values() if one not in lines]
    kind = "all services" if pool == EVERYBODY else word("service_type", pool.partition(":")[2])
    return Pool(
        kind=Name(kind),
        of_type=pool != EVERYBODY,
        total=release.figure("pooled_totals", pool=pool),
        lines=tuple(sorted(lines, key=_size, reverse=True)),
        hidden=tuple(one.name for one in rest if not one.pooled.low),
        low=tuple(one.name for one in rest if one.pooled.low),
    )


def _shared(release: Release, code: str, *, pool: str) -> Shared:
    own = release.figure("categories", category=code)
    pooled = release.figure("pooled_categories", pool=pool, category=code)
    total = release.figure("pooled_totals", pool=pool)
    everybody = release.figure("pooled_categories", pool=EVERYBODY, category=code) if pool != EVERYBODY else ABSENT
    return Shared(
        name=Name(word("category", code)),
        own=own,
        own_share=rate(own.observation, release.figure("totals").observation),
        pooled=pooled,
        pooled_share=rate(pooled.observation, total.observation),
        everybody=everybody,
    )


def _size(line: Shared) -> tuple[int, int]:
    return line.pooled.observation or 0, line.everybody.observation or 0
