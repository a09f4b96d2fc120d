"""Retention: deletes decided reports that have had their time, unless they are held; figures stay (S20)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.accounts.staff import check_right
from report_abuse_receiver.casework import triage
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.casework.kinds import Action, Entry
from report_abuse_receiver.ground.clock import now, to_text
from report_abuse_receiver.ground.errors import Refused
from report_abuse_receiver.rules.accounts.roles import Right
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.casework import retention, timeline
from report_abuse_receiver.store.casework.retention import DeletionRow, DueRow, HoldRow, Term
from report_abuse_receiver.store.engine import BATCH

#: Who deletes where the scheme says that the worker does it by itself.
WORKER = "the worker"


def list_due(centre: Centre) -> list[dict[str, Any]]:
    """What a purge would delete now, and by which class of the scheme."""
    with centre.database.reading() as conn:
        return [_listed(row) for row in retention.due(conn, _terms(centre, now()))]


def purge(centre: Centre, *, staff: str) -> list[dict[str, Any]]:
    """Delete what is due, each report with its row of the audit in one transaction; returns what was deleted."""
    deleted = list[dict[str, Any]]()
    while batch := _purge_batch(centre, staff=staff):
        deleted += map(_listed, batch)
    return deleted


def period(centre: Centre, _conn: Connection) -> str | None:
    """Once a day, where the scheme says that it is done by itself."""
    return f"{now():%Y-%m-%d}" if centre.scheme.retention.by_itself else None


def purge_by_itself(centre: Centre, _owed: Mapping[str, Any]) -> None:
    """The worker's part, where the scheme says so."""
    if centre.scheme.retention.by_itself:
        purge(centre, staff=WORKER)


def hold(centre: Centre, reference: str, *, reason: str, staff: str) -> dict[str, Any]:
    """Keep a report whatever its age, for a court or an inquiry. Raises NotFound, Refused."""
    check_right(centre, staff, Right.WORK)
    moment = now()
    with centre.database.writing() as conn:
        report_id, found = _audited(conn, reference, Action.HOLD, reason=reason, staff=staff, moment=moment)
        row = HoldRow(held_at=moment, staff=staff, reason=reason)
        if not retention.hold(conn, report_id, row):
            raise Refused(f"{found} is held already")
        timeline.note(conn, report_id, Entry.HELD, now=moment, staff=staff)
    return {"reference": found, "held": True, **triage.hold_listed(row)}


def end_hold(centre: Centre, reference: str, *, reason: str, staff: str) -> dict[str, Any]:
    """Let a report be deleted when its time comes. Raises NotFound, Refused."""
    check_right(centre, staff, Right.WORK)
    moment = now()
    with centre.database.writing() as conn:
        report_id, found = _audited(conn, reference, Action.END_HOLD, reason=reason, staff=staff, moment=moment)
        if not retention.end_hold(conn, report_id):
            raise Refused(f"{found} is not held")
        timeline.note(conn, report_id, Entry.HOLD_ENDED, now=moment, staff=staff)
    return {"reference": found, "held": False}


def _audited(
    conn: Connection, reference: str, action: Action, *, reason: str, staff: str, moment: datetime
) -> tuple[int, str]:
    """The report that was meant, with the row in the audit; while the audit is ours, nobody deletes the report."""
    if not reason.strip():
        raise Refused("say why; the reason is kept")
    log.lock(conn)
    row = triage.found(conn, reference)
    log.append(conn, staff=staff, action=action, subject=row.reference, reason=reason, now=moment)
    return row.id, row.reference


def _purge_batch(centre: Centre, *, staff: str) -> list[DueRow]:
    moment, words = now(), {one.id: one.words for one in centre.scheme.retention.classes}
    with centre.database.writing() as conn:
        log.lock(conn)  # before the reports: whoever opens one locks in this order, too
        batch = retention.take_due(conn, _terms(centre, moment), most=BATCH)
        for row in batch:
            left = DeletionRow(
                reference=row.reference, deleted_at=moment, retention=row.retention, words=words[row.retention]
            )
            retention.delete_report(conn, row, left)
            said = f"{row.retention}: {left.words}"
            log.append(conn, staff=staff, action=Action.PURGE, subject=row.reference, reason=said, now=moment)
    return batch


def _terms(centre: Centre, moment: datetime) -> list[Term]:
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


def _listed(row: DueRow) -> dict[str, Any]:
    return {"reference": row.reference, "retention": row.retention, "decided_at": to_text(row.decided_at)}
