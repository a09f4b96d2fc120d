"""Triage: the analysts' queue. List, claim, open, decide; a decision writes the facts that figures are made from."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.accounts.staff import check_right
from report_abuse_receiver.casework import same_names
from report_abuse_receiver.casework.deciding import Decision, decision_row, read_codes, record_decision
from report_abuse_receiver.casework.records import (
    ClaimedReport,
    CodedReport,
    DecidedReport,
    ListedReport,
    MadeDecision,
    OpenedReport,
)
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.accounts.actor import Actor
from report_abuse_receiver.ground.casework.kinds import Action, Entry, Right, State
from report_abuse_receiver.ground.clock import now, to_text
from report_abuse_receiver.ground.errors import NoRight, NotFound, Refused
from report_abuse_receiver.intake.additions import is_unread, mark_read, open_additions
from report_abuse_receiver.keys import sealing
from report_abuse_receiver.partners.directory import read_services
from report_abuse_receiver.rules.intake.references import read_reference
from report_abuse_receiver.store.audit import log
from report_abuse_receiver.store.casework import additions, decisions, reports, retention, timeline
from report_abuse_receiver.store.casework.additions import Count
from report_abuse_receiver.store.casework.decisions import DecisionRow
from report_abuse_receiver.store.casework.reports import ReportRow

#: How long a claim lasts before the report is anybody's again.
CLAIM = timedelta(minutes=30)
#: Reports that several people may snatch from under one hand before it comes back empty.
_TRIES = 20


def list_reports(
    centre: Centre,
    *,
    state: str | None = None,
    provider: str | None = None,
    most: int | None = None,
    after: int = 0,
) -> list[ListedReport]:
    """The queue in working order, never a word of a report; at most so many, without the first `after`.

    Raises UnknownCode for a state that does not exist.
    """
    if state is not None:
        state = centre.scheme.check("state", state)
    moment = now()
    with centre.database.reading() as conn:
        rows = reports.queue(conn, state=state, provider=provider, now=moment, most=most, after=after)
        ids = [row.id for row in rows]
        counted, held = additions.counted(conn, ids), retention.holds(conn, ids)
    return [_listed(row, moment, counted=counted.get(row.id), held=row.id in held) for row in rows]


def count_reports(centre: Centre) -> dict[str, int]:
    """How many reports are in each state of the scheme."""
    with centre.database.reading() as conn:
        counted = reports.count_by_state(conn, now=now())
    return {state: counted.get(state, 0) for state in centre.scheme.vocabulary("state")}


def look_at(centre: Centre, reference: str) -> ListedReport:
    """A report as the queue lists it, without opening it. Raises NotFound."""
    moment = now()
    with centre.database.reading() as conn:
        row = found(conn, reference)
        added, held = additions.counted(conn, [row.id]).get(row.id), retention.holds(conn, [row.id])
    return _listed(row, moment, counted=added, held=row.id in held)


def show_report(centre: Centre, reference: str, *, reason: str, by: Actor) -> OpenedReport:
    """Open a report; the opening and its reason are audited in the same transaction.

    Raises NotFound, Refused without a reason or a vault key, and SealBroken.
    """
    if not reason.strip():
        raise Refused("say why this report is opened; the reason is kept")
    check_right(centre, by, Right.WORK)
    moment = now()
    with centre.database.writing() as conn:
        log.lock(conn)  # nobody deletes it meanwhile
        row = found(conn, reference)
        log.append(conn, by=by, action=Action.OPEN, subject=row.reference, reason=reason, now=moment)
        words = sealing.open_report(centre, conn, row)
        added = open_additions(centre, conn, row)
        mark_read(conn, row, added, by=by)
        also_named = same_names.also_named(centre, conn, row, words, added)
        entries = timeline.entries(conn, row.id)
        decided = decisions.latest(conn, row.id)
        held = retention.holds(conn, [row.id]).get(row.id)
    return OpenedReport(
        **_coded(row, moment),
        added=len(added),
        added_at=added[-1].at if added else None,
        held=held is not None,
        answers=words["answers"],
        partner_reference=words["partner_reference"],
        additions=added,
        also_named=also_named,
        hold=held,
        category=row.category,
        reporter=row.reporter,
        decision=None if decided is None else _made(decided),
        timeline=entries,
    )


def claim(centre: Centre, reference: str, *, by: Actor, renew: bool = False) -> ClaimedReport:
    """Take a report for a while; `renew` keeps one longer that is already yours. Raises NotFound, Refused."""
    check_right(centre, by, Right.WORK)
    moment = now()
    with centre.database.writing() as conn:
        row = found(conn, reference)
        if not reports.claim(conn, row.id, staff=by.name, until=moment + CLAIM, now=moment, renew=renew):
            raise Refused(_why_not(found(conn, reference)))
        timeline.note(conn, row.id, Entry.CLAIMED, now=moment, by=by)
        return ClaimedReport(**_coded(found(conn, reference), moment), claimed_until=moment + CLAIM)


def take_next(centre: Centre, *, by: Actor) -> ClaimedReport | None:
    """Take the report that comes first in the queue and that nobody has; None where there is none. Raises NoRight."""
    check_right(centre, by, Right.WORK)
    for row in list_reports(centre, state=State.NEW, most=_TRIES):
        try:
            return claim(centre, row.reference, by=by)
        except NoRight:
            raise
        except Refused:
            continue  # somebody else was quicker
    return None


def decide(centre: Centre, reference: str, decision: Decision, *, by: Actor) -> DecidedReport:
    """Decide on a report and write one fact per service.

    Deciding again in the month of the first decision replaces its facts; later, only the timeline changes, because a
    closed month cannot. Raises NotFound, UnknownCode, and Refused where another person holds the report, or something
    was added to it that nobody has read.
    """
    check_right(centre, by, Right.WORK)
    read = read_codes(centre.scheme, decision)
    chosen = None if decision.services is None else read_services(centre, decision.services)
    moment = now()
    with centre.database.writing() as conn:
        row = found(conn, reference, for_update=True)
        if _state(row, moment) == State.CLAIMED and row.claimed_by != by.name:
            raise Refused(_why_not(row))
        if is_unread(conn, row):
            raise Refused(f"{row.reference} was added to, and nobody has read that; show the report, then decide")
        services = tuple(row.services) if chosen is None else chosen
        made = decision_row(row, read, services=services, by=by, at=moment)
        counted = record_decision(conn, row, made, by=by)
        coded = _coded(found(conn, reference), moment)
        return DecidedReport(**coded, decision=_made(made), facts=counted)


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


def _state(row: ReportRow, moment: datetime) -> str:
    """A claim that ran out is new again."""
    lapsed = row.state == State.CLAIMED and row.claimed_until is not None and row.claimed_until <= moment
    return State.NEW if lapsed else row.state


def _why_not(row: ReportRow) -> str:
    if row.state == State.CLAIMED and row.claimed_until is not None:
        return f"{row.reference} is claimed by {row.claimed_by} until {to_text(row.claimed_until)}"
    return f"{row.reference} is already {row.state}"


def _listed(row: ReportRow, moment: datetime, *, counted: Count | None, held: bool) -> ListedReport:
    added, added_at = (counted.number, counted.last_at) if counted else (0, None)
    return ListedReport(**_coded(row, moment), added=added, added_at=added_at, held=held)


def _coded(row: ReportRow, moment: datetime) -> dict[str, Any]:
    """What every record of a report begins with."""
    state = _state(row, moment)
    found = {one.name: getattr(row, one.name) for one in fields(CodedReport)}
    return {**found, "state": state, "claimed_by": row.claimed_by if state == State.CLAIMED else None}


def _made(row: DecisionRow) -> MadeDecision:
    return MadeDecision(**{one.name: getattr(row, one.name) for one in fields(MadeDecision)})
