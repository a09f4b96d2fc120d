"""Records: what the desk is given of a report: as the queue knows it, and opened. Codes are those of the scheme."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from report_abuse_receiver.casework.same_names import SameName
from report_abuse_receiver.ground.forms.answers import Answers
from report_abuse_receiver.intake.additions import BrokenAddition, OpenedAddition
from report_abuse_receiver.store.casework.retention import HoldRow
from report_abuse_receiver.store.casework.timeline import TimelineEntry


@dataclass(frozen=True, kw_only=True)
class CodedReport:
    """A report without a word of what was written."""

    reference: str
    received_at: datetime
    channel: str
    attribution: str
    origin: str
    provider: str | None
    placement: str | None
    services: Sequence[str]
    kinds: Sequence[str]
    age_band: str
    urgency: str
    why: str
    lane: str
    state: str
    #: Who has it now; None where a claim ran out.
    claimed_by: str | None
    language: str


@dataclass(frozen=True, kw_only=True)
class ListedReport(CodedReport):
    """A report in the queue, with how often it was added to."""

    added: int
    added_at: datetime | None
    held: bool


@dataclass(frozen=True, kw_only=True)
class ClaimedReport(CodedReport):
    """A report that is one person's for a while."""

    claimed_until: datetime


@dataclass(frozen=True, kw_only=True)
class MadeDecision:
    """What an analyst found."""

    decided_at: datetime
    category: str
    outcome: str
    age_band: str
    contact: str
    moved_to: str
    services: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class DecidedReport(CodedReport):
    """A report that was just decided, and how many facts that wrote."""

    decision: MadeDecision
    facts: int


@dataclass(frozen=True, kw_only=True)
class OpenedReport(ListedReport):
    """A report with its seal opened. Its words never stand in a log."""

    answers: Answers = field(repr=False)
    partner_reference: str | None = field(repr=False)
    additions: Sequence[OpenedAddition | BrokenAddition] = field(repr=False)
    also_named: Sequence[SameName] = field(repr=False)
    hold: HoldRow | None
    #: What the boxes suggest, whatever was decided.
    category: str
    reporter: str
    decision: MadeDecision | None
    timeline: Sequence[TimelineEntry]


@dataclass(frozen=True, kw_only=True)
class HeldReport:
    """A report that must not be deleted, since when, by whom and why."""

    reference: str
    held: bool = True
    held_at: datetime
    staff: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DueReport:
    """A report that has had its time, and by which class of the scheme."""

    reference: str
    retention: str
    decided_at: datetime
