"""The attack on what is told: what a reader of every release of a quarter could work out (P63).

It attacks what was told, and only then looks at the true counts, to see what the attack found.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from heapq import nsmallest

from sqlalchemy import Connection

from report_abuse_receiver.feedback.figures import Cells, Work
from report_abuse_receiver.feedback.pools import FOLDED
from report_abuse_receiver.ground.progress import OnProgress
from report_abuse_receiver.rules.feedback.attack import SMALL, Place, Shown, attacked, disclosed, published, unions
from report_abuse_receiver.rules.feedback.brackets import Bracket, propagate
from report_abuse_receiver.rules.feedback.lattice import Observation
from report_abuse_receiver.rules.feedback.periods import Quarter, Year
from report_abuse_receiver.store.feedback import folds, releases
from report_abuse_receiver.store.partners import services
from report_abuse_receiver.store.partners.services import ServiceRow

#: How many of the narrowest brackets are named.
WORST = 10


@dataclass(frozen=True, kw_only=True, order=True)
class Exposed:
    """One count and what is left possible of it; `codes` are those of its columns, empty for the whole."""

    width: int
    high: int
    low: int
    provider: str
    time: str
    codes: str
    disclosed: bool = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the attack found: `cells` were attacked; `impossible` are true counts that what was told rules out.

    Those prove that a release was not made from these facts.
    """

    releases: int
    cells: int = 0
    disclosed: int = 0
    impossible: int = 0
    worst: tuple[Exposed, ...] = ()


@dataclass(frozen=True)
class _Target:
    """Whom the releases of a period are for, and `shared`, what is known of the counts that pools lie over."""

    work: Work
    told: tuple[ServiceRow, ...]
    shared: Mapping[Place, Bracket] = field(default_factory=dict)


def attack(work: Work, on_progress: OnProgress = lambda done, of: None) -> Found:
    """Attack all releases of a quarter together, and those of the year that it ends."""
    released = {row.provider for row in releases.of_period(work.conn, str(work.quarter))}
    told = tuple(service for service in services.every(work.conn) if service.id in released)
    target = _Target(work, told)
    target = replace(target, shared=_beside_the_pools(target))
    found = Found(releases=len(told))
    for done, service in enumerate(told, 1):
        found = _with(found, target, service)
        on_progress(done, len(told))
    return found


def _with(found: Found, target: _Target, service: ServiceRow) -> Found:
    """What was found, with one service's counts in it."""
    brackets = _brackets(target, service.id)
    counts = Cells(target.work, service).true_counts(brackets)
    lost = set(disclosed(brackets, counts))
    wrong = sum(not low <= counts[place] <= high for place, (low, high) in brackets.items())
    touching = ((place, ends) for place, ends in brackets.items() if ends[0] <= SMALL[-1] and ends[1] >= SMALL[0])
    exposed = (_exposed(place, ends, place in lost) for place, ends in touching)
    return replace(
        found,
        cells=found.cells + len(brackets),
        disclosed=found.disclosed + len(lost),
        impossible=found.impossible + wrong,
        worst=tuple(nsmallest(WORST, (*found.worst, *exposed))),
    )


def _exposed(place: Place, bracket: Bracket, lost: bool) -> Exposed:
    low, high = bracket
    codes = " ".join(code for _, code in place.codes)
    return Exposed(
        width=high - low, high=high, low=low, provider=place.holder, time=place.time, codes=codes, disclosed=lost
    )


def _brackets(target: _Target, provider: str) -> dict[Place, Bracket]:
    told = _told_of(target, provider)
    mine = {place: ends for place, ends in target.shared.items() if place in told}
    return attacked(told, besides=mine)


def _beside_the_pools(target: _Target) -> dict[Place, Bracket]:
    """The counts that pools lie over, tightened by them: each incident at a service is in its pools, once."""
    conn, quarter = target.work.conn, target.work.quarter
    pools, shared = dict[Place, Shown](), dict[Place, Bracket]()
    for service in target.told:
        pools |= published(row for row in _told(conn, service.id, quarter) if row["pool"])
        brackets = _brackets(target, service.id)
        shared |= {place: ends for place, ends in brackets.items() if _is_pooled(place, quarter)}
    kinds = {service.id: service.kind for service in services.every(conn)}
    # A fold at one service moves an incident in the pools that another service still tells under its own category.
    folded = {code for row in folds.of_periods(conn, [str(quarter)]) for code in (row.category, FOLDED)}
    steady = [place for place in pools if not any(code in folded for _, code in place.codes)]
    tight = propagate(shared | attacked(pools), unions(steady, kinds=kinds))
    return {place: tight[place] for place in shared}


def _is_pooled(place: Place, quarter: Quarter) -> bool:
    return place.source == "facts" and place.time == str(quarter) and {name for name, _ in place.codes} <= {"category"}


def _told_of(target: _Target, provider: str) -> dict[Place, Shown]:
    rows = (row for one in _together(target.work.quarter) for row in _told(target.work.conn, provider, one))
    return published(row for row in rows if not row["pool"])


def _together(quarter: Quarter) -> tuple[Quarter, ...]:
    """The quarters whose rows add up with those of this release: all of a year that it ends, else itself alone."""
    year = Year.ended_by(quarter)
    return (quarter,) if year is None else year.quarters


def _told(conn: Connection, provider: str, quarter: Quarter) -> list[Observation]:
    row = releases.find(conn, provider, str(quarter))
    told: list[Observation] = [] if row is None else json.loads(row.body)["observations"]
    return told
