"""Releases: a quarter is frozen once, for every provider in one transaction, and never revised (P62, P63)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from report_abuse_receiver.accounts import approvals
from report_abuse_receiver.accounts.approvals import Asked
from report_abuse_receiver.accounts.staff import check_right
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.feedback import figures
from report_abuse_receiver.feedback.figures import Work
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.canonical import canonical, sha256
from report_abuse_receiver.ground.clock import now, to_text
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.ground.feedback.kinds import FREEZING, Action, Right
from report_abuse_receiver.ground.progress import OnProgress
from report_abuse_receiver.rules.feedback import tiers
from report_abuse_receiver.rules.feedback.disclosure import POLICY_VERSION
from report_abuse_receiver.rules.feedback.lattice import LATTICE_VERSION, Observation
from report_abuse_receiver.rules.feedback.periods import Quarter, Year
from report_abuse_receiver.rules.feedback.suppression import without_what_fails
from report_abuse_receiver.rules.feedback.tiers import Tier
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.feedback import releases
from report_abuse_receiver.store.feedback.releases import FreezeRow, ReleaseRow
from report_abuse_receiver.store.partners import services
from report_abuse_receiver.store.partners.services import ServiceRow


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A frozen period and the number of its releases."""

    period: str
    releases: int


@dataclass(frozen=True, kw_only=True)
class Content:
    """A release as it is hashed and stored, and goes out."""

    period: str
    provider: str
    tier: Tier
    release_id: str
    policy_version: str
    lattice_version: int
    frozen_at: str
    #: By how many: `by the host alone` or `by two people`.
    released: str
    next_release: str
    observations: Sequence[Observation]
    hashes: Mapping[str, str]


def freeze(centre: Centre, period: str, on_progress: OnProgress = lambda done, of: None, *, by: Actor) -> Frozen:
    """Freeze a quarter that is over: every release of it, or none. Freezing again changes nothing.

    Raises Refused for a period that is malformed, not over, frozen under other rules, or whose figures fail the audit;
    NoRight, and NotApproved where it takes two people and nobody has granted exactly these releases.
    """
    quarter = _over(period)
    check_right(centre, by, Right.ASK_FREEZE)
    with approvals.refusals_audited(centre, by=by, subject=Action.FREEZE), centre.database.writing() as conn:
        releases.lock(conn, shared=False)
        before = releases.frozen(conn, str(quarter))
        return _same_rules(before) if before else _freeze(centre, conn, quarter, on_progress, by=by)


def ask_freeze(centre: Centre, period: str, on_progress: OnProgress = lambda done, of: None, *, by: Actor) -> int:
    """Ask another person to grant the releases of a quarter as they would be now; returns the number of the request.

    Raises Refused for a period that is malformed, not over or frozen, and NoRight.
    """
    quarter = _over(period)
    with centre.database.reading() as conn:
        if releases.frozen(conn, str(quarter)) is not None:
            raise Refused(f"{quarter} is frozen already")
        hashes = [row.sha256 for row in _made(figures.begin(centre, conn, quarter), on_progress)]
    return approvals.ask(centre, _asked(quarter, hashes), by=by)


def _over(period: str) -> Quarter:
    quarter = Quarter.parse(period)
    if not quarter.is_over(now()):
        raise Refused(f"{quarter} is not over; it can be frozen from {to_text(quarter.end)} on")
    return quarter


def _freeze(centre: Centre, conn: Connection, quarter: Quarter, on_progress: OnProgress, *, by: Actor) -> Frozen:
    hashes, moment, eyes = list[str](), now(), approvals.eyes(conn)
    for made in _made(figures.begin(centre, conn, quarter), on_progress):
        releases.add(conn, made)
        hashes.append(made.sha256)
    row = FreezeRow(
        period=str(quarter),
        policy_version=POLICY_VERSION,
        lattice_version=LATTICE_VERSION,
        releases=len(hashes),
        frozen_at=moment,
        approval_id=approvals.use(conn, _asked(quarter, hashes), by=by),
    )
    releases.close(conn, row)
    told = f"{row.releases} releases, {eyes}"
    log.append(conn, by=by, action=Action.FREEZE, subject=row.period, reason=told, now=moment)
    return Frozen(period=row.period, releases=row.releases)


def _asked(quarter: Quarter, hashes: Sequence[str]) -> Asked:
    return Asked(what=FREEZING, subject=str(quarter), content=hashes, reason=f"{len(hashes)} releases")


def _same_rules(row: FreezeRow) -> Frozen:
    if (row.policy_version, row.lattice_version) != (POLICY_VERSION, LATTICE_VERSION):
        raise Refused(
            f"{row.period} is already frozen under policy {row.policy_version} and lattice {row.lattice_version}; this "
            f"receiver has policy {POLICY_VERSION} and lattice {LATTICE_VERSION}. What was told stays as it is"
        )
    return Frozen(period=row.period, releases=row.releases)


def _made(work: Work, on_progress: OnProgress) -> Iterator[ReleaseRow]:
    """One service at a time, so that two thousand need no more room than one."""
    every = services.every(work.conn)
    for done, service in enumerate(every, 1):
        tier = figures.tier_for(work, service)
        if tier is not None:
            yield _release(work, service, tier)
        on_progress(done, len(every))


def _release(work: Work, service: ServiceRow, tier: Tier) -> ReleaseRow:
    said = content(work, service, tier)
    body = canonical(vars(said))
    return ReleaseRow(
        period=said.period,
        provider=service.id,
        tier=tier,
        policy_version=POLICY_VERSION,
        lattice_version=LATTICE_VERSION,
        body=body,
        sha256=sha256(body),
        frozen_at=now(),
    )


def content(work: Work, service: ServiceRow, tier: Tier) -> Content:
    """What a release says. Its times are those of the calendar, so that equal figures are equal to the byte."""
    rows, quarter = _safe_rows(work, service, tier), work.quarter
    return Content(
        period=str(quarter),
        provider=service.id,
        tier=tier,
        release_id=f"{service.id}/{quarter}",
        policy_version=POLICY_VERSION,
        lattice_version=LATTICE_VERSION,
        frozen_at=to_text(quarter.end),
        released=approvals.eyes(work.conn),
        next_release=to_text(quarter.earlier(-1).end),
        observations=rows,
        hashes=figures.hashes(rows),
    )


def _safe_rows(work: Work, service: ServiceRow, tier: Tier) -> list[Observation]:
    """The rows that the tier is told, attacked together with what was told of the same year before (P63)."""
    made = figures.figures(work, service)
    rows = list(tiers.as_told(made.rows, tier=tier, limits=work.centre.scheme.tiers))
    year = Year.ended_by(work.quarter)
    earlier = () if year is None else year.quarters[:-1]
    before = [row for quarter in earlier for row in _told(work.conn, service.id, quarter)]
    return without_what_fails(rows, before=before, counts=made.cells.true_counts)


def _told(conn: Connection, provider: str, quarter: Quarter) -> list[Observation]:
    row = releases.find(conn, provider, str(quarter))
    told: list[Observation] = [] if row is None else json.loads(row.body)["observations"]
    return told
