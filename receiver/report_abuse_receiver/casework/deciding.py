"""Deciding: what a decision writes: itself, one fact per incident and service, and the counts that facts change."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.casework.import_lines import ImportedDecision
from report_abuse_receiver.ground.casework.kinds import Entry, State
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.scheme.scheme import Scheme
from report_abuse_receiver.rules.feedback.disclosure import new_record_key
from report_abuse_receiver.rules.feedback.periods import Quarter, month_of
from report_abuse_receiver.store.casework import decisions, reports, timeline
from report_abuse_receiver.store.casework.decisions import DecisionRow
from report_abuse_receiver.store.casework.reports import ReportRow
from report_abuse_receiver.store.feedback import facts, releases, rollups
from report_abuse_receiver.store.feedback.facts import FactRow

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


AnyDecision = TypeVar("AnyDecision", Decision, ImportedDecision)


def read_codes(scheme: Scheme, decision: AnyDecision) -> AnyDecision:
    """The decision with its codes as the scheme writes them. Raises UnknownCode."""
    said = {name: getattr(decision, name) for name in ("category", "outcome", "age_band", "contact", "moved_to")}
    read: dict[str, Any] = {name: scheme.check(name, code) for name, code in said.items() if code is not None}
    return replace(decision, **read)


def decision_row(
    row: ReportRow, decision: Decision, *, services: Sequence[str], by: Actor | None, at: datetime
) -> DecisionRow:
    """The decision as it is kept, with what the child's answers say where the analyst said nothing."""
    return DecisionRow(
        decided_at=at,
        staff=by.name if by else None,
        category=decision.category,
        outcome=decision.outcome,
        age_band=decision.age_band or row.age_band,
        contact=decision.contact,
        moved_to=decision.moved_to,
        services=services,
    )


def record_decision(conn: Connection, row: ReportRow, made: DecisionRow, *, by: Actor | None) -> int:
    """Keep a decision and its facts in the caller's transaction; returns how many facts it wrote."""
    first = decisions.first_decided_at(conn, row.id)
    month = month_of(made.decided_at)
    decisions.add(conn, row.id, made)
    reports.set_state(conn, row.id, State.DECIDED)
    details = {"category": made.category, "outcome": made.outcome}
    timeline.note(conn, row.id, Entry.DECIDED, now=made.decided_at, by=by, details=details)
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
        releases.lock(conn, shared=True)
    return releases.frozen(conn, str(Quarter.of(moment))) is not None


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
