"""Triage: the analysts' queue. List, claim, open, decide; a decision writes the facts that figures are made from."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.desk import coming_back, sealing
from report_abuse_receiver.desk.centre import Centre
from report_abuse_receiver.desk.directory import check_services
from report_abuse_receiver.ground.clock import now, to_text
from report_abuse_receiver.ground.errors import NotFound, Refused
from report_abuse_receiver.ground.heads import Head
from report_abuse_receiver.ground.scheme import Scheme
from report_abuse_receiver.rules.disclosure import new_record_key
from report_abuse_receiver.rules.periods import Quarter, month_of
from report_abuse_receiver.rules.references import read_reference
from report_abuse_receiver.store import additions, audit, decisions, facts, releases, reports, retention, rollups
from report_abuse_receiver.store.decisions import DecisionRow
from report_abuse_receiver.store.facts import FactRow
from report_abuse_receiver.store.reports import ReportRow
from report_abuse_receiver.store.retention import HoldRow

#: How long a claim lasts before the report is anybody's again.
CLAIM = timedelta(minutes=30)
#: A second report of one incident adds no fact: the incident is counted once.
NOT_COUNTED = "duplicate"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What an analyst found (P22). None means: as the child's answers say. Codes are those of the scheme."""

    category: str
    outcome: str
    age_band: str | None = None
    contact: str = "unknown"
    moved_to: str = "unknown"
    services: Sequence[str] | None = None


def list_reports(centre: Centre, *, state: str | None = None, provider: str | None = None) -> list[dict[str, Any]]:
    """The queue in working order, never a word of a report. Raises UnknownCode for a state that does not exist."""
    if state is not None:
        centre.scheme.check("state", state)
    moment = now()
    with centre.database.reading() as conn:
        rows, counted = reports.queue(conn, state=state, provider=provider, now=moment), additions.counted(conn)
        held = retention.holds(conn)
    return [
        {**_listed(row, moment), **coming_back.count_of(counted.get(row.id)), "held": row.id in held} for row in rows
    ]


def show_report(centre: Centre, reference: str, *, reason: str, staff: str) -> dict[str, Any]:
    """Open a report; the opening and its reason are audited in the same transaction.

    Raises NotFound, Refused without a reason or a vault key, and SealBroken.
    """
    if not reason.strip():
        raise Refused("say why this report is opened; the reason is kept")
    moment = now()
    with centre.database.writing() as conn:
        audit.hold_still(conn)  # nobody deletes it meanwhile
        row = found(conn, reference)
        audit.append(conn, staff=staff, action="open", subject=row.reference, reason=reason, now=moment)
        words = _words(centre, conn, row)
        added = coming_back.open_additions(centre, conn, row)
        coming_back.mark_read(conn, row, added, staff=staff)
        timeline = reports.timeline(conn, row.id)
        decided = decisions.latest(conn, row.id)
        held = retention.holds(conn).get(row.id)
    return {
        **_listed(row, moment),
        "added": len(added),
        "added_at": added[-1]["at"] if added else None,
        "held": held is not None,
        "answers": words["answers"],
        "partner_reference": words["partner_reference"],
        "additions": added,
        "hold": None if held is None else hold_listed(held),
        "category": row.category,
        "reporter": row.reporter,
        "decision": None if decided is None else _decision_listed(decided),
        "timeline": [{**entry, "at": to_text(entry["at"])} for entry in timeline],
    }


def claim(centre: Centre, reference: str, *, staff: str, renew: bool = False) -> dict[str, Any]:
    """Take a report for a while; `renew` keeps one longer that is already yours. Raises NotFound, Refused."""
    moment = now()
    with centre.database.writing() as conn:
        row = found(conn, reference)
        if not reports.claim(conn, row.id, staff=staff, until=moment + CLAIM, now=moment, renew=renew):
            raise Refused(_why_not(found(conn, reference)))
        reports.note(conn, row.id, "claimed", now=moment, staff=staff)
        return {**_listed(found(conn, reference), moment), "claimed_until": to_text(moment + CLAIM)}


def decide(centre: Centre, reference: str, decision: Decision, *, staff: str) -> dict[str, Any]:
    """Decide on a report and write one fact per service.

    Deciding again in the month of the first decision replaces its facts; later, only the timeline changes, because a
    closed month cannot. Raises NotFound, UnknownCode, and Refused where another person holds the report, or something
    was added to it that nobody has read.
    """
    _check_codes(centre.scheme, decision)
    chosen = None if decision.services is None else check_services(centre, decision.services)
    moment = now()
    with centre.database.writing() as conn:
        row = found(conn, reference, for_update=True)
        if _state(row, moment) == "claimed" and row.claimed_by != staff:
            raise Refused(_why_not(row))
        if coming_back.is_unread(conn, row):
            raise Refused(f"{row.reference} was added to, and nobody has read that; show the report, then decide")
        services = tuple(row.services) if chosen is None else chosen
        made = decision_row(row, decision, services=services, staff=staff, at=moment)
        counted = record_decision(conn, row, made)
        return {**_listed(found(conn, reference), moment), "decision": _decision_listed(made), "facts": counted}


def found(conn: Connection, reference: str, *, for_update: bool = False) -> ReportRow:
    """The report that was meant; raises NotFound, which tells of one that was deleted when that was and why."""
    plain = read_reference(reference)
    row = reports.find(conn, plain, for_update=for_update) if plain else None
    if row is not None:
        return row
    gone = retention.deletion(conn, plain) if plain else None
    if gone is not None:
        raise NotFound(f"{plain} was deleted on {gone.deleted_at:%Y-%m-%d}, as {gone.retention}: {gone.words}")
    raise NotFound(f"there is no report {reference!r}" + ("" if plain else "; its check letter does not fit"))


def decision_row(
    row: ReportRow, decision: Decision, *, services: Sequence[str], staff: str | None, at: datetime
) -> DecisionRow:
    """The decision as it is kept, with what the child's answers say where the analyst said nothing."""
    return DecisionRow(
        decided_at=at,
        staff=staff,
        category=decision.category,
        outcome=decision.outcome,
        age_band=decision.age_band or row.age_band,
        contact=decision.contact,
        moved_to=decision.moved_to,
        services=services,
    )


def record_decision(conn: Connection, row: ReportRow, made: DecisionRow) -> int:
    """Keep a decision and its facts in the caller's transaction; returns how many facts it wrote."""
    first = decisions.first_decided_at(conn, row.id)
    month = month_of(made.decided_at)
    decisions.add(conn, row.id, made)
    reports.set_state(conn, row.id, "decided")
    details = {"category": made.category, "outcome": made.outcome}
    reports.note(conn, row.id, "decided", now=made.decided_at, staff=made.staff, details=details)
    if (first is not None and month_of(first) != month) or is_frozen(conn, made.decided_at):
        return 0
    before = facts.take_back(conn, report_id=row.id, month=month)
    rows = _facts_of(row, made, month=month, before=before)
    facts.write(conn, rows, report_id=row.id)
    rollups.change(conn, taken=before, added=rows)
    return len(rows)


def is_frozen(conn: Connection, moment: datetime) -> bool:
    """Whether this moment lies in a frozen period; until the transaction ends, nobody freezes it meanwhile."""
    if month_of(moment) < month_of(now()):
        releases.hold_still(conn, alone=False)
    return releases.frozen(conn, str(Quarter.of(moment))) is not None


def verify_audit(centre: Centre, *, shipped: Sequence[Head] = ()) -> audit.Verdict:
    """Walk the audit's chain, and by the heads that were shipped."""
    with centre.database.reading() as conn:
        return audit.verify(conn, shipped=shipped)


def read_words(centre: Centre, conn: Connection, row: ReportRow) -> dict[str, Any]:
    """Open a report's seal. The caller audits it in the same transaction."""
    return _words(centre, conn, row)


def _facts_of(row: ReportRow, made: DecisionRow, *, month: str, before: Sequence[FactRow]) -> list[FactRow]:
    """One fact per incident and service, each with its own random key; without a service, one for national figures.

    A fact that is replaced hands on its key: else deciding again would draw its noise anew until it suits.
    """
    if made.outcome == NOT_COUNTED:
        return []
    keys = {fact.service: fact.record_key for fact in before}
    incident = before[0].incident if before else secrets.token_hex(8)
    return [
        FactRow(
            month=month,
            service=service,
            incident=incident,
            record_key=keys.get(service) or new_record_key(),
            category=made.category,
            age_band=made.age_band,
            contact=made.contact,
            moved_to=made.moved_to,
            outcome=made.outcome,
            reporter=row.reporter,
            time_to_report=row.time_to_report,
        )
        for service in (made.services or (None,))
    ]


def _check_codes(scheme: Scheme, decision: Decision) -> None:
    for name in ("category", "outcome", "contact", "moved_to"):
        scheme.check(name, getattr(decision, name))
    if decision.age_band is not None:
        scheme.check("age_band", decision.age_band)


def _words(centre: Centre, conn: Connection, row: ReportRow) -> dict[str, Any]:
    return sealing.open_words(centre, reports.envelope_of(conn, row.id), bound_to=row.reference)


def _state(row: ReportRow, moment: datetime) -> str:
    """A claim that ran out is new again."""
    lapsed = row.state == "claimed" and row.claimed_until is not None and row.claimed_until <= moment
    return "new" if lapsed else row.state


def _why_not(row: ReportRow) -> str:
    if row.state == "claimed" and row.claimed_until is not None:
        return f"{row.reference} is claimed by {row.claimed_by} until {to_text(row.claimed_until)}"
    return f"{row.reference} is already {row.state}"


def _listed(row: ReportRow, moment: datetime) -> dict[str, Any]:
    names = ("channel", "attribution", "origin", "provider", "placement")
    more = ("age_band", "urgency", "lane")
    return {
        "reference": row.reference,
        "received_at": to_text(row.received_at),
        **{name: getattr(row, name) for name in names},
        "services": list(row.services),
        "kinds": list(row.kinds),
        **{name: getattr(row, name) for name in more},
        "state": _state(row, moment),
        "language": row.language,
    }


def hold_listed(held: HoldRow) -> dict[str, Any]:
    """Since when a report is held, by whom and why."""
    return {"held_at": to_text(held.held_at), "staff": held.staff, "reason": held.reason}


def _decision_listed(made: DecisionRow) -> dict[str, Any]:
    return {
        "decided_at": to_text(made.decided_at),
        "category": made.category,
        "outcome": made.outcome,
        "age_band": made.age_band,
        "contact": made.contact,
        "moved_to": made.moved_to,
        "services": list(made.services),
    }
