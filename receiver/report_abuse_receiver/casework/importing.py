"""Transfer: reports in from a file, a JSON object a line; `handing_over` writes such a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from report_abuse_receiver.casework import deciding, same_names
from report_abuse_receiver.casework.deciding import Decision
from report_abuse_receiver.centre import Centre
from report_abuse_receiver.ground.casework.import_lines import ImportedAddition, ImportedDecision, load_line
from report_abuse_receiver.ground.casework.kinds import Job
from report_abuse_receiver.ground.clock import now
from report_abuse_receiver.ground.errors import Refused, StoreTrouble
from report_abuse_receiver.ground.line_files import identity, numbered, reading
from report_abuse_receiver.ground.progress import OnProgress
from report_abuse_receiver.intake import additions, receiving
from report_abuse_receiver.intake.receiving import SealedReport, Submission
from report_abuse_receiver.partners import directory
from report_abuse_receiver.rules.feedback.periods import Quarter, month_of
from report_abuse_receiver.rules.intake.attribution import Attribution, Outcome
from report_abuse_receiver.store import outbox
from report_abuse_receiver.store.casework import imports, reports
from report_abuse_receiver.store.casework.additions import AdditionRow
from report_abuse_receiver.store.casework.reports import ReportRow
from report_abuse_receiver.store.engine import BATCH

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class BadLine:
    """A line that was left out, and why."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """What became of a file: `imported` now, `skipped` because an earlier run of the same file had brought them in."""

    imported: int
    skipped: int
    bad: tuple[BadLine, ...]


@dataclass(frozen=True, kw_only=True)
class _Job:
    """What every line of a file is read with."""

    centre: Centre
    file_hash: str
    services: frozenset[str]
    started: datetime


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A line that can be kept."""

    number: int
    sealed: SealedReport = field(repr=False)
    services: tuple[str, ...]
    additions: tuple[AdditionRow, ...]
    decision: ImportedDecision | None


def import_lines(centre: Centre, path: Path, on_progress: OnProgress = lambda done, of: None) -> ImportResult:
    """Bring in a file of reports; bad lines are left out and named, the good ones kept.

    A line is known again by the SHA-256 of its file and its number: a run that broke is resumed by running it again,
    and equal lines both count. Raises Refused for a file that cannot be read, StoreTrouble where the run broke.
    """
    imported, skipped, bad = 0, 0, list[BadLine]()
    with reading(path) as file:
        file_hash, total = identity(file)
        with centre.database.reading() as conn:
            known = imports.done(conn, file_hash)
        services = frozenset(directory.names_of_services(centre))
        job = _Job(centre=centre, file_hash=file_hash, services=services, started=now())
        for batch in _batches(numbered(file)):
            fresh = [(number, raw) for number, raw in batch if number not in known]
            ready = list(_prepared(job, fresh, bad))
            kept, late = _keep(job, ready)
            imported, bad = imported + kept, bad + late
            skipped += len(batch) - len(fresh) + len(ready) - len(late) - kept
            on_progress(batch[-1][0], total)
    return ImportResult(imported=imported, skipped=skipped, bad=tuple(sorted(bad, key=lambda one: one.line)))


def _prepared(job: _Job, lines: Sequence[tuple[int, bytes]], bad: list[BadLine]) -> Iterator[_Ready]:
    for number, raw in lines:
        try:
            yield _prepare(job, number, raw)
        except Refused as error:
            bad.append(BadLine(line=number, reason=str(error)))


def _prepare(job: _Job, number: int, raw: bytes) -> _Ready:
    """All that can be done with a line before the transaction, or Refused."""
    line = load_line(raw, now=job.started)
    unknown = [service for service in line.services if service not in job.services]
    if unknown:
        raise Refused(f"services: {unknown[0][:40]!r} is not in the directory")
    decision = None if line.decision is None else deciding.read_codes(job.centre.scheme, line.decision)
    submission = Submission(
        answers=line.answers,
        nonce=f"import/{job.file_hash}/{number}",
        channel="import",
        attribution=Attribution(outcome=Outcome.NONE, provider=line.provider, placement=line.placement),
        services=line.services,
        language=line.language,
        received_at=line.received_at,
        is_new=False,
    )
    sealed = receiving.seal_report(job.centre, submission)
    added = _sealed_additions(job.centre, sealed.values["reference"], line.additions)
    return _Ready(number=number, sealed=sealed, services=line.services, additions=added, decision=decision)


def _sealed_additions(centre: Centre, reference: str, added: Sequence[ImportedAddition]) -> tuple[AdditionRow, ...]:
    return tuple(
        additions.seal_addition(
            centre,
            reference,
            number=number,
            nonce=f"import/{number}",
            at=one.at,
            said={"safe": one.safe, "more": one.more, "reach": one.reach},
        )
        for number, one in enumerate(added, start=1)
    )


def _keep(job: _Job, ready: Sequence[_Ready]) -> tuple[int, list[BadLine]]:
    """Write a batch in one transaction; returns how many of its lines were new, and those that come too late."""
    if not ready:
        return 0, []
    try:
        with job.centre.database.writing() as conn:
            late = _late(conn, ready)
            refused, before = {one.line for one in late}, reports.last_id(conn)
            kept = sum(_keep_one(conn, job, one) for one in ready if one.number not in refused)
            same_names.enqueue(conn, after=before, up_to=reports.last_id(conn))
            return kept, late
    except StoreTrouble as error:
        raise StoreTrouble(f"{error}; import the same file again, and it goes on after what is in") from error


def _late(conn: Connection, ready: Sequence[_Ready]) -> list[BadLine]:
    """The lines that were decided in a frozen period: what was told of it is never revised."""
    decided = [(one.number, one.decision.decided_at) for one in ready if one.decision is not None]
    one_of_each = {month_of(moment): moment for _, moment in decided}
    frozen = {month for month, moment in one_of_each.items() if deciding.is_frozen(conn, moment)}
    return [
        BadLine(line=number, reason=f"decision: {Quarter.of(moment)} is frozen, and takes no more decisions")
        for number, moment in decided
        if month_of(moment) in frozen
    ]


def _keep_one(conn: Connection, job: _Job, ready: _Ready) -> bool:
    received = receiving.keep(conn, ready.sealed)
    if received.again:  # another run of this file was quicker
        return False
    imports.mark(conn, job.file_hash, ready.number, reference=received.reference)
    row = reports.find(conn, received.reference) if ready.decision or ready.additions else None
    if row is not None:
        _keep_what_followed(conn, row, ready)
    return True


def _keep_what_followed(conn: Connection, row: ReportRow, ready: _Ready) -> None:
    """Additions and decision in their order, so that what was added after a decision still waits for another one."""
    added, decided = ready.additions, ready.decision
    later = [one for one in added if decided is not None and one.received_at >= decided.decided_at]
    for one in added:
        if one not in later:
            additions.keep(conn, row.id, one)
    if decided is not None:
        _record(conn, row, decided, ready.services)
    for one in later:
        additions.keep(conn, row.id, one)
    if added:
        outbox.enqueue(conn, Job.RAISE_URGENCY, {"reference": row.reference}, now=now())


def _record(conn: Connection, row: ReportRow, made: ImportedDecision, services: Sequence[str]) -> None:
    decision = Decision(
        category=made.category,
        outcome=made.outcome,
        age_band=made.age_band,
        contact=made.contact,
        moved_to=made.moved_to,
    )
    kept = deciding.decision_row(row, decision, services=services, by=None, at=made.decided_at)
    deciding.record_decision(conn, row, kept, by=None)


def _batches(items: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(items, BATCH)):
        yield batch
