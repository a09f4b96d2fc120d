"""Retention: deletes decided reports that have had their time, unless they are held; figures stay (S20)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.accounts.acting import WORKER
from report_abuse_receiver.accounts.staff import check_right
from report_abuse_receiver.casework import triage
from report_abuse_receiver.casework.records import DueReport, HeldReport
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.casework.kinds import Action, Entry, Right
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.casework import retention, timeline
from report_abuse_receiver.store.casework.retention import DeletionRow, DueRow, HoldRow, Term
from report_abuse_receiver.store.engine import BATCH


def list_due(centre: Centre) -> list[DueReport]:
    """What a purge would delete now, and by which class of the scheme."""
    with centre.database.reading() as conn:
        return [_listed(row) for row in retention.due(conn, terms(centre, now()))]


def purge(centre: Centre, *, by: Actor) -> list[DueReport]:
    """Delete what is due, each report with its row of the audit in one transaction; returns what was deleted."""
    deleted = list[DueReport]()
    while batch := _purge_batch(centre, by=by):
        deleted += map(_listed, batch)
    return deleted


def period(centre: Centre, _conn: Connection) -> str | None:
    """Once a day, where the scheme says that it is done by itself."""
    return f"{now():%Y-%m-%d}" if centre.scheme.retention.by_itself else None


def purge_by_itself(centre: Centre, _owed: Mapping[str, Any]) -> None:
    """The worker's part, where the scheme says so."""
    if centre.scheme.retention.by_itself:
        purge(centre, by=WORKER)


def hold(centre: Centre, reference: str, *, reason: str, by: Actor) -> HeldReport:
    """Keep a report whatever its age, for a court or an inquiry. Raises NotFound, Refused."""
    check_right(centre, by, Right.WORK)
    moment = now()
    with centre.database.writing() as conn:
        report_id, found = _audited(conn, reference, Action.HOLD, reason=reason, by=by, moment=moment)
        row = HoldRow(held_at=moment, staff=by.name, reason=reason)
        if not retention.hold(conn, report_id, row):
            raise Refused(f"{found} is held already")
        timeline.note(conn, report_id, Entry.HELD, now=moment, by=by)
    return HeldReport(reference=found, **vars(row))


def end_hold(centre: Centre, reference: str, *, reason: str, by: Actor) -> str:
    """Let a report be deleted when its time comes; returns its number in its one spelling. Raises NotFound, Refused."""
    check_right(centre, by, Right.WORK)
    moment = now()
    with centre.database.writing() as conn:
        report_id, found = _audited(conn, reference, Action.END_HOLD, reason=reason, by=by, moment=moment)
        if not retention.end_hold(conn, report_id):
            raise Refused(f"{found} is not held")
        timeline.note(conn, report_id, Entry.HOLD_ENDED, now=moment, by=by)
    return found


def _audited(
    conn: Connection, reference: str, action: Action, *, reason: str, by: Actor, moment: datetime
) -> tuple[int, str]:
    """The report that was meant, with the row in the audit; while the audit is ours, nobody deletes the report."""
    if not reason.strip():
        raise Refused("say why; the reason is kept")
    log.lock(conn)
    row = triage.found(conn, reference)
    log.append(conn, by=by, action=action, subject=row.reference, reason=reason, now=moment)
    return row.id, row.reference


def _purge_batch(centre: Centre, *, by: Actor) -> list[DueRow]:
    moment, words = now(), {one.id: one.words for one in centre.scheme.retention.classes}
    with centre.database.writing() as conn:
        log.lock(conn)  # before the reports: whoever opens one locks in this order, too
        batch = retention.take_due(conn, terms(centre, moment), most=BATCH)
        for row in batch:
            left = DeletionRow(
                reference=row.reference, deleted_at=moment, retention=row.retention, words=words[row.retention]
            )
            retention.delete_report(conn, row, left)
            said = f"{row.retention}: {left.words}"
            log.append(conn, by=by, action=Action.PURGE, subject=row.reference, reason=said, now=moment)
    return batch


def terms(centre: Centre, moment: datetime) -> list[Term]:
    return [
        Term(
            id=one.id,
            outcomes=one.outcomes,
            categories=one.categories,
            urgencies=one.urgencies,
            decided_before=moment - one.period,
        )
        for one in centre.scheme.retention.classes
    ]


def _listed(row: DueRow) -> DueReport:
    return DueReport(reference=row.reference, retention=row.retention, decided_at=row.decided_at)
