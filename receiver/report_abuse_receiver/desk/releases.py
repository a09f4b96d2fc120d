"""Releases: a quarter is frozen once, for every provider in one transaction, and never revised (P62, P63)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.desk import feedback
from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.desk.feedback import Work, canonical, sha256
from report_abuse_receiver.ground.clock import now, to_text
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.rules import tiers
from report_abuse_receiver.rules.disclosure import POLICY_VERSION
from report_abuse_receiver.rules.lattice import LATTICE_VERSION, Observation
from report_abuse_receiver.rules.periods import Quarter, Year
from report_abuse_receiver.rules.tiers import Tier
from report_abuse_receiver.rules.withholding import without_what_fails
from report_abuse_receiver.store import audit, releases, services
from report_abuse_receiver.store.releases import FreezeRow, ReleaseRow
from report_abuse_receiver.store.services import ServiceRow

#: Told how many services are behind us, and of how many.
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A frozen period and the number of its releases."""

    period: str
    releases: int


def freeze(centre: Centre, period: str, on_progress: OnProgress = lambda done, of: None, *, staff: str = "-") -> Frozen:
    """Freeze a quarter that is over: every release of it, or none. Freezing again changes nothing.

    Raises Refused for a period that is malformed, not over, frozen under other rules, or whose figures fail the audit.
    """
    quarter = Quarter.parse(period)
    moment = now()
    if not quarter.is_over(moment):
        raise Refused(f"{quarter} is not over; it can be frozen from {to_text(quarter.end)} on")
    with centre.database.writing() as conn:
        releases.hold_still(conn, alone=True)
        before = releases.frozen(conn, str(quarter))
        if before is not None:
            return _same_rules(before)
        made = _freeze(feedback.begin(centre, conn, quarter), on_progress)
        row = FreezeRow(
            period=str(quarter),
            policy_version=POLICY_VERSION,
            lattice_version=LATTICE_VERSION,
            releases=made,
            frozen_at=moment,
        )
        releases.close(conn, row)
        audit.append(conn, staff=staff, action="freeze", subject=row.period, reason=f"{made} releases", now=moment)
    return Frozen(period=str(quarter), releases=made)


def _same_rules(row: FreezeRow) -> Frozen:
    if (row.policy_version, row.lattice_version) != (POLICY_VERSION, LATTICE_VERSION):
        raise Refused(
            f"{row.period} is already frozen under policy {row.policy_version} and lattice {row.lattice_version}; this "
            f"receiver has policy {POLICY_VERSION} and lattice {LATTICE_VERSION}. What was told stays as it is"
        )
    return Frozen(period=row.period, releases=row.releases)


def _freeze(work: Work, on_progress: OnProgress) -> int:
    """One service at a time, so that two thousand need no more room than one."""
    made, every = 0, services.every(work.conn)
    for done, service in enumerate(every, 1):
        tier = feedback.tier_for(work, service)
        if tier is not None:
            releases.add(work.conn, _release(work, service, tier))
            made += 1
        on_progress(done, len(every))
    return made


def _release(work: Work, service: ServiceRow, tier: Tier) -> ReleaseRow:
    said = content(work, service, tier)
    body = canonical(said)
    return ReleaseRow(
        period=said["period"],
        provider=service.id,
        tier=tier,
        policy_version=POLICY_VERSION,
        lattice_version=LATTICE_VERSION,
        body=body,
        sha256=sha256(body),
        frozen_at=now(),
    )


def content(work: Work, service: ServiceRow, tier: Tier) -> dict[str, Any]:
    """What a release says. Its times are those of the calendar, so that equal figures are equal to the byte."""
    rows, quarter = _safe_rows(work, service, tier), work.quarter
    return {
        "period": str(quarter),
        "provider": service.id,
        "tier": tier,
        "release_id": f"{service.id}/{quarter}",
        "policy_version": POLICY_VERSION,
        "lattice_version": LATTICE_VERSION,
        "frozen_at": to_text(quarter.end),
        "next_release": to_text(quarter.earlier(-1).end),
        "observations": rows,
        "hashes": feedback.hashes(rows),
    }


def _safe_rows(work: Work, service: ServiceRow, tier: Tier) -> list[Observation]:
    """The rows that the tier is told, attacked together with what was told of the same year before (P63)."""
    made = feedback.figures(work, service)
    rows = list(tiers.as_told(made.rows, tier=tier, limits=work.centre.scheme.tiers))
    year = Year.ended_by(work.quarter)
    earlier = () if year is None else year.quarters[:-1]
    before = [row for quarter in earlier for row in _told(work.conn, service.id, quarter)]
    return without_what_fails(rows, before=before, counts=made.cells.true_counts)


def _told(conn: Connection, provider: str, quarter: Quarter) -> list[Observation]:
    row = releases.find(conn, provider, str(quarter))
    told: list[Observation] = [] if row is None else json.loads(row.body)["observations"]
    return told
