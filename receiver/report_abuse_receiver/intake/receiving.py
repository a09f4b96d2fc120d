"""Intake: every report, through whatever door, is received here, whole or not at all (promise 1)."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.casework import kinds as casework
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import BadPages, StoreTrouble
from report_abuse_receiver.ground.forms.answers import Answers
from report_abuse_receiver.ground.forms.report import load_answers
from report_abuse_receiver.ground.intake import kinds as intake
from report_abuse_receiver.ground.keys.vault import Envelope
from report_abuse_receiver.ground.kinds import JobKind
from report_abuse_receiver.intake import acknowledgement, arrivals, drafts, leaving
from report_abuse_receiver.intake.drafts import Draft, Receipt
from report_abuse_receiver.keys import sealing
from report_abuse_receiver.keys.sealing import ReportWords
from report_abuse_receiver.partners import directory
from report_abuse_receiver.rules.casework.names import may_name
from report_abuse_receiver.rules.intake import coding
from report_abuse_receiver.rules.intake.attribution import Attribution, Origin
from report_abuse_receiver.rules.intake.lanes import Lane
from report_abuse_receiver.rules.intake.matching import services_named
from report_abuse_receiver.rules.intake.references import new_reference
from report_abuse_receiver.rules.intake.urgency import rank_of, urgency, why
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.casework import reports, retention, timeline


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A report on its way in.

    `nonce` makes a second try the same report; `services` None means: look for their names in the answers. One that is
    not new was answered elsewhere, and owes nothing.
    """

    answers: Answers = field(repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))
    channel: str
    attribution: Attribution
    origin: Origin = Origin.UNKNOWN
    lane: Lane = Lane.NORMAL
    language: str = "en"
    services: Sequence[str] | None = None
    received_at: datetime | None = None
    is_new: bool = True


@dataclass(frozen=True, kw_only=True)
class Received:
    """What became of a submission; `again` where this nonce had already come in."""

    reference: str
    report_id: int | None
    again: bool


@dataclass(frozen=True, kw_only=True)
class SealedReport:
    """A report ready to be written: columns in clear, words sealed; and what it will owe."""

    values: Mapping[str, Any]
    envelope: Envelope
    owes: tuple[JobKind, ...]


def send(centre: Centre, draft: Draft, *, lane: Lane) -> Draft:
    """Send a child's draft, and put a receipt in its place, in one transaction; pressing Send again changes nothing.

    Where it was changed meanwhile nothing is sent: it comes back as it is now, perhaps without a receipt. Raises
    BadPages where required answers are missing, StoreTrouble where nothing could be kept: the draft then stays.
    """
    if draft.receipt is not None:
        return draft
    answers = load_answers(draft.answers)
    sealed = seal_report(centre, _submission(draft, answers, lane))
    with centre.database.writing() as conn:
        held = drafts.hold(conn, draft.secret)
        if held and (held.nonce, held.answers, held.receipt) != (draft.nonce, draft.answers, None):
            return held
        received = keep(conn, sealed)
        sent = drafts.settled(held or draft, _receipt(received.reference, answers))
        if held or not leaving.is_buried(conn, draft.nonce):  # its time was over just now, but its report has come
            drafts.put(conn, sent)
    if not received.again:
        arrivals.count(centre, draft.attribution, "submitted")
    return sent


def reference_of(centre: Centre, nonce: str) -> str | None:
    """The reference of the report that the draft of this nonce became; None where it was not sent."""
    with centre.database.reading() as conn:
        return reports.reference_of(conn, nonce) if nonce else None


def missing(draft: Draft) -> Mapping[str, Mapping[str, str]]:
    """One sentence for each answer that must still be given before it can be sent, by page."""
    try:
        load_answers(draft.answers)
    except BadPages as error:
        return error.errors
    return {}


def seal_report(centre: Centre, submission: Submission) -> SealedReport:
    """All that can be done before the transaction: code the answers and seal the words."""
    reference = new_reference()
    words: ReportWords = {"answers": submission.answers, "partner_reference": submission.attribution.ref}
    envelope = sealing.seal_words(centre, words, bound_to=reference)
    moment = submission.received_at or now()
    values = {"reference": reference, "received_at": moment, **_codes(centre, submission)}
    return SealedReport(values=values, envelope=envelope, owes=tuple(_owes(submission)))


def keep(conn: Connection, sealed: SealedReport) -> Received:
    """Write a sealed report and the work it owes in the caller's transaction."""
    nonce, reference, moment = (sealed.values[name] for name in ("nonce", "reference", "received_at"))
    taken = retention.was_deleted(conn, reference)  # the number stays that report's
    report_id = None if taken else reports.insert_new(conn, sealed.values, sealed.envelope)
    if report_id is None:
        return _already(conn, nonce)
    timeline.note(conn, report_id, intake.Entry.RECEIVED, now=moment)
    for kind in sealed.owes:
        outbox.enqueue(conn, kind, {"reference": reference}, now=now())
    return Received(reference=reference, report_id=report_id, again=False)


def _owes(submission: Submission) -> Iterator[JobKind]:
    """The jobs of a new report; one that was answered elsewhere owes none."""
    if not submission.is_new:
        return
    yield intake.Job.ACKNOWLEDGE
    if acknowledgement.may_be_mailed(submission.answers):
        yield intake.Job.MAIL_ACKNOWLEDGEMENT
    if may_name(submission.answers):
        yield casework.Job.SAME_NAMES


def _already(conn: Connection, nonce: str) -> Received:
    """The report that this nonce became the first time."""
    reference = reports.reference_of(conn, nonce)
    if reference is None:
        raise StoreTrouble("the same reference was drawn twice; sending again draws another")
    return Received(reference=reference, report_id=None, again=True)


def record_heard(centre: Centre, draft: Draft, code: str) -> Draft:
    """Keep how a child heard of us (P39), once, after the report is safely in."""
    if draft.receipt is None or draft.receipt.heard is not None:
        return draft
    reference = draft.receipt.reference
    with centre.database.writing() as conn:
        report_id = reports.id_of(conn, reference)
        if report_id is not None:
            once = f"heard/{reference}"
            timeline.note(conn, report_id, intake.Entry.HEARD, now=now(), details={"heard": code}, once=once)
    return drafts.change(
        centre, draft, lambda held: replace(held, receipt=held.receipt and replace(held.receipt, heard=code))
    )


def _codes(centre: Centre, submission: Submission) -> dict[str, Any]:
    """What of a report stands in clear: closed vocabularies, the button and the services."""
    answers, button = submission.answers, submission.attribution
    services = submission.services
    if services is None:
        services = services_named(str(answers.get("where", "")), directory.names_of_services(centre))
    how_urgent = urgency(answers)
    return {
        "nonce": submission.nonce,
        "channel": submission.channel,
        "attribution": button.outcome,
        "origin": submission.origin,
        "provider": button.provider,
        "kid": button.kid,
        "placement": button.placement,
        "services": list(services),
        "kinds": list(answers.get("kinds", ())),
        "age_band": coding.age_band(answers),
        "reporter": coding.reporter(answers),
        "time_to_report": coding.time_to_report(answers),
        "category": coding.category(answers, centre.scheme.kinds),
        "urgency": how_urgent,
        "why": why(answers),
        "urgency_rank": rank_of(how_urgent),
        "lane": submission.lane,
        "lane_rank": [*Lane].index(submission.lane),
        "language": submission.language,
        "state": casework.State.NEW,
    }


def _submission(draft: Draft, answers: Answers, lane: Lane) -> Submission:
    return Submission(
        answers=answers,
        nonce=draft.nonce,
        channel=draft.attribution.channel,
        attribution=draft.attribution,
        origin=draft.origin,
        lane=lane,
        language=draft.language,
    )


def _receipt(reference: str, answers: Answers) -> Receipt:
    return Receipt(
        reference=reference,
        under_18=coding.is_child(answers),
        only_online=answers.get("known") == "no",
        kinds=tuple(answers.get("kinds", ())),
    )
