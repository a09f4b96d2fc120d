"""Handing over: every report opened and written to a file, as an import takes it, so that nothing is locked in.

It is the largest disclosure there is, so it takes two people (S9): one asks for exactly the reports that are there,
another grants it, and a report that was added to, decided or deleted since stops it.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.accounts import approvals
from report_abuse_receiver.accounts.approvals import Asked
from report_abuse_receiver.accounts.staff import check_right
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.canonical import canonical, sha256
from report_abuse_receiver.ground.casework.kinds import EXPORTING, Action, Right
from report_abuse_receiver.ground.clock import now, to_text
from report_abuse_receiver.ground.errors import NotApproved, Refused
from report_abuse_receiver.ground.line_files import new_file
from report_abuse_receiver.intake.additions import OpenedAddition, read_additions
from report_abuse_receiver.keys.sealing import open_report
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.casework import additions, decisions, reports
from report_abuse_receiver.store.casework.decisions import DecisionRow
from report_abuse_receiver.store.casework.reports import ReportRow
from report_abuse_receiver.store.engine import BATCH

SUBJECT = "every report"

#: Report id → the SHA-256 of what stood there when it was asked for.
Digests = Mapping[int, str]


def ask_export(centre: Centre, *, reason: str, by: Actor) -> int:
    """Ask another person for an export of all that is there now; returns the number of the request.

    Raises Refused without a reason, and NoRight.
    """
    with centre.database.reading() as conn:
        last = reports.last_id(conn)
    asked = _asked(_digests(centre, up_to=last), reason=reason, up_to=last)
    return approvals.ask(centre, asked, by=by)


def export_lines(centre: Centre, path: Path, *, reason: str, by: Actor) -> int:
    """Open every report and write it to a new file (mode 0600) as an import takes it; returns how many.

    Each opening is audited in its transaction, with the reason. Raises NotApproved and Refused where nobody granted it
    or something changed since, SealBroken and StoreTrouble; the file is then taken away again.
    """
    check_right(centre, by, Right.ASK_EXPORT)
    with approvals.refusals_audited(centre, by=by, subject=Action.EXPORT), new_file(path) as file:
        granted = _use(centre, reason=_told(reason), by=by)
        exported, after = 0, 0
        while opened := _open_batch(centre, granted, after=after, reason=reason, by=by):
            file.writelines(json.dumps(line).encode() + b"\n" for _, line in opened)
            exported, after = exported + len(opened), opened[-1][0]
    return exported


def _use(centre: Centre, *, reason: str, by: Actor) -> Digests | None:
    """What was granted, report by report; None where the host may act alone."""
    with centre.database.reading() as conn:
        if not approvals.are_needed(conn):
            return None
        up_to = approvals.asked_up_to(conn, action=Action.EXPORT, subject=SUBJECT)
    if up_to is None:
        raise NotApproved("an export takes two people; ask for it with: reports export FILE --reason TEXT --ask")
    digests = _digests(centre, up_to=up_to)
    with centre.database.writing() as conn:
        approvals.use(conn, _asked(digests, reason=reason, up_to=up_to), by=by)
    return digests


def _asked(digests: Digests, *, reason: str, up_to: int) -> Asked:
    content = [[str(report_id), digest] for report_id, digest in digests.items()]
    return Asked(what=EXPORTING, subject=SUBJECT, reason=_told(reason), content=content, up_to=up_to)


def _told(reason: str) -> str:
    if not reason.strip():
        raise Refused("say why the reports are opened; the reason is kept")
    return reason.strip()


def _digests(centre: Centre, *, up_to: int) -> Digests:
    """What stands there, a few reports at a time, so that children go on sending."""
    found, after = dict[int, str](), 0
    while True:
        with centre.database.reading() as conn:
            rows = reports.following(conn, after, most=BATCH, up_to=up_to)
            found |= {row.id: _digest(conn, row) for row in rows}
        if not rows:
            return found
        after = rows[-1].id


def _digest(conn: Connection, row: ReportRow) -> str:
    """SHA-256 over the sealed words, what was added to them, and what was decided."""
    bodies = [reports.envelope_of(conn, row.id).body, *(one.envelope.body for one in additions.listed(conn, row.id))]
    decided = decisions.latest(conn, row.id)
    told = None if decided is None else {**vars(decided), "decided_at": decided.decided_at.isoformat()}
    return sha256(canonical([row.reference, *(hashlib.sha256(body).hexdigest() for body in bodies), told]))


def _open_batch(
    centre: Centre, granted: Digests | None, *, after: int, reason: str, by: Actor
) -> list[tuple[int, dict[str, Any]]]:
    """The next reports by id, opened and audited in one transaction."""
    up_to = max(granted, default=0) if granted is not None else None
    with centre.database.writing() as conn:
        log.lock(conn)  # nobody deletes one of them meanwhile
        rows = reports.following(conn, after, most=BATCH, up_to=up_to)
        for row in rows:
            if granted is not None and granted.get(row.id) != _digest(conn, row):
                raise NotApproved(f"{row.reference} has changed since the export was granted; ask again")
            log.append(conn, by=by, action=Action.EXPORT, subject=row.reference, reason=reason, now=now())
        return [(row.id, _line_of(centre, conn, row)) for row in rows]


def _line_of(centre: Centre, conn: Connection, row: ReportRow) -> dict[str, Any]:
    """A report as a line of an import; the services are those of its decision, where there is one."""
    decided, added = decisions.latest(conn, row.id), read_additions(centre, conn, row)
    line = {
        "received_at": to_text(row.received_at),
        "language": row.language,
        "source": {"provider": row.provider, "placement": row.placement},
        "services": list(decided.services if decided else row.services),
        "answers": open_report(centre, conn, row)["answers"],
        **({"additions": [_addition_of(one) for one in added]} if added else {}),
    }
    return line if decided is None else {**line, "decision": _decision_of(decided)}


def _addition_of(one: OpenedAddition) -> dict[str, str]:
    safe = {"safe": one.safe} if one.safe else {}
    return {"at": to_text(one.at), **safe, "more": one.more, "reach": one.reach}


def _decision_of(decided: DecisionRow) -> dict[str, Any]:
    names = ("category", "outcome", "age_band", "contact", "moved_to")
    return {"decided_at": to_text(decided.decided_at), **{name: getattr(decided, name) for name in names}}
