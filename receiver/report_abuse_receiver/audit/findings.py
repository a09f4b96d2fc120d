"""What the doctor finds about the audit: whether its chain is whole, and whether its heads go out."""

from collections.abc import Iterator

from report_abuse_receiver.audit import trail
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.declarations import Finding
from report_abuse_receiver.ground.audit.kinds import Job
from report_abuse_receiver.ground.kinds import WorkState
from report_abuse_receiver.store import outbox


def chain(centre: Centre) -> Iterator[Finding]:
    """Whether the chain is whole."""
    verdict = trail.verify_audit(centre)
    if verdict.broken_at is None:
        yield Finding(check="audit", says=f"{verdict.rows} rows, whole; head {verdict.head}")
    else:
        says = f"the chain is broken at row {verdict.broken_at}: {verdict.wrong}"
        yield Finding(check="audit", ok=False, says=says)


def heads(centre: Centre) -> Iterator[Finding]:
    """Whether its heads go out."""
    place = centre.settings.audit_heads
    if place is None:
        says = "they go nowhere, so an audit that was cut short looks whole; set REPORT_ABUSE_AUDIT_HEADS"
        yield Finding(check="audit-heads", says=says)
        return
    with centre.database.reading() as conn:
        owed = [row for row in outbox.listed(conn, done=False) if row.kind == Job.SHIP_HEAD]
    failed = [row for row in owed if row.last_error]
    if not failed:
        yield Finding(check="audit-heads", says=f"signed, and shipped to {place}")
        return
    dead = any(row.state == WorkState.DEAD for row in failed)
    says = f"{failed[-1].last_error} at the last try to ship one to {place}; see that the place takes it"
    yield Finding(check="audit-heads", ok=not dead, says=says)
